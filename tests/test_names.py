"""Every public name of pandas is there, or says what to do instead."""

import inspect
import re
import runpy
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from pandas.api.typing import DataFrameGroupBy, SeriesGroupBy

import lazyframe as lf
from lazyframe.collections.deferred import Deferred
from lazyframe.collections.gather import unsupported
from lazyframe.collections.like import IN_PLACE

PDF = pd.DataFrame(
    {
        "k": ["a", "b", "a"],
        "x": [1, 2, 3],
        "d": pd.to_datetime(["2020-01-01", "2020-02-03", "2021-01-01"]).as_unit("us"),
        "c": pd.Categorical(["u", "v", "u"]),
    }
)

REFUSED = {
    pd.DataFrame: {"attrs", "flags", "from_arrow", "from_dict", "from_records", "update"},
    pd.Series: {"attrs", "flags", "from_arrow", "pop", "update"},
}
"""What can't be, each with a reason."""


def public(kind: type) -> list[str]:
    """The public names of a class of pandas, but for those that only some dtypes or one release have."""
    return [name for name in dir(kind) if not name.startswith("_")]


@pytest.mark.parametrize("kind", [pd.DataFrame, pd.Series])
def test_names_of_frames_and_series(kind: Any) -> None:
    own = {pd.DataFrame: lf.DataFrame, pd.Series: lf.Series}[kind]
    missing = set(public(kind)) - set(dir(own))
    assert not missing - {"sparse", "select"}, "a new pandas has new names: a line each"
    refused = {name for name in public(kind) if isinstance(getattr(own, name, None), unsupported)}
    assert refused == REFUSED[kind]
    lazy = {pd.DataFrame: lf.from_pandas(PDF), pd.Series: lf.from_pandas(PDF).x}[kind]
    for name in refused:
        with pytest.raises(lf.errors.UnsupportedError, match=rf"^{kind.__name__}.{name} is not supported. \S+"):
            getattr(lazy, name)


@pytest.mark.parametrize("kind", [DataFrameGroupBy, SeriesGroupBy])
def test_names_of_groups(kind: Any) -> None:
    lazy = lf.from_pandas(PDF).groupby("k")
    lazy = lazy if kind is DataFrameGroupBy else lazy.x
    for name in public(kind):
        assert callable(getattr(lazy, name)) or isinstance(getattr(lazy, name), Deferred), name
        assert name in dir(lazy)


@pytest.mark.parametrize(("name", "column"), [("str", "k"), ("dt", "d"), ("cat", "c")])
def test_names_of_accessors(name: str, column: str) -> None:
    lazy = getattr(lf.from_pandas(PDF)[column], name)
    assert set(public(getattr(pd.Series, name))) <= set(dir(lazy))


def test_signatures_and_docs_are_those_of_pandas() -> None:
    for kind, own in ((pd.DataFrame, lf.DataFrame), (pd.Series, lf.Series)):
        for name in ("pivot_table", "rank", "melt", "value_counts", "sort_values", "add", "where"):
            if hasattr(kind, name):
                assert inspect.signature(getattr(own, name)) == inspect.signature(getattr(kind, name))
                assert re.match(rf"As pandas' `\w+.{name}`, lazily", getattr(own, name).__doc__)
    with pytest.raises(TypeError, match=r"melt\(\) got an unexpected keyword argument 'wrong'"):
        lf.from_pandas(PDF).melt(wrong=1)


def test_methods_that_work_in_place_are_those_of_pandas() -> None:
    names = {name for kind in (pd.DataFrame, pd.Series) for name in public(kind) if callable(getattr(kind, name))}
    found = {
        name
        for name in names
        for kind in (pd.DataFrame, pd.Series)
        if hasattr(kind, name) and "inplace" in inspect.signature(getattr(kind, name)).parameters
    }
    assert found == IN_PLACE


def test_the_page_of_names_is_of_this_pandas() -> None:
    folder = Path(__file__).parent.parent / "docs"
    made = runpy.run_path(str(folder / "make_api.py"))
    assert (folder / "api.md").read_text() == made["page"](), "run make docs"
