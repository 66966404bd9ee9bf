"""What errors advise to do instead: done, it gives the answer of pandas."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.errors import ROW_BY_ROW, UnsupportedAttributeError
from tests.assertions import assert_same

PDF = pd.DataFrame(
    {
        "x": [1, 2, 3, 4, 2, 2, 7],
        "y": [0.5, np.nan, -1.0, 2.0, 0.5, 0.5, 0.25],
        "s": ["a", "b", "a", "a", "c", "b", "a"],
        "d": pd.to_datetime([f"2024-0{month}-11 10:20" for month in range(1, 8)]).as_unit("us"),
    }
)


@pytest.fixture(params=[12, 25, None])
def df(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """The same table lazily, in several partitions."""
    PDF.to_csv(tmp_path / "x.csv", index=False)
    return lf.read_csv(tmp_path / "x.csv", parse_dates=["d"], blocksize=request.param)


def has(name: str, of: Any) -> bool:
    """Whether a lazy object has a method."""
    try:
        getattr(of, name)
    except AttributeError:
        return False
    return True


FRAME_CALLS: dict[str, Callable[[Any], Any]] = {
    "add_prefix": lambda d: d.add_prefix("p_"),
    "add_suffix": lambda d: d.add_suffix("_s"),
    "apply": lambda d: d.apply(lambda row: row.x * 2, axis=1),
    "explode": lambda d: d.explode("s"),
    "filter": lambda d: d.filter(items=["x", "s"]),
    "map": lambda d: d[["x"]].map(str),
    "mask": lambda d: d[["x", "y"]].mask(d[["x", "y"]] > 2),
    "rename": lambda d: d.rename(columns={"x": "z"}),
    "replace": lambda d: d.replace({"s": {"a": "z"}}),
    "select_dtypes": lambda d: d.select_dtypes("number"),
    "where": lambda d: d[["x", "y"]].where(d[["x", "y"]] > 2),
}

SERIES_CALLS: dict[str, Callable[[Any], Any]] = {
    "add_prefix": lambda d: d.x.add_prefix("p_"),
    "add_suffix": lambda d: d.x.add_suffix("_s"),
    "apply": lambda d: d.x.apply(lambda x: x * 2.5),
    "explode": lambda d: d.x.explode(),
    "filter": lambda d: d.x.filter(items=[3]),
    "map": lambda d: d.s.map({"a": "A", "b": "B", "c": "C"}),
    "mask": lambda d: d.y.mask(d.x > 2),
    "rename": lambda d: d.x.rename("z"),
    "replace": lambda d: d.x.replace(2, 20),
    "str": lambda d: d.s.str.upper(),
    "to_frame": lambda d: d.x.to_frame(),
    "where": lambda d: d.y.where(d.x > 2),
}


def call_of(kind: type, name: str) -> Callable[[Any], Any] | None:
    """An example call of a method that works row by row; an operator takes 2."""
    calls = FRAME_CALLS if kind is pd.DataFrame else SERIES_CALLS
    if name in calls:
        return calls[name]
    if kind is pd.DataFrame:
        return lambda d: getattr(d[["x", "y"]], name)(2)
    return lambda d: getattr(d.x, name)(2)


NAMES = [(kind, name) for kind in (pd.DataFrame, pd.Series) for name in dir(kind) if not name.startswith("_")]


def test_every_name_that_works_row_by_row_is_one_of_pandas() -> None:
    assert set(ROW_BY_ROW) <= {name for _, name in NAMES}


@pytest.mark.parametrize(("kind", "name"), NAMES, ids=lambda one: one if isinstance(one, str) else one.__name__)
def test_map_partitions_is_advised_only_where_it_gives_the_answer_of_pandas(kind: type, name: str) -> None:
    lazy = lf.from_pandas(PDF, npartitions=3)
    own = lazy if kind is pd.DataFrame else {"dt": lazy.d, "str": lazy.s}.get(name, lazy.x)
    try:
        getattr(own, name)
    except UnsupportedAttributeError as error:
        text = str(error)
    except AttributeError:
        return  # what only some dtypes have
    else:
        return
    assert text.startswith(f"{kind.__name__}.{name} is not supported yet. ")
    assert "on the result of .compute()" in text
    assert ".head()" not in text
    if ".map_partitions()" not in text:
        return
    call = call_of(kind, name)
    made = lazy.map_partitions(call)
    assert_same(made.compute(), call(PDF))


@pytest.mark.parametrize(
    "name", ["duplicated", "describe", "nlargest", "rank", "diff", "dropna", "shift", "query", "eval"]
)
def test_what_looks_at_more_than_a_row_is_computed_first(name: str, df: Any) -> None:
    with pytest.raises(UnsupportedAttributeError) as caught:
        getattr(df, name)
    assert str(caught.value) == f"DataFrame.{name} is not supported yet. Use it on the result of .compute()."


@pytest.mark.parametrize("name", ["floor", "strftime", "day_name", "normalize", "to_period", "tz_localize", "freq"])
def test_the_parts_of_dates(name: str, df: Any) -> None:
    with pytest.raises(UnsupportedAttributeError) as caught:
        getattr(df.d.dt, name)
    args = {"floor": ["h"], "strftime": ["%Y"], "to_period": ["M"], "tz_localize": ["UTC"]}.get(name, [])
    if name == "freq":
        assert ".map_partitions()" not in str(caught.value)
    else:
        made = df.d.map_partitions(lambda part: getattr(part.dt, name)(*args))
        assert_same(made.compute(), getattr(PDF.d.dt, name)(*args))
