"""Types that samples did not show: integers that turn out to be floats late, and what is learned of it."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lazyframe as lf
from tests.assertions import assert_eq, assert_same
from tests.conftest import ALL

ROWS = 60_000

HOW: dict[str, dict[str, Any]] = {"kernel": {}, "arrow": {"escapechar": "\\"}, "pandas": {"thousands": "_"}}


@pytest.fixture(params=[("missing", how) for how in HOW] + [("fraction", how) for how in HOW], ids="-".join)
def late(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """A file of large integers with one that is none between the samples of it, and how to read it."""
    kind, how = request.param
    values = [str(10**15 + row) for row in range(ROWS)]
    values[ROWS // 3] = {"missing": "", "fraction": "0.5"}[kind]
    lines = (f"{value},{10**17},{row % 3},t" for row, value in enumerate(values))
    (tmp_path / "a.csv").write_text("n,m,k,t\n" + "\n".join(lines) + "\n")
    yield str(tmp_path / "a.csv"), HOW[how]


QUESTIONS: list[Any] = [
    lambda d: (d.n * d.n).sum(),
    lambda d: (d.n * 10**5).sum(),
    lambda d: d.n.sum(),
    lambda d: d.n.max(),
    lambda d: d.n.mean(),
    lambda d: (d.n + d.m * 100).max(),
    lambda d: d[d.n * 10**4 > 10**19].m.count(),
    lambda d: d[d.n > 10**15].m.count(),
    lambda d: d.groupby("k").n.sum(),
    lambda d: d.groupby("n").m.count().count(),
    lambda d: d.n.nunique(),
    lambda d: d[d.k == 1][["n"]],
]


def test_every_block_is_computed_in_the_type_of_the_whole(late: tuple[str, dict[str, Any]]) -> None:
    path, how = late
    pdf = pd.read_csv(path, **how)
    for question in QUESTIONS:
        expected = question(pdf)
        for blocksize in [None, 300_000]:
            df = lf.read_csv(path, blocksize=blocksize, sample=1000, **how)
            assert df.dtypes["n"] == np.int64
            assert_same(question(df).compute(scheduler="sync"), expected)


def test_counts_and_means_need_no_second_run(late: tuple[str, dict[str, Any]]) -> None:
    path, how = late
    df = lf.read_csv(path, blocksize=300_000, sample=1000, **how)
    query = df.groupby("k").agg(mean=("n", "mean"), count=("n", "count"))
    assert_same(query.compute(), pd.read_csv(path, **how).groupby("k").agg(mean=("n", "mean"), count=("n", "count")))
    assert df.head(2).n.dtype == np.int64  # and nothing was learned


ORDERS = list(itertools.permutations(range(3)))


@pytest.mark.parametrize("order", ORDERS if ALL else ORDERS[::2])
def test_what_is_learned_of_one_frame_changes_no_other(late: tuple[str, dict[str, Any]], order: list[int]) -> None:
    path, how = late
    dtypes: list[Any] = [{}, {"dtype": str}, {"dtype": {"n": "Int64" if "0.5" not in Path(path).read_text() else "f8"}}]

    pdfs = [pd.read_csv(path, **how, **one) for one in dtypes]

    def frames() -> list[tuple[lf.DataFrame, pd.DataFrame]]:
        return [(lf.read_csv(path, sample=1000, **how, **dtypes[number]), pdfs[number]) for number in order]

    together = lf.compute(*(df.n.max() for df, _ in frames()), scheduler="sync")
    for actual, (_, pdf) in zip(together, frames(), strict=True):
        assert_same(actual, pdf.n.max())
    for df, pdf in frames():
        assert_same(df.compute(), pdf)
        assert_same(df.head(1), pdf.head(1))


def test_parts_of_a_source_know_what_is_known_of_it(late: tuple[str, dict[str, Any]]) -> None:
    path, how = late
    df = lf.read_csv(path, blocksize=300_000, sample=1000, **how)
    df.n.sum().compute()
    assert df.head(3).n.dtype == float


@pytest.mark.parametrize("how", HOW)
def test_large_nullable_integers_are_exact_beside_a_missing_value(how: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"n\n{2**53 + 1}\nNA\n{2**63 - 1}\n{-(2**63)}\n")
    options: dict[str, Any] = HOW[how] | {"dtype": {"n": "Int64"}}
    assert_eq(lf.read_csv(path, **options), pd.DataFrame({"n": [2**53 + 1, None, 2**63 - 1, -(2**63)]}, dtype="Int64"))


BOOLS = "True\nFalse\nTRUE\n"


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("blocksize", [None, 4])
@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ([BOOLS, "1\n0\n1\n"], [1, 0, 1, 1, 0, 1]),
        (["7\n-2\n", BOOLS], [7, -2, 1, 0, 1]),
        ([BOOLS, "0.5\n"], [1.0, 0.0, 1.0, 0.5]),
        ([BOOLS, '1\n""\n'], [1.0, 0.0, 1.0, 1.0, np.nan]),
        (['""\nFalse\n', "3\n"], [np.nan, 0.0, 3.0]),
        ([BOOLS, '""\n""\n', "2\n", "false\n"], [1.0, 0.0, 1.0, np.nan, np.nan, 2.0, 0.0]),
        ([BOOLS, "True\n1\n"], ["True", "False", "TRUE", "True", "1"]),
    ],
)
def test_bools_in_one_file_and_numbers_in_another_are_numbers(
    files: list[str], expected: list[Any], blocksize: int | None, how: str, tmp_path: Path
) -> None:
    for number, text in enumerate(files):
        (tmp_path / f"{number}.csv").write_text(f"f\n{text}")
    df = lf.read_csv(tmp_path, blocksize=blocksize, **HOW[how])
    assert_same(df.f.compute().reset_index(drop=True), pd.Series(expected, name="f"))
    if not isinstance(expected[0], str):
        assert_same(df.f.sum().compute(), pd.Series(expected).sum())


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("flags", ["yes\nno\n", "True\nno\n", "no\n"])
@pytest.mark.parametrize("numbers", ["1\n0\n", "3\n", "0.5\n7\n"])
def test_words_that_were_declared_join_numbers_too(flags: str, numbers: str, how: str, tmp_path: Path) -> None:
    options: dict[str, Any] = {"true_values": ["yes"], "false_values": ["no"], **HOW[how]}
    for texts in [(flags, numbers), (numbers, flags)]:
        for name, text in zip("ab", texts, strict=True):
            (tmp_path / f"{name}.csv").write_text(f"f\n{text}")
        whole = pd.concat([pd.read_csv(tmp_path / f"{name}.csv", **options) for name in "ab"], ignore_index=True)
        expected = whole.f.astype(np.int64 if "." not in numbers else np.float64)  # of bools and floats: objects
        df = lf.read_csv(tmp_path, **options)
        assert_same(df.f.compute().reset_index(drop=True), expected)
        assert_same(df.f.sum().compute(), expected.sum())


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize(("late", "total"), [("7\n8\n", 16), ("7\n2.5\n", 10.5), ('7\n""\n', 8.0)])
def test_numbers_late_in_a_column_of_bools_make_it_one_of_numbers(
    late: str, total: float, how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lazyframe.io.csv.infer.spread", lambda count: [0, count - 1])
    for number, text in enumerate(["True\nFalse\n", late, "False\n"]):
        (tmp_path / f"{number}.csv").write_text(f"f,n\n{text.replace(chr(10), f',1{chr(10)}')}")
    df = lf.read_csv(tmp_path, **HOW[how])
    assert df.dtypes["f"] == np.dtype(bool)
    assert_same(df.f.sum().compute(), np.array([total]).sum())
    assert len(df[df.f > 1].compute()) == len([one for one in late.split() if one != '""'])


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("blocksize", [None, 100, 5000])
@pytest.mark.parametrize(("number", "dtype"), [("3", "int64"), ("2.5", "float64")])
def test_words_among_the_numbers_of_a_file_are_no_numbers(
    how: str, blocksize: int | None, number: str, dtype: str, tmp_path: Path
) -> None:
    texts = [number] * 1000 + ["True"] * 100 + [number] * 1900
    (tmp_path / "a.csv").write_text("n,m\n" + "".join(f"{text},1\n" for text in texts))
    df = lf.read_csv(tmp_path / "a.csv", sample=200, blocksize=blocksize, **HOW[how])
    with pytest.raises(
        lf.errors.CSVTypeError, match=rf"a.csv, line 1002: column 'n' has 'True', which is not {dtype} \(inferred"
    ):
        df.n.sum().compute(scheduler="sync")


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("names", [["a", "b"], ["b", "a"]])
def test_a_missing_value_among_bools_is_named_where_it_stands(how: str, names: list[str], tmp_path: Path) -> None:
    (tmp_path / f"{names[0]}.csv").write_text("f,n\nTrue,1\nFalse,2\n")
    (tmp_path / f"{names[1]}.csv").write_text("f,n\nTrue,1\n,2\n")
    df = lf.read_csv(tmp_path, **HOW[how])
    assert df.n.sum().compute() == 6
    for question in [df.f.sum(), df.f.count(), df]:
        with pytest.raises(lf.errors.CSVTypeError) as caught:
            question.compute()
        path = tmp_path / f"{names[1]}.csv"
        says = f"{path}, line 3: column 'f' has a missing value, which is not bool (inferred from samples of the files)"
        assert str(caught.value).startswith(f"{says}. Pass dtype={{'f': 'boolean'}}.")
    assert lf.read_csv(tmp_path, dtype={"f": "boolean"}, **HOW[how]).f.sum().compute() == 2


def test_bools_that_were_asked_for_may_be_numbers_beside_inferred_ones(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,True\n0,False\n")
    for how in HOW.values():
        df = lf.read_csv(tmp_path, dtype={"a": bool}, **how)
        assert_eq(df, pd.DataFrame({"a": [True, False], "b": [True, False]}))


def test_sources_are_told_apart_by_their_functions_not_by_addresses(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")

    def identity(number: int, option: str) -> str:
        functions: dict[str, Any] = {"converters": {"a": lambda text: number}, "skiprows": lambda line: line == -number}
        source = lf.read_csv(tmp_path / "a.csv", **{option: functions[option]})._plan.source  # type: ignore[attr-defined]
        return str(source.identity)

    for option in ("converters", "skiprows"):
        assert len({identity(number, option) for number in range(50)}) == 50


@pytest.mark.parametrize("how", [{"thousands": "_"}, {"converters": {"t": str.upper}}], ids=str)
@pytest.mark.parametrize("late", ["", "0.5"])
@pytest.mark.parametrize("blocksize", [None, 40_000])
def test_integers_above_2_to_53_before_a_late_float_are_rounded_as_texts(
    how: dict[str, Any], late: str, blocksize: int | None, tmp_path: Path
) -> None:
    numbers = [str(2**53 + row) for row in range(10_000)]
    numbers[4_000] = late
    (tmp_path / "a.csv").write_text("n,t\n" + "".join(f"{number},t\n" for number in numbers))
    df = lf.read_csv(tmp_path / "a.csv", blocksize=blocksize, sample=500, **how)
    assert_same(df.n.compute(scheduler="sync"), pd.read_csv(tmp_path / "a.csv", **how).n)


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("blocksize", [None, 10])
def test_floats_that_are_written_as_integers(how: str, blocksize: int | None, tmp_path: Path) -> None:
    texts = ["0.5", str(2**53 + 1), str(2**63), str(2**64 - 1), str(2**64), str(10**30), "-0", str(-(2**63) - 1)]
    (tmp_path / "a.csv").write_text("n,t\n" + "".join(f"{text},t\n" for text in texts))
    answer = lf.read_csv(tmp_path / "a.csv", blocksize=blocksize, **HOW[how]).n.compute(scheduler="sync")
    assert answer.tolist() == list(map(float, texts))
    assert np.signbit(answer).tolist() == [text.startswith("-") for text in texts]


@pytest.mark.parametrize("how", HOW)
def test_the_largest_nullable_integers(how: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"n,t\n{2**64 - 1},t\nNA,t\n+{2**63 + 1},t\n")
    options = HOW[how] | {"dtype": {"n": "UInt64"}}
    expected = pd.Series([2**64 - 1, None, 2**63 + 1], dtype="UInt64", name="n")
    assert_same(lf.read_csv(tmp_path / "a.csv", **options).n.compute(scheduler="sync"), expected)
