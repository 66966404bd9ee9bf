"""One contract over every row of every op table: pandas' answer, at several partitionings, for every dtype.

Each op is tried on each column, from memory (pandas' path) and from CSV files (where a scan may compute it by itself).
Where pandas refuses, lazyframe must refuse. A new op is tested by being in its table.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.io.csv.kernel import ARCHITECTURE
from lazyframe.io.expression import FUNCTIONS
from lazyframe.ops import arithmetic, datetimes, elementwise, reductions, strings, whole
from lazyframe.ops.op import Accessor, AccessorMethod, Elementwise, Needs, Reduction, Whole
from tests.assertions import assert_all_eq
from tests.conftest import ALL
from tests.tables import with_an_empty_partition

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # numpy's, of infinities, as pandas has them too

SIZE = 12
FRAME = pd.DataFrame(
    {
        "i": np.arange(SIZE, dtype=np.int64) % 5 - 2,
        "j": np.arange(SIZE, dtype=np.int64) * 3 - 10,
        "f": [1.5, np.nan, np.inf, -0.0, 2.5, -np.inf, 0.0, np.nan, 1e300, -3.25, 7.0, 0.1],
        "g": [0.0, 2.0, np.nan, 1.0, -1.5, 3.0, 0.0, np.nan, 2.0, -3.25, np.inf, 0.3],
        "b": [True, False, True, True, False, False, True, False, True, False, True, True],
        "c": [True, True, False, True, False, True, False, False, True, True, False, True],
        "k": pd.Series(["a", "b", None, "a", "", "é", "a", "b", None, "c", "a", "c"], dtype="str").replace("", "x"),
        "l": pd.Series(["a", None, "b", "b", "x", "é", "a", "z", None, "a", "q", "c"], dtype="str"),
        "d": pd.to_datetime(
            pd.Series(["2020-02-29", None, "1999-12-31 23:59:59", *["2021-03-01 12:30:15"] * 9]), format="ISO8601"
        ).astype("datetime64[us]"),
        "e": pd.to_datetime(pd.Series(["2020-02-29", "2000-01-01", None, *["2022-01-01"] * 9])).astype(
            "datetime64[us]"
        ),
    }
)
COLUMNS = {"i": "j", "f": "g", "b": "c", "k": "l", "d": "e"}
"""A column of each dtype, and another of the same."""

ARGUMENTS: dict[str, list[dict[str, Any]]] = {
    "astype": [{"dtype": "float64"}, {"dtype": "str"}],
    "between": [{"left": -1, "right": 2}, {"left": "a", "right": "b"}, {"left": 0, "right": 1, "inclusive": "neither"}],
    "clip": [{"lower": -1, "upper": 1}, {"upper": 2}],
    "fillna": [{"value": 0}, {"value": "none"}],
    "isin": [{"values": [1, 2]}, {"values": ["a", "é"]}, {"values": [0.0, 2.5]}, {"values": []}],
    "round": [{}, {"decimals": 1}],
    "sum": [{}, {"skipna": False}, {"min_count": 2}, {"min_count": 13}, {"skipna": False, "min_count": 1}],
    "mean": [{}, {"skipna": False}],
    "min": [{}, {"skipna": False}],
    "max": [{}, {"skipna": False}],
    "any": [{}, {"skipna": False}],
    "all": [{}, {"skipna": False}],
    "var": [{}, {"ddof": 0}, {"skipna": False}],
    "std": [{}, {"ddof": 0}, {"ddof": 20}, {"ddof": 0, "skipna": False}],
    "nunique": [{}, {"dropna": False}],
}


def table(module: Any, kind: type) -> list[Any]:
    """The ops of one kind in a module."""
    return [op for op in vars(module).values() if isinstance(op, kind)]


BINARY = {
    "add",
    "sub",
    "mul",
    "truediv",
    "floordiv",
    "mod",
    "pow",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "and",
    "or",
    "xor",
}


PARTITIONINGS = ["an empty one", "1 in memory", "2 in memory", "7 in memory", "20 in memory", "files", "blocks"]


@pytest.fixture(scope="module", params=PARTITIONINGS if ALL else ["an empty one", "blocks"])
def lazy(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> lf.DataFrame:
    """The frame at several partitionings: some of them empty; files; many blocks a file."""
    if request.param == "an empty one":
        return with_an_empty_partition(FRAME)
    if "memory" in request.param:
        return lf.from_pandas(FRAME, npartitions=int(request.param.split()[0]))
    folder = tmp_path_factory.mktemp("ops")
    for number, start in enumerate(range(0, SIZE, 5)):
        FRAME.iloc[start : start + 5].to_csv(folder / f"{number}.csv", index=False)
    (folder / "3.csv").write_text(",".join(FRAME.columns) + "\n")
    dtypes = {"i": "int64", "j": "int64", "f": float, "g": float, "b": bool, "c": bool, "k": "str", "l": "str"}
    return lf.read_csv(
        folder, dtype=dtypes, parse_dates=["d", "e"], blocksize=None if request.param == "files" else 40 if ALL else 120
    )


class Contract:
    """Questions that lazyframe answers as pandas does, in one run, or refuses where pandas does."""

    def __init__(self, lazy: lf.DataFrame):
        self.lazy = lazy
        self.asked: list[tuple[Any, Any, bool]] = []

    def __call__(self, ask: Callable[[Any], Any], check_schema: bool = True) -> None:
        """Add a question."""
        try:
            expected = ask(FRAME)
        except Exception as refusal:
            with pytest.raises((TypeError, ValueError, NotImplementedError, type(refusal))):
                ask(self.lazy).compute()
            return
        self.asked.append((ask(self.lazy), expected, check_schema))


@pytest.fixture
def agree(lazy: lf.DataFrame) -> Iterator[Contract]:
    """Takes questions, and asks them all when the test is over."""
    contract = Contract(lazy)
    yield contract
    if contract.asked:
        assert_all_eq(contract.asked)


def constants(column: str) -> list[Any]:
    """Constants that such a column may meet."""
    return {"i": [2, 1.5], "f": [2.5, 0], "b": [True], "k": ["a"], "d": [pd.Timestamp("2020-02-29")]}[column]


@pytest.mark.parametrize("column", COLUMNS)
def test_operators(column: str, agree: Contract) -> None:
    for op in table(arithmetic, Elementwise):
        if op.name not in BINARY:
            agree(lambda df, op=op: op.function(df[column]))
            continue
        is_fixed = op.name not in {"floordiv", "mod"}  # integers by zero are floats in pandas
        agree(lambda df, op=op: op.function(df[column], df[COLUMNS[column]]), is_fixed)
        for constant in constants(column):
            agree(lambda df, op=op, constant=constant: op.function(df[column], constant))
            if not isinstance(constant, str) or op.name != "mod":  # "a" % x is Python's own formatting of texts
                agree(lambda df, op=op, constant=constant: op.function(constant, df[column]), is_fixed)


@pytest.mark.parametrize("column", COLUMNS)
def test_methods(column: str, lazy: lf.DataFrame, agree: Contract) -> None:
    for op in table(elementwise, Elementwise):
        for given in ARGUMENTS.get(op.name, [{}]):
            agree(lambda df, op=op, given=given: getattr(df[column], op.name)(**given))


@pytest.mark.parametrize("column", COLUMNS)
def test_where_and_mask(column: str, agree: Contract) -> None:
    for name in ("where", "mask"):
        for other in (np.nan, 0, 0.5, "none", None, True):
            agree(lambda df, name=name, other=other: getattr(df[column], name)(df.j > 0, other))
        agree(lambda df, name=name: getattr(df[column], name)(df.j > 0, df[COLUMNS[column]]))
        agree(lambda df, name=name: getattr(df[column], name)(df.j > 0))
        agree(lambda df, name=name: getattr(df[[column, "j"]], name)(df[[column, "j"]].notna()))


@pytest.mark.parametrize("column", ["i", "f", "b"])
def test_operators_as_methods(column: str, agree: Contract) -> None:
    names = [
        "add",
        "radd",
        "sub",
        "rsub",
        "mul",
        "rmul",
        "truediv",
        "rtruediv",
        "pow",
        "eq",
        "ne",
        "lt",
        "le",
        "gt",
        "ge",
    ]
    for name in names:
        agree(lambda df, name=name: getattr(df[column], name)(2))
        agree(lambda df, name=name: getattr(df[column], name)(df[COLUMNS[column]]))
        agree(lambda df, name=name: getattr(df[[column, "f"]], name)(df.j, axis=0))
        agree(lambda df, name=name: getattr(df[[column, "f"]], name)(1))
        if column != "b":
            agree(lambda df, name=name: getattr(df[column], name)(df.g, fill_value=1))


def test_methods_of_dates(agree: Contract) -> None:
    arguments = {"floor": ["h"], "ceil": ["D"], "round": ["h"], "as_unit": ["ms"], "to_period": ["M"],
                 "strftime": ["%Y/%m"], "tz_localize": ["UTC"], "tz_convert": ["UTC"], "asfreq": ["M"]}  # fmt: skip
    for op in table(datetimes, AccessorMethod):
        agree(lambda df, op=op: getattr(df.d.dt, op.name)(*arguments.get(op.name, [])), False)
        agree(lambda df, op=op: getattr(df.d.dt.to_period("D").dt, op.name)(*arguments.get(op.name, [])), False)
        agree(lambda df, op=op: getattr((df.d - df.e).dt, op.name)(*arguments.get(op.name, [])), False)
    agree(lambda df: df.d.dt.tz_localize("UTC").dt.tz_convert("Asia/Tokyo").dt.hour, False)
    agree(lambda df: df.groupby(df.d.dt.floor("D")).j.sum())
    agree(lambda df: df[df.d.dt.day_name() == "Saturday"].j.sum())


TEXTS: dict[str, list[Any]] = {
    "center": [6], "contains": ["a"], "count": ["a"], "decode": ["utf-8"], "encode": ["utf-8"], "endswith": ["b"],
    "extract": ["([a-z])"], "extractall": ["([a-z])"], "find": ["a"], "findall": ["a"], "fullmatch": ["a"],
    "get": [0], "index": [""], "join": ["-"], "ljust": [6], "match": ["a"], "normalize": ["NFC"], "pad": [6],
    "removeprefix": ["a"], "removesuffix": ["b"], "repeat": [2], "replace": ["a", "q"], "rfind": ["a"],
    "rindex": [""], "rjust": [6], "slice": [1, 3], "slice_replace": [0, 1, "z"], "startswith": ["a"],
    "translate": [{97: "b"}], "wrap": [5], "zfill": [5],
}  # fmt: skip
"""What the methods of texts are called with."""


def test_methods_of_texts(agree: Contract) -> None:
    for op in table(strings, AccessorMethod):
        agree(lambda df, op=op: getattr(df.k.str, op.name)(*TEXTS.get(op.name, [])), False)
    agree(lambda df: df.k.str[0])
    agree(lambda df: df.k.str[:2].str.upper())
    agree(lambda df: df.k.str.split("a", expand=True))
    agree(lambda df: df[df.k.str.contains("a", na=False)].j.sum())
    agree(lambda df: df.groupby(df.k.str.len()).j.sum(), False)
    agree(lambda df: df.k.str.len().sum(), False)
    agree(lambda df: df.k.str.cat(df.l, na_rep="?"))


def test_parts_of_dates(agree: Contract) -> None:
    for op in table(datetimes, Accessor):
        agree(lambda df, op=op: getattr(df.d.dt, op.attribute), check_schema=False)


@pytest.mark.parametrize("column", COLUMNS)
def test_operators_as_filters(column: str, agree: Contract) -> None:
    """Within a filter a scan computes the op by itself, if it can."""

    def ask(df: Any, op: Elementwise) -> Any:
        value = op.function(df[column], df[COLUMNS[column]]) if op.name in BINARY else op.function(df[column])
        return df[value if value.dtype == bool else value > 0].j

    for op in table(arithmetic, Elementwise):
        if op.scan:
            agree(lambda df, op=op: ask(df, op))


@pytest.mark.parametrize("column", COLUMNS)
def test_methods_as_filters(column: str, agree: Contract) -> None:
    def ask(df: Any, op: Elementwise, given: dict[str, Any]) -> Any:
        value = getattr(df[column], op.name)(**given)
        return df[value if value.dtype == bool else value > 0].j

    for op in table(elementwise, Elementwise):
        for given in ARGUMENTS.get(op.name, [{}]) if op.scan else ():
            agree(lambda df, op=op, given=given: ask(df, op, given))


def test_parts_of_dates_as_filters_and_keys(agree: Contract) -> None:
    for op in table(datetimes, Accessor):
        if op.scan:
            agree(lambda df, op=op: df[getattr(df.d.dt, op.attribute) > 2].j)
            agree(lambda df, op=op: df.groupby(getattr(df.d.dt, op.attribute)).j.sum(), check_schema=False)


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("op", [op for op in table(reductions, Reduction) if op.name != "size"], ids=lambda op: op.name)
def test_reductions(op: Reduction, column: str, lazy: lf.DataFrame, agree: Contract) -> None:
    for given in ARGUMENTS.get(op.name, [{}]):
        if column == "d" and op.name in {"mean", "std"}:
            agree(lambda df, given=given: getattr(df.d, op.name)(**given))
            agree(lambda df, given=given: getattr(df.groupby("k").d, op.name)(**given))
            continue
        is_known = "min_count" not in given  # a sum of integers is a float where they are too few
        agree(lambda df, given=given: getattr(df[column], op.name)(**given))
        agree(lambda df, given=given: getattr(df[df.j > 1000][column], op.name)(**given))
        agree(lambda df, given=given: getattr(df.groupby("k")[column], op.name)(**given), is_known)
        agree(lambda df, given=given: getattr(df.groupby(["b", "k"], dropna=False)[column], op.name)(**given), is_known)


WHOLE: dict[str, list[dict[str, Any]]] = {
    **{name: [{}, {"skipna": False}] for name in ("cumsum", "cumprod", "cummax", "cummin")},
    **{name: [{}, {"keep": "last"}, {"keep": False}] for name in ("drop_duplicates", "duplicated")},
    "shift": [{}, {"periods": -2}, {"periods": 40}],
    "diff": [{}, {"periods": -3}],
    "sort_index": [{}, {"ascending": False}],
    "sort_values": [{}, {"ascending": False}, {"na_position": "first"}, {"ascending": False, "na_position": "first"}],
}


LIFTED = [op for op in table(whole, Whole) if op.needs is not Needs.ALL]


@pytest.mark.parametrize("column", COLUMNS if ALL else ["f", "b", "k"])
@pytest.mark.parametrize("op", LIFTED, ids=lambda op: op.name)
def test_ops_for_which_rows_meet(op: Whole, column: str, agree: Contract) -> None:
    """Of a column, of the rows that a filter keeps, and of what is made of the answer row by row."""
    for given in WHOLE.get(op.name, [{}]):
        stable = given | ({"kind": "stable"} if op.needs is Needs.SORTED else {})
        agree(lambda df, given=stable: getattr(df[column], op.name)(**given))
        agree(lambda df, given=stable: getattr(df[df.j > 0][column], op.name)(**given))
        agree(lambda df, given=stable: getattr(df[column], op.name)(**given).isna())


def test_frames_for_which_rows_meet(agree: Contract) -> None:
    agree(lambda df: df[["i", "f"]].cumsum())
    agree(lambda df: df.i.cumsum() + df.j)
    agree(lambda df: df.drop_duplicates("k"))
    agree(lambda df: df.drop_duplicates(["b", "k"], keep="last").j)
    agree(lambda df: df[["b", "c"]].drop_duplicates())
    agree(lambda df: df.drop_duplicates("k").groupby("b").j.sum())
    agree(lambda df: df.sort_values("f", kind="stable"))
    agree(lambda df: df.sort_values(["k", "j"], ascending=[False, True]))
    agree(lambda df: df.sort_values(["d", "f"], na_position="first").j.cumsum())
    agree(lambda df: df[["f", "g"]].interpolate())


def test_every_op_that_a_scan_computes_has_its_function() -> None:
    ops = [*table(arithmetic, Elementwise), *table(elementwise, Elementwise), *table(datetimes, Accessor)]
    assert {op.name for op in ops if op.scan} == set(FUNCTIONS)


@pytest.mark.skipif(not ARCHITECTURE, reason="the kernel is not built here")
def test_the_kernel_has_every_function_of_a_scan(tmp_path: Path) -> None:
    """Each op is asked of columns of the kinds that its table lists, and no block falls back."""
    FRAME.dropna().assign(i=7).to_csv(tmp_path / "x.csv", index=False)
    df = lf.read_csv(tmp_path, dtype={"k": "str", "l": "str", "b": bool, "c": bool}, parse_dates=["d", "e"])
    operands = {"n": [df.f, df.g, 1.5], "b": [df.b, df.c], "t": [df.k, df.l, "z"], "d": [df.d, df.e], "*": [df.f, df.g]}
    for op in [*table(arithmetic, Elementwise), *table(datetimes, Accessor)]:
        for pattern in op.scan if "i" not in "".join(op.scan) else ():
            given = [operands[letter][place] for place, letter in enumerate(pattern)]
            value = op.function(*given) if isinstance(op, Elementwise) else getattr(df.d.dt, op.attribute)
            with lf.diagnostics.Profiler() as profile:
                df[value if value.dtype == bool else value > 0].j.sum().compute(scheduler="sync")
            assert [str(event) for one in profile.results for event in one.events] == [], (op.name, pattern)
