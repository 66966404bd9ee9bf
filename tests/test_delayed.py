"""Delayed functions: what they hold, what they refuse, when they run."""

import operator
import os
import threading
import time
from collections import Counter, OrderedDict, defaultdict, namedtuple
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lazyframe as lf
from tests.assertions import assert_eq, assert_same


@lf.delayed
def inc(x: Any) -> Any:
    return x + 1


@lf.delayed(nout=2)
def halves(x: int) -> tuple[int, int]:
    return x // 2, x - x // 2


Point = namedtuple("Point", "x y")


@dataclass(frozen=True)
class Box:
    """A dataclass that holds something lazy."""

    content: Any
    label: str = "box"


def meet(own: str, other: str) -> int:
    """Wait until the other call runs too."""
    Path(own).touch()
    deadline = time.monotonic() + 20
    while not os.path.exists(other):
        assert time.monotonic() < deadline, "the other call does not run at the same time"
        time.sleep(0.005)
    return 1


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes", "distributed"])
def test_a_sum_of_calls(scheduler: str, client: Any) -> None:
    total = lf.delayed(sum)([inc(1), inc(inc(2)), 10])
    with client.as_current():
        assert total.compute(scheduler=scheduler) == 16


@pytest.mark.parametrize("scheduler", ["threads", "processes", "distributed"])
def test_calls_that_do_not_need_one_another_run_at_once(scheduler: str, client: Any, tmp_path: Path) -> None:
    marks = str(tmp_path / "a"), str(tmp_path / "b")
    total = lf.delayed(meet)(*marks) + lf.delayed(meet)(*reversed(marks))
    with client.as_current():
        assert total.compute(scheduler=scheduler, num_workers=2) == 2


@pytest.mark.parametrize(
    ("holder", "expected"),
    [
        ([1, [inc(1)]], [1, [2]]),
        ((inc(1), {"a": inc(2)}), (2, {"a": 3})),
        ({"k": [inc(1)], 2: 3}, {"k": [2], 2: 3}),
        ({inc(1): "key"}, {2: "key"}),
        ({inc(1), 5}, {2, 5}),
        (frozenset([inc(1)]), frozenset([2])),
        (slice(inc(0), None, inc(1)), slice(1, None, 2)),
        (Point(inc(1), 7), Point(2, 7)),
        (Box([inc(1)]), Box([2])),
        (OrderedDict(a=inc(1)), OrderedDict(a=2)),
        (defaultdict(list, a=inc(1)), {"a": 2}),
    ],
)
def test_containers_of_delayed_arguments(holder: Any, expected: Any) -> None:
    found = lf.delayed(holder).compute()
    assert found == expected
    assert type(found) is type(holder)
    assert lf.delayed(lambda value: [value])(holder).compute() == [expected]
    assert lf.delayed(lambda *, value: [value])(value=holder).compute() == [expected]
    assert lf.compute(holder) == (expected,)


def test_values_attributes_items_calls() -> None:
    words = lf.delayed(["to", "be", "or", "not"])
    assert words[1].upper().compute() == "BE"
    assert words[0].compute() == "to"
    assert lf.delayed(Point(1, 2)).x.compute() == 1
    assert lf.delayed(lambda: operator.neg)()(3).compute() == -3
    with pytest.raises(AttributeError, match="Names that begin with '_' are not delayed: '_x'"):
        _ = words._x
    with pytest.raises(AttributeError, match="'str' object has no attribute 'uper'"):
        words[0].uper().compute()


@pytest.mark.parametrize(
    "name",
    [
        "add",
        "sub",
        "mul",
        "truediv",
        "floordiv",
        "mod",
        "pow",
        "and_",
        "or_",
        "xor",
        "lshift",
        "rshift",
        "eq",
        "ne",
        "lt",
        "le",
        "gt",
        "ge",
    ],
)
def test_operators(name: str) -> None:
    apply = getattr(operator, name)
    assert apply(inc(6), 2).compute() == apply(7, 2)
    assert apply(2, inc(6)).compute() == apply(2, 7)
    assert apply(inc(6), inc(1)).compute() == apply(7, 2)


def test_unary_operators() -> None:
    for name in ("neg", "pos", "abs", "invert"):
        assert getattr(operator, name)(inc(-8)).compute() == getattr(operator, name)(-7)


def test_several_results() -> None:
    small, large = halves(7)
    assert (small.compute(), large.compute()) == (3, 4)
    assert len(halves(7)) == 2


def test_what_is_not_known_before_it_runs() -> None:
    with pytest.raises(TypeError, match="can't be unpacked; say how many results there are with nout="):
        list(inc(1))
    with pytest.raises(TypeError, match=r"length of a delayed object is not known; say how many .* with nout="):
        len(inc(1))
    with pytest.raises(TypeError, match=r"truth value of a delayed object is not known before .compute\(\)"):
        bool(inc(1))
    with pytest.raises(TypeError, match="can't be changed; change its result in a delayed function"):
        inc(1)["a"] = 1


def test_a_pure_function_is_called_once_for_equal_arguments() -> None:
    calls: list[int] = []

    def called(x: int) -> int:
        calls.append(x)
        return x

    pure = lf.delayed(called, pure=True)
    assert pure(1).key == pure(1).key != pure(2).key
    assert lf.compute(pure(1), pure(1), pure(2), scheduler="sync") == (1, 1, 2)
    assert sorted(calls) == [1, 2]
    other = lf.delayed(called)
    assert other(1).key != other(1).key
    assert other(1).key.startswith("called-")
    assert lf.delayed(called, name="mine")(1).key.startswith("mine-")


def test_one_call_runs_once_however_many_use_it() -> None:
    calls = []
    one = lf.delayed(lambda: calls.append(1) or 3)()
    assert (one + one * one).compute(scheduler="threads") == 12
    assert calls == [1]


def test_what_an_impure_object_gives_is_impure_too() -> None:
    class Queue:
        def __init__(self) -> None:
            self.taken = 0

        def take(self) -> int:
            self.taken += 1
            return self.taken

    queue = lf.delayed(Queue)()
    assert sorted(lf.compute(queue.take(), queue.take(), queue.take(), scheduler="sync")) == [1, 2, 3]
    pure = lf.delayed(Queue, pure=True)()
    assert lf.compute(pure.take(), pure.take(), scheduler="sync") == (1, 1)


def test_a_delayed_function_stays_one() -> None:
    assert lf.delayed(inc) is inc
    assert lf.delayed(sum)(inc(i) for i in range(3)).compute() == 6
    assert lf.delayed(list)(map(inc, [1, 2])).compute() == [2, 3]
    assert lf.delayed(dict)(self=1, func=2).compute() == {"self": 1, "func": 2}
    assert (np.arange(3) + inc(1)).compute().tolist() == [2, 3, 4]


def test_a_delayed_object_is_kept(client: Any) -> None:
    for scheduler in ("threads", client):
        kept = inc(1).persist(scheduler=scheduler)
        assert (kept + 1).compute(scheduler=scheduler) == 3
    with pytest.raises(TypeError, match="can't be changed"):
        inc(1).size = 3


def test_containers_keep_all_else_about_them() -> None:
    assert lf.compute(Counter(a=inc(1))) == (Counter(a=2),)
    box = Later(inc(1))
    box.also = inc(2)
    found = lf.delayed(same)(box).compute()
    assert (found.one, found.also, box.one is found.one) == (2, 3, False)
    names = Names([inc(1)])
    names.title = "kept"
    found = lf.delayed(same)(names).compute()
    assert (found, found.title, type(found)) == ([2], "kept", Names)


class Names(list):  # type: ignore[type-arg]
    title = ""


@dataclass
class Later:
    """A dataclass with a field that is set later."""

    one: Any
    also: Any = field(init=False, default=None)


def same(value: Any) -> Any:
    return value


def test_a_method_is_delayed() -> None:
    class Counter:
        step = 3

        @lf.delayed
        def advanced(self, x: int) -> int:
            return x + self.step

    assert Counter().advanced(4).compute(scheduler="processes") == 7


def test_delayed_and_frames_in_one_run() -> None:
    table = pd.DataFrame({"x": [1, 2, 3, 4], "y": list("abab")})
    df = lf.from_pandas(table, npartitions=2)
    whole, total, rows, plus = lf.compute(df, df.x.sum(), lf.delayed(len)(df), lf.delayed(operator.add)(df.x.sum(), 5))
    assert_same(whole, table)
    assert (total, rows, plus) == (10, 4, 15)


def test_partitions_as_delayed_and_back() -> None:
    table = pd.DataFrame({"x": [1, 2, 3, 4], "y": list("abab")})
    df = lf.from_pandas(table, npartitions=3)
    parts = df.to_delayed()
    assert len(parts) == 3
    assert_eq(lf.from_delayed(parts), table)
    assert_eq(lf.from_delayed(parts, meta={"x": "int64", "y": "str"}).x, table.x)
    assert_eq(lf.from_delayed(df.x.to_delayed()), table.x)
    assert lf.delayed(sum)([lf.delayed(len)(part) for part in parts]).compute() == 4


def test_partitions_of_files_have_the_row_numbers_of_the_folder(lazy_flights: lf.DataFrame, flights: Any) -> None:
    last = lazy_flights[lazy_flights.DepDelay > 100].to_delayed()[-1].compute()
    expected = flights[flights.DepDelay > 100]
    assert_same(last, expected.iloc[len(expected) - len(last) :])


def test_wrong_partitions() -> None:
    good = lf.delayed(pd.DataFrame)({"x": [1]})
    for bad, message in [
        (lf.delayed(pd.DataFrame)({"z": [1]}), "columns"),
        (lf.delayed(pd.DataFrame)({"x": ["a"]}), "dtype|int64"),
        (lf.delayed(pd.DataFrame)({"y": [1], "x": [1]}), "'y': int64 instead of absent"),
        (lf.delayed(int)(3), "int"),
    ]:
        with pytest.raises(TypeError, match=message):
            lf.from_delayed([good, bad]).compute()
    for wrong in ([], good):
        with pytest.raises(TypeError, match="a list of at least one delayed object"):
            lf.from_delayed(wrong)
    assert_eq(lf.from_delayed(part for part in [good, good]).x, pd.Series([1, 1], index=[0, 0], name="x"))
    two = lf.delayed(pd.DataFrame)
    with pytest.raises(TypeError, match="their order differs"):
        lf.from_delayed([two({"x": [1], "y": [2]}), two({"y": [2], "x": [1]})]).compute()
    with pytest.raises(TypeError, match="a partition is a int; it must be a DataFrame or a Series"):
        lf.from_delayed([lf.delayed(int)(3)])


def test_names_of_lambdas_and_objects() -> None:
    assert lf.delayed(lambda: 1)().key.startswith("lambda-")
    assert repr(inc) == "lazyframe.collections.delayed(inc)"
    assert repr(inc(1)).startswith("lazyframe.Delayed inc-")
    assert inc.__name__ == "inc"


def test_thousands_of_calls() -> None:
    total = lf.delayed(0)
    for number in range(2_000):
        total = total + number
    assert total.compute(scheduler="sync") == sum(range(2_000))


def test_nothing_runs_before_compute() -> None:
    ran = threading.Event()
    later = lf.delayed(ran.set)()
    (later + 1)[0]
    assert not ran.is_set()
    later.compute()
    assert ran.is_set()
