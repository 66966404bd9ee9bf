"""What is set, and lazy values in the place of values: as pandas does it, in one partition and in several."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import lazyframe as lf
from tests.assertions import assert_same

FRAME = pd.DataFrame(
    {
        "k": ["a", "b", "a", "c"],
        "x": [1, 2, 3, 4],
        "y": [0.5, np.nan, 2, 3],
        "t": pd.to_datetime(["2020-01-01", "2020-01-03", "2020-02-01", "2020-01-05"]).as_unit("us"),
    }
).astype({"k": "str"})

STATEMENTS = """
d[["x","y"]]=0; r=d
d[["x","y"]]=d[["x","y"]]*2; r=d
d[["p","q"]]=[1,2]; r=d
d[["x","y"]]=d[["x","y"]].fillna(0).to_numpy(); r=d
d[["x","y"]]=pd.DataFrame({"x":[1,2,3,4],"y":[1.,2,3,4]}); r=d
d["z"]=d[["x"]]; r=d
d=d[["x","y"]]; d.loc[1]=d.loc[0]; r=d
d=d[["x","y"]]; d.loc[1]={"x":7,"y":8.}; r=d
d.loc[1,["x","y"]]=d.loc[0,["x","y"]]; r=d
d.loc[:,["x","y"]]=d[["x","y"]].fillna(0); r=d
d.loc[d.x>2,["x","y"]]=d[["x","y"]]*10; r=d
t=d.groupby("k")[["x"]].agg(["min","max"]); t["z"]=1; r=t
t=d.groupby("k")[["x"]].agg(["min","max"]); r=t["x"]
t=d.groupby("k")[["x"]].agg(["min","max"]); r="x" in t
r=d.describe().equals(d.describe())
r="a" in d.k.max()
r=len(d.k.max())
r=(d.t.max()-d.t.min()).days
r=(d.t.max()-d.t.min()).total_seconds()
r=d.isna().sum().y
r=d.k.value_counts().a
r=F[F.x<d.x.max()]
r=F.assign(s=F.x/d.x.sum())
r={4:1}[d.x.max()]
r=d.x.max() in {4}
n=d[["x","y"]]; n[n>2]=0; r=n
n=d[["x","y"]]; n[n.x>2]=0; r=n
d.loc[lambda t: t.x>2,"x"]=5; r=d
r=round(d.y,1)
r=len(np.zeros(d.x.max()))
r=d.rename(columns={d.isna().sum().idxmax():"zz"})
r=d.groupby("k")[["x"]].agg(["min","max"]).x
d[["x","y"]]+=1; r=d
d.iloc[1,1]=9; r=d
d.loc[0,"x"]=9; r=d
""".strip().splitlines()


def outcome(text: str, d: Any) -> Any:
    """What some statements leave under the name r."""
    names = {"d": d, "pd": pd, "np": np, "F": FRAME}
    exec(text, names)
    found: Any = names["r"]
    return found.compute() if hasattr(found, "compute") else found


@pytest.mark.filterwarnings("ignore:Treating an array-like", "ignore:Setting a new column")
@pytest.mark.parametrize("parts", [1, 3])
@pytest.mark.parametrize("text", STATEMENTS)
def test_statements_do_what_they_do_in_pandas(text: str, parts: int) -> None:
    assert_same(outcome(text, lf.from_pandas(FRAME, npartitions=parts)), outcome(text, FRAME.copy()))


REFUSED = {
    'd[["x", "y"]] = d[["x"]]': (ValueError, "Columns must be same length as key"),
    'd["z"] = d[["x", "y"]]': (ValueError, "Cannot set a DataFrame with multiple columns"),
    "list(d.x.max())": (TypeError, "not iterable"),
    "len(d.x.max())": (TypeError, "has no len"),
    "d[d.x > 2] = 2.5": (lf.errors.UnsupportedError, r"would change the dtype of a column.*write df = df.mask"),
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_refused_says_why(text: str) -> None:
    error, message = REFUSED[text]
    with pytest.raises(error, match=message):
        exec(text, {"d": lf.from_pandas(FRAME, npartitions=2)})
