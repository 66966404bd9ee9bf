"""The kernel against the reference readers: the same answers, or it falls back; and which one runs."""

import datetime
import decimal as decimal_module
import math
import os
import re
import struct
import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

import lazyframe as lf
from lazyframe.accumulators import Accumulator, as_pandas
from lazyframe.io.csv import sniff
from lazyframe.io.csv.dates import DateColumn
from lazyframe.io.csv.format import Format
from lazyframe.io.csv.kernel import _kernel
from lazyframe.io.csv.options import NULL_TEXTS
from lazyframe.io.csv.reader import CSVReader
from lazyframe.io.csv.readers import compiled, native, reference
from lazyframe.io.find import find
from lazyframe.io.scan import Call, Column, Count, Expression, Literal, Reduce, Request, Rows
from lazyframe.moments import MOMENTS
from tests.assertions import assert_same
from tests.conftest import FLIGHTS, OPTIONS, examples
from tests.io.kernels import ARCHITECTURES

pytestmark = pytest.mark.skipif(not ARCHITECTURES, reason="the kernel is not built here")

slow = settings(max_examples=examples(300), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(params=ARCHITECTURES)
def architecture(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each architecture in turn."""
    monkeypatch.setattr(sniff, "ARCHITECTURE", request.param)
    return str(request.param)


def scan(architecture: str, text: bytes, columns: list[str], piece: int = 1 << 18, **options: Any) -> Any:
    """The columns of a text, as the kernel reads them as some types, as Arrow arrays."""
    words = {"missing": list(NULL_TEXTS), "trues": ["1", "True"], "falses": ["0", "False"]} | options
    one = _kernel.Scan(architecture, words.pop("sep", ","), '"', words.pop("decimal", "."), len(columns), **words)
    one.piece = piece
    one.rows([one.column(i, kind, True) for i, kind in enumerate(columns)], [False] * len(columns), -1, -1)
    one.feed(text)
    one.finish()
    ((found, _, _),) = one.answers()
    return [pa.array(column) for column in found]


# which kernel


@pytest.mark.parametrize("forced", [*ARCHITECTURES, "off"])
def test_a_forced_kernel_is_the_one_that_runs(forced: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a\n1\n2\n")
    code = (
        f"import lazyframe as lf; df = lf.read_csv({str(path)!r}); lf.show_versions(); "
        "print(df.a.sum().compute(), df.a.sum().explain())"
    )
    environment = os.environ | {"LAZYFRAME_KERNEL": forced}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert f"LAZYFRAME_KERNEL={forced}" in done.stdout
    reader = "pyarrow (no kernel, LAZYFRAME_KERNEL=off)" if forced == "off" else f"the kernel ({forced})"
    assert f"a, by {reader}" in done.stdout


def test_a_kernel_that_is_not_there_is_an_error() -> None:
    environment = os.environ | {"LAZYFRAME_KERNEL": "sse9"}
    done = subprocess.run([sys.executable, "-c", "import lazyframe"], env=environment, capture_output=True, text=True)
    assert f"LAZYFRAME_KERNEL='sse9': there is {', '.join([*ARCHITECTURES, 'off'])} here." in done.stderr


def test_the_flight_questions_need_no_other_reader(monkeypatch: pytest.MonkeyPatch, architecture: str) -> None:
    monkeypatch.setattr(reference, "answers", lambda *_: pytest.fail("the kernel fell back"))
    df = lf.read_csv(FLIGHTS / "*.csv", parse_dates={"Date": [0, 1, 2]}, **OPTIONS)
    flown = df[~df.Cancelled]
    assert len(df) > len(flown) > 0
    answers = lf.compute(
        flown.DepDelay.max(),
        flown.groupby("Origin").DepDelay.mean(),
        df.groupby(df.Date.dt.dayofweek).DepDelay.mean(),
        df.groupby("UniqueCarrier").TailNum.nunique(),
        df,
    )
    assert len(answers[-1]) == len(df)


# where it falls back

ASIDE = {
    'a,b\n1,5" pipe\n': "a quote within a field",
    'a,b\n1,"x"y\n': "a quote within a field",
    "a,b\r1,2\r3,4\r": "a carriage return without a newline",
    "a,b\n1,2\n   \n": "a record with another number of fields",
    "a\n1\n\n2\n": "a blank line in a file of one column",
}


@pytest.mark.parametrize("text", ASIDE)
def test_it_says_why_it_steps_aside(text: str, architecture: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(text, newline="")
    df = lf.read_csv(path, blocksize=None)
    assert_same(df.compute(scheduler="sync"), pd.read_csv(path))
    told = repr(df.a.count().explain())
    assert f"by the kernel ({architecture}); 1 block so far without it: {ASIDE[text]}" in told


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"encoding": "latin-1"}, "pyarrow (encoding='iso8859-1')"),
        ({"escapechar": "\\"}, "pyarrow (escapechar)"),
        ({"doublequote": False}, "pyarrow (doublequote=False)"),
        ({"comment": "#"}, "pandas (for comment)"),
    ],
)
def test_plans_say_what_it_has_not(options: dict[str, Any], reason: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,x\n")
    assert f"1 of 2 columns: a, by {reason}" in repr(lf.read_csv(tmp_path, **options).a.sum().explain())


def test_late_fractions_and_missing_values_are_read_as_floats_by_the_kernel(
    architecture: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference, "answers", lambda *_: pytest.fail("the kernel fell back"))
    path = tmp_path / "x.csv"
    for late in ("1.5", "", "1e3", "inf"):
        path.write_text("a,b\n" + "1,2\n" * 200_000 + f"{late},2\n" + "1,2\n" * 300_000)
        lazy, expected = lf.read_csv(path), pd.read_csv(path)
        assert lazy.dtypes["a"] == np.int64
        assert_same(lazy.a.sum().compute(), expected.a.sum())
        assert_same(lazy.groupby("a").b.sum().compute(), expected.groupby("a").b.sum())


def test_a_file_that_ends_early_is_an_error(architecture: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n")
    reader = reader_of(path, Format(("a", "b"), null_texts=NULL_TEXTS), {"a": np.dtype(np.int64), "b": np.dtype(float)})
    with pytest.raises(
        lf.errors.CSVError, match=r"x.csv ends at byte 8; it was cut off while it was read. Call read_csv"
    ):
        native.answers([(reader, 4, 100)], [Count()])


def test_rows_of_bad_lines_are_none_where_nothing_is_bad(architecture: str, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    bad = lf.read_csv(tmp_path, on_bad_lines="collect").bad_lines().compute()
    assert list(bad.columns) == ["file", "line", "text", "reason"]
    assert len(bad) == 0


# values


@slow
@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1, max_size=30), st.integers(1, 40))
def test_integers(values: list[int], piece: int) -> None:
    text = "".join(f"{value},{value}\n" for value in values).encode()
    for name in ARCHITECTURES:
        first, last = scan(name, text, ["integer", "integer"], piece)
        assert first.to_pylist() == last.to_pylist() == values


@slow
@given(
    st.lists(
        st.one_of(
            st.floats(allow_nan=False),
            st.decimals(-10_000, 10_000, places=2).map(float),
            st.integers(-(10**7), 10**7).map(float),
        ),
        min_size=1,
        max_size=30,
    ),
    st.sampled_from(["{!r}", "{:.3f}", "{:.17g}", "{:e}", "{:.0f}"]),
    st.sampled_from(".,"),
)
def test_reals_are_correctly_rounded(values: list[float], form: str, decimal: str) -> None:
    texts = [form.format(value) for value in values]
    text = "".join(f"{one};{one}\n" for one in texts).replace(".", decimal).encode()
    expected = [float(one) for one in texts]
    for name in ARCHITECTURES:
        for column in scan(name, text, ["real", "real"], sep=";", decimal=decimal):
            assert column.to_pylist() == expected
            assert [math.copysign(1, one) for one in column.to_pylist()] == [math.copysign(1, one) for one in expected]


def test_digits_in_the_middle_of_two_doubles() -> None:
    """Seventeen to nineteen digits as near as can be to where the nearest double changes, or exactly there."""
    random = np.random.default_rng(19)
    context = decimal_module.Context(prec=60)
    texts = [f"{2**53 + n}.{half}" for n in range(30) for half in ("5", "50", "49", "51", "0", "")]
    for low in (10.0 ** random.uniform(-2, 7, 20_000)).tolist():
        middle = context.divide(context.add(Decimal(low), Decimal(math.nextafter(low, math.inf))), Decimal(2))
        places = int(random.integers(17, 20)) - max(middle.adjusted() + 1, 1)
        below = middle.quantize(Decimal(1).scaleb(-places), decimal_module.ROUND_DOWN, context)
        texts += [format(below, "f"), format(context.add(below, Decimal(1).scaleb(-places)), "f")]
    expected = [float(text) for text in texts]
    for name in ARCHITECTURES:
        for sign in ("", "-"):
            (column,) = scan(name, "".join(f"{sign}{text}\n" for text in texts).encode(), ["real"])
            assert column.to_pylist() == [float(f"{sign}1") * one for one in expected]


@pytest.mark.parametrize(
    "text",
    [
        *(".5", "5.", "-.5", "-5.", "00012.50", "1234567.", ".1234567", "99999999", "-0", "-0.0"),
        *("-0.000000000000000000", ".1234567890123456789", "0.1234567890123456789", "12345678.5"),
        *("1234567.123456789012", "9999999999999999999", "-99999999999999999999.5", "00000000000000000001.5"),
        *("123456789012345678", "0.00000000000000000012345", "18446744073709551615", "-0.3"),
    ],
)
def test_reals_of_few_and_of_many_digits(text: str, architecture: str) -> None:
    (column,) = scan(architecture, (text + "\n").encode() * 9, ["real"])
    assert [struct.pack("d", one) for one in column.to_pylist()] == [struct.pack("d", float(text))] * 9


@pytest.mark.parametrize(
    "text",
    [
        *(
            ".",
            "-",
            "-.",
            "1.2.3",
            "1-2",
            "--1",
            "1e",
            "++5",
            "+-5",
            "-+5",
            "+",
            "0x10",
            "1_000",
            "1 2",
            "nan!",
            "..",
            "123456789 1",
        ),
        *("1.12345678/", "1.1234567890:234", "12.345678901234.5", "0.123456789012345-7", "123456789012345/78"),
    ],
)
@pytest.mark.parametrize("kind", ["integer", "real"])
def test_what_is_no_number_makes_it_step_aside(text: str, kind: str, architecture: str) -> None:
    with pytest.raises(_kernel.FallbackRequired) as caught:
        scan(architecture, b"1\n" * 20 + text.encode() + b"\n", [kind])
    assert caught.value.args[:2] == ("a text that does not fit its column", 0)


@pytest.mark.parametrize(
    "day",
    pd.date_range("1599-12-20", "1600-03-10", freq="13h").union(pd.date_range("2099-02-20", "2101-03-10", freq="7D1h")),
)
def test_dates(day: pd.Timestamp, architecture: str) -> None:
    forms = ["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S.%f"]
    texts = [day.strftime(form) for form in forms]
    (column,) = scan(architecture, "".join(text + "\n" for text in texts).encode(), ["date"])
    assert column.to_pylist() == [pd.Timestamp(text).to_pydatetime() for text in texts]


@pytest.mark.parametrize(
    "text", ["2020-02-30", "2020-13-01", "2020-1-1", "2020-01-01 24:00", "2020-01-01 1:00", "20200101"]
)
def test_what_is_no_date_makes_it_step_aside(text: str, architecture: str) -> None:
    with pytest.raises(_kernel.FallbackRequired):
        scan(architecture, text.encode() + b"\n", ["date"])


def test_text_that_is_no_utf8_makes_it_step_aside(architecture: str) -> None:
    (column,) = scan(architecture, "é𝄞\n".encode() * 20, ["text"])
    assert column.to_pylist() == ["é𝄞"] * 20
    for wrong in (b"\xe9", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xf0\x9d\x84"):
        with pytest.raises(_kernel.FallbackRequired):
            scan(architecture, b"x\n" * 100 + wrong + b"\n", ["text"])


def test_sums_of_floats_are_at_least_as_accurate_as_those_of_numpy(architecture: str, tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    values = np.concatenate(
        [random.normal(1e6, 1e-3, 100_000), random.normal(0, 1e12, 1000), random.normal(0, 1, 99_000)]
    )
    random.shuffle(values)
    path = tmp_path / "x.csv"
    pd.DataFrame({"x": values, "k": 0}).to_csv(path, index=False)
    exact = math.fsum(values)
    df = lf.read_csv(path)
    for ours in (df.x.sum().compute(), df.groupby("k").x.sum().compute()[0], df.x.mean().compute() * len(values)):
        assert abs(ours - exact) <= max(abs(values.sum() - exact), abs(exact) * 4e-16)


@pytest.mark.parametrize("offset", [0.0, 1e6, 1e9, 1e12])
def test_variances_far_from_zero(offset: float, architecture: str, tmp_path: Path) -> None:
    values = np.random.default_rng(7).normal(size=20_000) + offset
    path = tmp_path / "x.csv"
    pd.DataFrame({"x": values, "k": 1}).to_csv(path, index=False)
    moved = values - values[0]  # exact
    mean = math.fsum(moved) / len(moved)
    exact = math.fsum((value - mean) ** 2 for value in moved) / (len(moved) - 1)
    df = lf.read_csv(path)
    assert df.x.var().compute() == pytest.approx(exact, rel=1e-9)
    assert df.groupby("k").x.var().compute()[1] == pytest.approx(exact, rel=1e-9)


def test_a_group_of_zeros_is_called_as_the_first_of_them(architecture: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("x,y\n-0.0,1\n0.0,2\n-0.0,3\n1.5,4\n")
    answer = lf.read_csv(path).groupby("x").y.sum().compute()
    expected = pd.read_csv(path).groupby("x").y.sum()
    assert_same(answer, expected)
    assert np.signbit(answer.index[0]) == np.signbit(expected.index[0])


READERS = [*ARCHITECTURES, "pyarrow"]
"""What can read: each architecture, or the reference."""


@pytest.fixture(params=READERS)
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each reader in turn; none falls back for another."""
    is_kernel = request.param in ARCHITECTURES
    monkeypatch.setattr(sniff, "ARCHITECTURE", request.param if is_kernel else "")
    if is_kernel:
        monkeypatch.setattr(reference, "answers", lambda *_: pytest.fail("the kernel fell back"))
    return str(request.param)


@pytest.fixture(scope="module")
def mixture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three files of columns of every type, with missing values and few distinct ones; in the last there is no text."""
    folder = tmp_path_factory.mktemp("mixture")
    random = np.random.default_rng(11)
    for number in range(3):
        texts = ["", "x", "𝄞", "é", "ab", "a", "zebra of more than thirty-two bytes, each"] if number < 2 else [""]
        columns = {
            "t": random.choice(texts, 400),
            "k": random.choice(["b", "a", "", "é"], 400),
            "n": random.choice([3.0, 1.0, np.nan, -2.5], 400),
            "i": random.integers(0, 5, 400),
            "b": random.choice([True, False], 400),
            "d": random.choice(["2020-01-01", "", "1969-12-31"], 400),
        }
        pd.DataFrame(columns).to_csv(folder / f"{number}.csv", index=False)
    return folder


@pytest.mark.parametrize("key", ["k", "n", "i", "d", ["k", "n"], ["i", "b"], ["n", "k", "d"]], ids=str)
@pytest.mark.parametrize("sort", [True, False])
@pytest.mark.parametrize("dropna", [True, False])
def test_groups_have_their_order_and_texts_their_extremes(
    key: Any, sort: bool, dropna: bool, reader: str, mixture: Path
) -> None:
    lazy = lf.read_csv(mixture / "*.csv", parse_dates=["d"], blocksize="4kB")
    frame = pd.concat([pd.read_csv(path, parse_dates=["d"]) for path in sorted(mixture.iterdir())], ignore_index=True)
    frame["t"] = frame.t.astype("str")
    for ask in (
        lambda df: df.groupby(key, sort=sort, dropna=dropna).t.agg(["min", "max", "nunique"]),
        lambda df: df.groupby(key, sort=sort, dropna=dropna).size(),
        lambda df: df[df.t > "a"].groupby(key, sort=sort, dropna=dropna).agg(low=("t", "min"), first=("i", "first")),
    ):
        assert_same(ask(lazy).compute(), ask(frame))


@pytest.mark.parametrize("dtype", ["str", "string", object])
def test_extremes_of_texts(dtype: Any, reader: str, mixture: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lazy = lf.read_csv(mixture / "*.csv", dtype={"t": dtype}, usecols=["t", "i"])
    frames = [pd.read_csv(path, dtype={"t": dtype}, usecols=["t", "i"]) for path in sorted(mixture.iterdir())]
    frame = pd.concat(frames, ignore_index=True)
    assert (lazy.t.min().compute(), lazy.t.max().compute()) == (frame.t.min(), frame.t.max()) == ("a", "𝄞")
    nothing = lazy[lazy.i > 5].t.max().compute()
    assert nothing is frame[frame.i > 5].t.max() or np.isnan(nothing)


def test_python_has_its_turn_between_pieces(architecture: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("1,2\n" * 50_000)
    one = _kernel.Scan(architecture, ",", '"', ".", 2, [], [], [])
    one.piece = 20_000
    one.count(-1)
    one.open(str(path), 0, 200_000)
    breaks = 1
    while not one.advance(0.0):
        breaks += 1
    assert breaks == 10
    assert one.answers() == [50_000]
    one.open(str(path), 0, 200_000)
    assert one.advance(60.0)


def test_zeros_of_both_signs_are_one_group(reader: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("k,j,i\n-0.0,1,1\n0.0,1,2\n2.5,1,4\n-0.0,1,3\n")
    lazy, frame = lf.read_csv(path), pd.read_csv(path)
    for by in ("k", ["j", "k"]):
        for ask in (lambda df: df.groupby(by, sort=False).i, lambda df: df.groupby(by).i):  # noqa: B023
            assert_same(ask(lazy).last().compute(), ask(frame).last())
            assert_same(ask(lazy).first().compute(), ask(frame).first())


def test_records_longer_than_many_pieces(architecture: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "PIECE", 64)
    path = tmp_path / "x.csv"
    path.write_text('a,b\n1,"' + "line\n" * 100_000 + '"\n2,y\n')
    monkeypatch.setattr(reference, "answers", lambda *_: pytest.fail("the kernel fell back"))
    assert_same(lf.read_csv(path, blocksize=None).compute(), pd.read_csv(path))


# the kernel and the reference, request by request


def reader_of(path: Path, form: Format, dtypes: dict[str, Any], dates: tuple[DateColumn, ...] = ()) -> CSVReader:
    """A reader of a whole file without a header."""
    (file,) = find(path, None)
    return CSVReader(file, 0, file.size, None, 0, form, True, dtypes, frozenset(), dates)


@dataclass(frozen=True)
class Kind:
    """Columns of a dtype: how their fields may be written, the partials of their values, and a filter."""

    dtype: Any
    fields: st.SearchStrategy[str]
    partials: tuple[str, ...]
    predicate: Expression


A = Column("a")
ANY = ("count", "first", "last")
MISSING = st.sampled_from(["", "NA", "null"])
WHOLE = st.one_of(st.integers(-3, 3), st.integers(-(10**9), 10**9)).map(str)
KINDS = {
    "real": Kind(
        np.dtype(float),
        st.one_of(MISSING, WHOLE, st.sampled_from(["-2.5", "1e3", "-0.0", "0.1", "x", " 3", "inf", "007"])),
        (*ANY, "sum", "total", "min", "max", *MOMENTS),
        Call("gt", (A, Literal(1))),
    ),
    "integer": Kind(
        np.dtype(np.int64),
        st.one_of(WHOLE, st.sampled_from(["", "-0", "007", "1.0", "x"])),
        (*ANY, "sum", "total", "min", "max", *MOMENTS),
        Call("le", (A, Literal(2))),
    ),
    "Int64": Kind(pd.Int64Dtype(), st.one_of(MISSING, WHOLE), ANY, Call("notna", (A,))),
    "boolean": Kind(
        np.dtype(bool), st.sampled_from(["True", "False", "0", "1", "TRUE", "", "tRUE"]), ANY, Call("invert", (A,))
    ),
    "text": Kind(
        pd.StringDtype(na_value=np.nan),
        st.text(st.sampled_from('ab",\n\ré '), max_size=4),
        (*ANY, "min", "max"),
        Call("ne", (A, Literal("a"))),
    ),
    "object": Kind(
        np.dtype(object), st.sampled_from(["x", "y", "NA", "x" * 40, "𝄞"]), (*ANY, "min", "max"), Call("isna", (A,))
    ),
    "date": Kind(
        np.dtype("M8[us]"),
        st.one_of(
            MISSING,
            st.dates(datetime.date(1, 1, 1)).map(str),
            st.datetimes().map(lambda moment: moment.isoformat(" ")),
            st.sampled_from(["2013-02-29", "2012-02-29", "2012-2-9", "2012-02-29T23:59", "x"]),
        ),
        (*ANY, "min", "max"),
        Call("eq", (Call("month", (A,)), Literal(2))),
    ),
}


def requests_of(kinds: tuple[str, str]) -> list[Request]:
    """Everything that a scan can be asked of columns "a" and "b" of two kinds, in one reading."""
    both = (Column("a"), Column("b"))
    predicate = KINDS[kinds[0]].predicate
    partials = tuple(Accumulator(name, place) for place, kind in enumerate(kinds) for name in KINDS[kind].partials)
    return [
        Rows(("a", "b")),
        Rows(("b",), predicate, 3),
        Count(),
        Count(predicate),
        Reduce(both, (), partials, None),
        Reduce(both, both[:1], (*partials, Accumulator("size", 0)), predicate, False, (0, 1)),
        Reduce(both, (both[1], both[0]), (Accumulator("size", 0), *partials)),
    ]


def tables(one: Any, request: Request) -> list[Any]:
    """An answer's tables. The distinct values of groups are in no order; what rounding took is not the same."""
    if not isinstance(request, Reduce):
        return [one]
    table, distinct, _ = as_pandas(
        one, [None] * len(request.by), [None] * len(request.values), request.accumulators, request.distinct
    )
    state = pd.DataFrame(
        {place: table[place] for place, own in enumerate(request.accumulators) if not own.function.endswith("_low")}
    )
    return [state, *(table.sort_values(list(table.columns)).reset_index(drop=True) for table in distinct)]


@slow
@given(st.data())
def test_random_records(tmp_path: Path, data: st.DataObject) -> None:
    """Random fields, quoted where they must be and sometimes where not: the kernel's answer is the reference's."""

    def field(text: str, is_quoted: bool) -> str:
        must = re.search('[",\n\r]', text) is not None
        return '"' + text.replace('"', '""') + '"' if must or is_quoted else text

    kinds = data.draw(st.tuples(st.sampled_from(sorted(KINDS)), st.sampled_from(sorted(KINDS))), "kinds")
    record = st.tuples(*(KINDS[kind].fields for kind in kinds), st.booleans())
    records = data.draw(st.lists(record, max_size=80), "records") * data.draw(st.sampled_from([1, 1, 40]), "times")
    newline = data.draw(st.sampled_from(["\n", "\r\n"]), "newline")
    piece = data.draw(st.sampled_from([1, 5, 64, 1 << 18]), "piece")
    lines = [f"{field(first, quoted)},{field(second, quoted)}" for first, second, quoted in records]
    text = newline.join(lines) + (newline if data.draw(st.booleans(), "ends") and lines else "")
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode())
    names = ("a", "b")
    dtypes = {name: KINDS[kind].dtype for name, kind in zip(names, kinds, strict=True)}
    dates = tuple(DateColumn(name, (name,), "iso") for name in names if dtypes[name].kind == "M")
    reader = reader_of(path, Format(names, null_texts=NULL_TEXTS), dtypes, dates)
    requests = requests_of(kinds)
    found = {}
    for name in ARCHITECTURES:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(sniff, "ARCHITECTURE", name)
            patched.setattr(compiled, "PIECE", piece)
            try:
                found[name] = native.answers([(reader, 0, reader.end)], requests)
            except compiled.FallbackRequired as reason:
                found[name] = str(reason)
    event("fallback" if isinstance(found[ARCHITECTURES[0]], str) else "read")
    if len({one if isinstance(one, str) else "" for one in found.values()}) > 1:
        raise AssertionError(found)
    if isinstance(found[ARCHITECTURES[0]], str):
        return
    others = reference.answers([(reader, 0, reader.end)], requests)
    for answers in found.values():
        for ours, expected, request in zip(answers, others, requests, strict=True):
            for one, other in zip(tables(ours, request), tables(expected, request), strict=True):
                assert_same(one, other)
