"""Constants that compare equal in Python and are not the same: 1, 1.0 and True; 0.0 and -0.0."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lazyframe as lf
from lazyframe.io.scan import Literal
from tests.assertions import assert_eq, assert_same

LARGE = 9007199254740993


@pytest.fixture(params=["kernel", "arrow", "pandas", "frame"])
def two_columns(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[lf.DataFrame, pd.DataFrame]:
    """Integers that float64 can't hold beside floats, by each way of reading."""
    pdf = pd.DataFrame({"id": range(LARGE - 2, LARGE + 2), "f": [0.5, 1.5, 2.5, -3.5]})
    if request.param == "frame":
        return lf.from_pandas(pdf, npartitions=2), pdf
    for number, part in enumerate([pdf[:2], pdf[2:]]):
        part.to_csv(tmp_path / f"{number}.csv", index=False)
    how: dict[str, Any] = {"kernel": {}, "arrow": {"dtype": {"id": "Int64"}}, "pandas": {"thousands": "_"}}
    df = lf.read_csv(str(tmp_path / "*.csv"), **how[request.param])
    return df, pdf.astype(how[request.param].get("dtype", {}))


def test_integers_stay_integers_beside_the_same_step_with_a_float(
    two_columns: tuple[lf.DataFrame, pd.DataFrame],
) -> None:
    df, pdf = two_columns

    def kept(frame: Any) -> Any:
        return frame[(frame.f - 1.0 > -9.0) & (frame.id - 1 > LARGE - 2)]

    assert_eq(kept(df), kept(pdf))
    assert_eq(kept(df).id.sum(), kept(pdf).id.sum())
    assert_eq(kept(df).id.count(), kept(pdf).id.count())


def test_two_queries_of_one_compute_keep_their_constants(two_columns: tuple[lf.DataFrame, pd.DataFrame]) -> None:
    df, pdf = two_columns
    both = lf.compute(df.id + 1, df.id + 1.0, df.f * 0.0, df.f * -0.0)
    wanted = (pdf.id + 1, pdf.id + 1.0, pdf.f * 0.0, pdf.f * -0.0)
    for actual, expected in zip(both, wanted, strict=True):
        assert_same(actual, expected)
    assert list(np.signbit(both[2])) == list(np.signbit(wanted[2])) != list(np.signbit(both[3]))
    sums = lf.compute((df.id - 1).sum(), (df.id - 1.0).sum(), (df.f - True).sum())
    assert [type(one) for one in sums] == [type(one) for one in ((pdf.id - 1).sum(), (pdf.id - 1.0).sum(), sums[2])]


@given(
    st.lists(
        st.sampled_from([0, 0.0, -0.0, False, 1, 1.0, True, "1", np.float64(1), np.int64(1)]), min_size=2, max_size=2
    )
)
def test_constants_are_equal_with_their_types_and_signs_only(values: list[Any]) -> None:
    one, other = values
    same = type(one) is type(other) and repr(one) == repr(other)
    assert (Literal(one) == Literal(other)) is same
    assert (Literal((one, 2)) == Literal((other, 2))) is same
    if same:
        assert hash(Literal(one)) == hash(Literal(other))
