"""What collections refuse, and how they show themselves."""

import copy
import pickle
from pathlib import Path
from typing import Any

import cloudpickle
import numpy as np
import pandas as pd
import pytest

import lazyframe as lf
from tests.assertions import assert_eq

FRAME = pd.DataFrame({"x": [1, 2, 3, 4], "y": [0.5, None, 1.5, 2.5], "key": list("abab")}, index=[3, 1, 4, 1])


@pytest.fixture
def df() -> lf.DataFrame:
    return lf.from_pandas(FRAME, npartitions=3)


def test_an_unknown_column_suggests_the_nearest(df: lf.DataFrame) -> None:
    with pytest.raises(KeyError, match=r"There is no column 'kez'. Did you mean 'key'\?"):
        df["kez"]
    with pytest.raises(AttributeError, match=r"no attribute 'kez'. There is no column 'kez'. Did you mean 'key'\?"):
        _ = df.kez
    with pytest.raises(KeyError, match=r"There is no column 'zzz'. The columns are 'x', 'y', 'key'."):
        df[["x", "zzz"]]
    with pytest.raises(KeyError, match="There is no column 'kez'"):
        df.groupby("kez")
    with pytest.raises(KeyError, match="There is no column 'kez'"):
        df.groupby("key")["kez"]


def test_copies_and_pickles(df: lf.DataFrame) -> None:
    for lazy in (df, df.x, df.x.sum(), df.groupby("key").x.mean(), lf.delayed(len)(df)):
        for other in (copy.copy(lazy), copy.deepcopy(lazy), cloudpickle.loads(cloudpickle.dumps(lazy))):
            assert str(other.compute()) == str(lazy.compute())
    for other in (df.copy(), df.assign()):
        other["z"] = other.x * 2
        assert "z" in other
        assert "z" not in df


def test_what_lazyframe_can_not_have_says_so(df: lf.DataFrame) -> None:
    with pytest.raises(lf.errors.UnsupportedError, match=r"DataFrame.update is not supported. .*combine_first"):
        df.update(df)
    with pytest.raises(lf.errors.UnsupportedError, match=r"Series.attrs is not supported. Set it on the result of"):
        _ = df.x.attrs
    assert not hasattr(df, "update")
    with pytest.raises(lf.errors.UnsupportedError, match=r"^replace\(inplace=True\): .* is a Deferred"):
        df.replace(1, 2.5, inplace=True)


def test_the_structure_of_frames(df: lf.DataFrame) -> None:
    assert list(df) == ["x", "y", "key"]
    assert np.asarray(df.x).tolist() == [1, 2, 3, 4]
    assert df.y.isna().compute().tolist() == [False, True, False, False]
    assert np.sqrt(df.x).compute().tolist() == [1, 2**0.5, 3**0.5, 2]


@pytest.mark.parametrize("dtype", ["int8", "int32", "uint16", "float32"])
@pytest.mark.parametrize("name", ["sum", "mean", "min", "max", "var", "std", "count"])
def test_answers_have_the_dtypes_of_pandas(dtype: str, name: str) -> None:
    table = pd.DataFrame({"x": np.array([100, 120, 90, 110]).astype(dtype), "key": list("abab")})
    lazy = lf.from_pandas(table, npartitions=3)
    assert np.asarray(getattr(lazy.x, name)().compute()).dtype == np.asarray(getattr(table.x, name)()).dtype
    assert_eq(getattr(lazy[["x"]], name)(), getattr(table[["x"]], name)())
    by_values = name == "sum" and dtype != "float32"  # pandas makes it as small as the values allow
    grouped = getattr(lazy.groupby("key").x, name)(), getattr(table.groupby("key").x, name)()
    assert_eq(*grouped, check_schema=not by_values)


def test_answers_by_the_same_keys_go_together(df: lf.DataFrame) -> None:
    groups, whole = df.groupby("key"), FRAME.groupby("key")
    assert_eq(groups.x.max() - groups.x.min(), whole.x.max() - whole.x.min())
    assert_eq(groups.y.sum() / groups.size(), whole.y.sum() / whole.size())
    share = df[df.x > 1].groupby("key").x.sum() / groups.x.sum()
    assert_eq(share, FRAME[FRAME.x > 1].groupby("key").x.sum() / whole.x.sum())


@pytest.mark.filterwarnings("ignore:Boolean Series key will be reindexed")
def test_a_test_of_other_rows_is_matched_by_pandas(df: lf.DataFrame) -> None:
    plain = FRAME.reset_index(drop=True)
    other = lf.from_pandas(plain, npartitions=3)
    assert_eq(other[other.x > 1][other.y > 1], plain[plain.x > 1][plain.y > 1])
    assert_eq(df[df.x.shift(1) > 1], FRAME[FRAME.x.shift(1) > 1])
    kept = df[df.x > 1]
    assert_eq(kept[kept.y > 1], FRAME[FRAME.x > 1][FRAME[FRAME.x > 1].y > 1])
    assert isinstance(kept[kept.y > 1], lf.DataFrame)


@pytest.mark.parametrize(
    ("ask", "error", "message"),
    [
        (
            lambda df: bool(df.x),
            ValueError,
            r"Series is not known before .compute\(\). To combine .* & and | and ~, with",
        ),
        (
            lambda df: df[df.x > 1 & df.key == "a"],
            TypeError,
            r"Put each condition in parentheses: \(x > 1\) & \(y == 2\)",
        ),
        (lambda df: df.groupby("key").kex, AttributeError, r"A groupby has no method 'kex'. .* Did you mean 'key'\?"),
        (lambda df: df.x.groupby(df.key).kex, AttributeError, r"^A groupby has no method 'kex'.$"),
        (
            lambda df: df.key.dt,
            AttributeError,
            r"datetimelike values. To read dates, pass read_csv parse_dates=\['key'\]",
        ),
        (lambda df: df[df.x], TypeError, "not of int64. A column of 0 and 1 is read as bool with dtype={'x': bool}"),
        (lambda df: df.x.sum(wrong=2), TypeError, r"sum\(\) got unexpected arguments: 'wrong'"),
        (lambda df: df.assign(z=[1, 2]), ValueError, r"Length of values \(2\) does not match length of index \(4\)"),
        (lambda df: setattr(df, "z", 1), AttributeError, r"made with df\['z'\] = ..., not by setting"),
        (lambda df: df.groupby([]), ValueError, "no key was given"),
        (lambda df: df.groupby("key").fly(), AttributeError, "no method 'fly'"),
        (lambda df: df.mean(), TypeError, "."),
        (lambda df: df.x.dt, AttributeError, "Can only use .dt accessor with datetimelike values"),
        (lambda df: df.map_partitions(len), TypeError, "gave a int for the first rows"),
        (lambda df: df.x.compute(scheduler="cluster"), ValueError, "There is no scheduler 'cluster'"),
        (lambda df: lf.from_pandas(FRAME, npartitions=0), ValueError, "npartitions must be at least 1, not 0"),
        (lambda df: lf.from_pandas(FRAME[["x", "x"]]), ValueError, "The columns must have different names"),
    ],
)
def test_refusals(ask: Any, error: type, message: str, df: lf.DataFrame) -> None:
    with pytest.raises(error, match=message):
        ask(df)


def test_setting_columns(df: lf.DataFrame) -> None:
    frame = FRAME.copy()
    for one in (df, frame):
        one["z"] = one.x * 2
        one.x = one.y
        one["c"] = 7
        one["m"] = one.z.max()
    assert_eq(df, frame)
    assert_eq(df.assign(w=lambda d: d.z + 1, v=lambda d: d.w), frame.assign(w=lambda d: d.z + 1, v=lambda d: d.w))


def test_duplicate_labels_in_the_index(df: lf.DataFrame) -> None:
    assert_eq(df[df.x > 1].y - df[df.x > 1].x, FRAME[FRAME.x > 1].y - FRAME[FRAME.x > 1].x)


def test_a_series_without_a_name_stays_without(df: lf.DataFrame) -> None:
    unnamed = pd.Series([1.5, 2.5, None])
    assert_eq(lf.from_pandas(unnamed, npartitions=2), unnamed)
    assert_eq(lf.from_pandas(unnamed, npartitions=2).sum(), 4.0)
    assert_eq((df.x + df.y).persist(), FRAME.x + FRAME.y)


def test_scalars(df: lf.DataFrame) -> None:
    assert_eq(df.x.max() - df.x.mean(), FRAME.x.max() - FRAME.x.mean())
    assert_eq(1 / df.x.sum(), 1 / FRAME.x.sum())
    assert_eq(df.x / df.x.sum(), FRAME.x / FRAME.x.sum())
    assert df.size.compute() == FRAME.size
    assert df.y.size.compute() == 4


def test_how_they_show_themselves(df: lf.DataFrame) -> None:
    assert repr(df).splitlines() == [
        "lazyframe.DataFrame, 3 partitions, from 4 rows in memory, 132 bytes",
        "  x    int64    1",
        "  y    float64  0.5",
        "  key  str      a",
    ]
    assert repr(df.x) == "lazyframe.Series, 3 partitions, from 4 rows in memory, 132 bytes\n  x  int64  1"
    assert repr(df.x.sum()) == "lazyframe.Scalar sum, int64, from 4 rows in memory, 132 bytes"
    assert repr(df.groupby("key").x.sum()).splitlines() == [
        "lazyframe.Series, groupby-sum by key, from 4 rows in memory, 132 bytes",
        "  x  int64",
    ]
    assert df._repr_html_().startswith("<div><strong>lazyframe.DataFrame, 3 partitions")
    assert 'key<br><span style="font-weight: normal; opacity: 0.6">str</span></th>' in df._repr_html_()
    assert "<tr><td>1</td><td>0.5</td><td>a</td></tr>" in df._repr_html_()
    assert {"x", "key", "groupby"} <= set(dir(df))
    assert df.x.sum.__doc__.startswith("As pandas' `Series.sum`, lazily.")


def test_first_rows_are_shown_if_they_are_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    for number in range(2):
        rows = [f"<b>{i}\x1b[31m,{i}.5,{'x' * 70},2020-01-0{i + 1}" for i in range(number * 4, number * 4 + 4)]
        (tmp_path / f"{number}.csv").write_text("\n".join(["s,f,long,d", *rows, ""]))
    lazy = lf.read_csv(tmp_path, parse_dates=["d"])
    assert repr(lazy).splitlines()[1:] == [
        "  s     str             <b>0\\x1b[31m, <b>1\\x1b[31m, <b>2\\...",
        "  f     float64         0.5, 1.5, 2.5, 3.5",
        f"  long  str             {'x' * 33}...",
        "  d     datetime64[us]  2020-01-01, 2020-01-02, 2020-01-0...",
    ]
    assert "&lt;b&gt;0" in lazy._repr_html_() and "<b>" not in lazy._repr_html_()
    assert repr(lazy[lazy.f > 1].f).splitlines()[1] == "  f  float64  1.5, 2.5, 3.5"
    assert repr(lazy.f.map_partitions(lambda part: part * 2)).splitlines()[1] == "  f  float64"
    assert repr(lazy.sort_values("f").f).splitlines()[1] == "  f  float64"
    (tmp_path / "0.csv").write_text('s,f,long,d\n"never closed')
    assert repr(lazy.f).splitlines()[1] == "  f  float64"  # and computing it says what is wrong


def test_wide_frames_fold_in_the_middle() -> None:
    lazy = lf.from_pandas(pd.DataFrame({f"c{i}": [i] for i in range(50)}))
    assert "  ...  10 more columns" in repr(lazy).splitlines()
    html = lazy._repr_html_()
    assert html.count("<th>") == 25 and ">26 more columns<" in html and "<td>11</td><td>...</td><td>38</td>" in html


def test_results_that_are_not_collections_pass_through(df: lf.DataFrame) -> None:
    assert lf.compute(1, df.x.sum(), "a") == (1, 10, "a")
    assert lf.compute() == ()


def test_map_partitions(df: lf.DataFrame) -> None:
    assert_eq(df.map_partitions(lambda part: part[["x"]] * 2), FRAME[["x"]] * 2)
    doubled = df.x.map_partitions(lambda part, by: part * by, by=2, meta=("x", "int64"))
    assert_eq(doubled, FRAME.x * 2)
    assert_eq(doubled.sum(), FRAME.x.sum() * 2)


def test_groups_and_parts_of_dates_say_what_they_are(df: lf.DataFrame) -> None:
    assert repr(df.groupby("key")) == "lazyframe.GroupBy by key"
    assert repr(df.groupby(["key", df.x > 1])["y"]) == "lazyframe.GroupBy by key, x of y"
    groups = df.groupby("key")
    for copied in (copy.copy(groups), copy.deepcopy(groups), pickle.loads(pickle.dumps(groups))):
        assert_eq(copied.x.sum(), FRAME.groupby("key").x.sum())
    dates = lf.from_pandas(pd.DataFrame({"day": pd.to_datetime(["2020-01-01"])})).day
    assert repr(dates.dt).startswith("lazyframe.DatetimeAccessor of lazyframe.Series, 1 partition")
    with pytest.raises(AttributeError, match="'DatetimeAccessor' object has no attribute 'flor'"):
        _ = dates.dt.flor
    with pytest.raises(AttributeError, match="has no attribute 'days'"):
        _ = dates.dt.days


def test_a_wide_table_is_not_listed_whole() -> None:
    wide = lf.from_pandas(pd.DataFrame({f"c{i}": [1] for i in range(500)}))
    with pytest.raises(KeyError, match=r"There is no column 'zz'. The columns are 'c0', .*, 'c29' and 470 more\."):
        wide["zz"]


def test_pandas_is_told_to_take_a_result() -> None:
    pdf = pd.DataFrame({"x": [1, 2], "y": [3.0, 4.0]})
    df = lf.from_pandas(pdf, npartitions=2)
    takers: list[Any] = [
        lambda: pd.DataFrame(df),
        lambda: pd.isna(df.x),
        lambda: pd.DataFrame(df, columns=["a", "b"]),
        lambda: pd.Series(df.x),
        lambda: pd.DataFrame({"x": df.x}),
        lambda: pd.Index(df.x),
        lambda: pdf.assign(z=df.x),
        lambda: pd.array(df.x),
    ]
    says = r"pandas would lose the labels of a lazy (DataFrame|Series): call the function of lf \(lf.crosstab"
    for take in takers:
        with pytest.raises(TypeError, match=says):
            take()
    assert np.asarray(df).tolist() == [[1, 3], [2, 4]]
    assert pd.DataFrame(df.compute()).equals(pdf)


def test_scalars_act_as_numbers(df: lf.DataFrame) -> None:
    high = df.x.max()
    assert float(high) == 4.0 and int(high) == 4 and round(high, 1) == 4 and complex(high) == 4
    assert high > 1 and not high > 4
    assert f"{high:.2f} of {high}" == "4.00 of 4"
    assert list(range(high)) == [0, 1, 2, 3]
    assert high.bit_count().compute() == 1
    assert (high / 2).is_integer()
    with pytest.raises(AttributeError, match="A lazy Scalar of int64 has no attribute 'fly'"):
        high.fly()
