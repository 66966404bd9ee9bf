"""dask's functions take our collections, and dask is imported by none of it."""

import subprocess
import sys
from typing import Any

import dask
import pandas as pd
import pytest

import lazyframe as lf
from tests.assertions import assert_same


@pytest.fixture
def queries(lazy_flights: lf.DataFrame) -> dict[str, Any]:
    """A frame, a Series, a scalar, groups, a delayed object."""
    flown = lazy_flights[~lazy_flights.Cancelled]
    return {
        "frame": flown[["Origin", "DepDelay"]],
        "series": flown.DepDelay,
        "scalar": flown.DepDelay.max(),
        "groups": flown.groupby("Origin").DepDelay.mean(),
        "delayed": lf.delayed(len)(flown),
    }


def test_dask_compute(queries: dict[str, Any]) -> None:
    expected = lf.compute(*queries.values())
    for scheduler in ("sync", "threads", None):
        for found, answer in zip(dask.compute(*queries.values(), scheduler=scheduler), expected, strict=True):
            assert_same(found, answer)


def test_a_clusters_client_computes(queries: dict[str, Any], client: Any) -> None:
    expected = lf.compute(*queries.values())
    for query, answer in zip(queries.values(), expected, strict=True):
        assert_same(client.compute(query).result(), answer)
    for found, answer in zip(client.gather(client.compute(list(queries.values()))), expected, strict=True):
        assert_same(found, answer)


def test_a_clusters_client_persists(queries: dict[str, Any], client: Any) -> None:
    for query in queries.values():
        kept = client.persist(query)
        assert type(kept) is type(query)
        assert_same(kept.compute(scheduler=client), query.compute())
    kept = client.persist(queries["frame"])
    assert_same(kept.DepDelay.max().compute(scheduler=client), queries["scalar"].compute())
    again = client.persist(kept)
    assert_same(again.compute(scheduler=client), kept.compute(scheduler=client))


def test_dask_persists_here(queries: dict[str, Any]) -> None:
    (kept,) = dask.persist(queries["frame"], scheduler="sync")
    assert isinstance(kept, lf.DataFrame)
    assert kept.npartitions == queries["frame"].npartitions
    assert_same(kept.compute(), queries["frame"].compute())


def test_dask_sees_collections_and_their_tokens(queries: dict[str, Any]) -> None:
    tokens = set()
    for query in queries.values():
        assert dask.is_dask_collection(query)
        tokens.add(dask.base.tokenize(query))
        assert dask.base.tokenize(query) == dask.base.tokenize(query)
    assert len(tokens) == len(queries)


def test_ours_within_dasks_delayed() -> None:
    total = lf.from_pandas(pd.DataFrame({"x": [1, 2, 3]}), npartitions=2).x.sum()
    assert dask.delayed(lambda value: value + 1)(total).compute(scheduler="sync") == 7


def test_dask_is_not_imported() -> None:
    code = """
import sys
import pandas as pd
import lazyframe as lf
df = lf.from_pandas(pd.DataFrame({"x": [1, 2, 3]}), npartitions=2)
for scheduler in ("sync", "threads", "processes"):
    df.x.sum().compute(scheduler=scheduler)
df.persist(); lf.delayed(len)(df).compute(); repr(df); df.explain()
print([name for name in sys.modules if name.partition(".")[0] in ("dask", "distributed", "tqdm", "bokeh")])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
