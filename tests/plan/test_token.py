"""Keys: equal values have equal ones, in every process; different values have different ones."""

import functools
import itertools
import pickle
import re
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.ops import reductions
from lazyframe.plan.token import token

VALUES = [
    None, True, 1, 1.0, -0.0, "1", b"1", (), (1,), [1], ((1,), 2), (1, (2,)), {"a": 1}, {1}, frozenset({1}), "ab",
    ("a", "b"), float("nan"), np.int64(1), np.float32(1), np.dtype("int8"), pd.Timestamp(1), Path("x"),
    np.arange(3), np.arange(3.0),
    pd.Series([1, 2]), pd.Series([1, 2], name="x"), pd.Series([1, 2], index=[1, 2]), pd.DataFrame({"a": [1]}),
    pd.DataFrame({"b": [1]}), len, max, pd.Series, token, partial(max, 1), reductions.mean, reductions.sum,
]  # fmt: skip


def test_different_values_have_different_tokens() -> None:
    for first, second in itertools.combinations(VALUES, 2):
        assert token(first) != token(second), (first, second)


def test_a_copy_has_the_same_token() -> None:
    for value in VALUES:
        assert token(pickle.loads(pickle.dumps(value))) == token(value), value


def test_functions_without_a_name_are_told_by_their_code() -> None:
    assert token(lambda x: x + 1) != token(lambda x: x + 2)


CODE = """
import pandas as pd, lazyframe as lf
from lazyframe.plan.token import token
df = lf.read_csv("data/nycflights/*.csv", dtype={"Cancelled": bool}, usecols=lambda name: name != "Year")
kept = df[~df.Cancelled & df.UniqueCarrier.isin({"AA", "B6", "DL"})]
query = kept.groupby("Origin").agg({"DepDelay": ["mean", "std"]})
print(query._plan.key, token({"b", "a", "c"}, {"x": 1, "y": 2}, len, lf.DataFrame))
"""


def twice(function: Any) -> Any:
    @functools.wraps(function)
    def both(x: Any) -> Any:
        return function(function(x))

    return both


def once(x: Any) -> Any:
    return x


def test_functions_that_differ_have_different_tokens() -> None:
    functions = [once, twice(once), len, "a b".split, "c d".split, {"k": 1}.get, {"k": 2}.get, re.compile("a").findall]
    functions += [re.compile("b").findall, np.random.default_rng(1).normal, np.random.default_rng(2).normal, lambda: 1]
    assert len({token(function) for function in functions}) == len(functions)
    assert token("a b".split) == token("a b".split)
    assert token({"k": 1}.get) == token({"k": 1}.get)


def test_pandas_objects_that_look_alike_have_different_tokens() -> None:
    categories = [
        pd.Categorical(["a", "b"], list(order), ordered=o) for order, o in (("ab", None), ("ba", None), ("ab", True))
    ]
    days = pd.date_range("2020", periods=200)
    levels = [pd.MultiIndex.from_arrays([np.array([1, 2], dtype), [1, 2]]) for dtype in ("int8", "int64")]
    alike: list[Any] = [pd.Series(x, dtype=object) for x in ([1, "1"], ["1", "1"], [None, 1], [np.nan, 1])]
    alike += [kind(one) for one in categories for kind in (pd.Series, pd.CategoricalIndex)]
    alike += [days, pd.DatetimeIndex(days.to_numpy()), *levels, pd.Index([0, 1]), pd.RangeIndex(2)]
    alike += [pd.Series([zero], dtype=t) for t in ("float64", "Float64", "double[pyarrow]") for zero in (0.0, -0.0)]
    alike += [pd.Series([zero]) for zero in (0j, -0j, complex(0.0, -0.0))] + [pd.Index([z] * 200) for z in (0.0, -0.0)]
    assert len({token(one) for one in alike}) == len(alike)
    assert token(alike[0]) == token(pickle.loads(pickle.dumps(alike[0])))


def test_keys_are_the_same_in_every_process() -> None:
    seen = set()
    for seed in ["1", "2"]:
        done = subprocess.run(
            [sys.executable, "-c", CODE],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parent.parent.parent,
            env={"PYTHONHASHSEED": seed, "PATH": "", "PYTHONPATH": ":".join(sys.path)},
        )
        seen.add(done.stdout)
    assert len(seen) == 1
