"""`assert_eq`: what every lazy answer is held to."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import cloudpickle
import numpy as np
import pandas as pd

from executor import SyncExecutor, ThreadExecutor
from lazyframe.collections.collection import Collection
from lazyframe.plan.logical.partitions import Kept
from lazyframe.plan.logical.together import Together
from lazyframe.plan.logical.whole import Across
from lazyframe.plan.node import Node, graph_of, transform
from lazyframe.plan.passes.optimize import NEEDED, PASSES, optimize
from lazyframe.plan.schema import schema_of
from lazyframe.record import replace
from tests.conftest import ALL


def assert_eq(lazy: Collection, expected: Any, check_schema: bool = True) -> None:
    """A collection gives the answer that pandas gives; five checks.

    The value, under sync and threads; the predicted schema is the actual one; the optimized query and the unoptimized
    give the same; the tasks pickle; the query built again has the same key.

    `check_schema=False` is for answers whose dtype depends on the data (an integer column that turns out to have
    missing values).
    """
    actual = answer(lazy, PASSES, ThreadExecutor(2))
    assert_same(actual, expected)
    if check_schema:
        assert_schema(lazy._plan, actual)
    assert_same(answer(lazy, NEEDED, SyncExecutor()), expected)
    graph = graph_of(optimize(Together((lazy._plan,))))
    assert cloudpickle.loads(cloudpickle.dumps(graph)).keys() == graph.keys()
    assert built_again(lazy._plan).key == lazy._plan.key
    assert_partitioning(lazy._plan)


def assert_partitioning(plan: Node) -> None:
    """What a plan promises of its partitions holds for the data of each."""
    promised = plan.partitioning
    if plan.schema.kind not in ("frame", "series") or isinstance(plan, Kept):
        assert promised.count == 1 or isinstance(plan, Kept)
        return
    root = optimize(plan)
    parts = SyncExecutor().run(graph_of(root), [(root.key, number) for number in range(root.npartitions)])
    assert len(parts) == promised.count
    for part in parts if promised.index == "numbered" else ():
        numbers = part.index.to_numpy()
        assert part.index.dtype == np.int64 and (numbers >= 0).all() and (np.diff(numbers) > 0).all()
    if promised.lengths is not None:
        assert tuple(map(len, parts)) == promised.lengths
    for key in promised.order[:1]:
        ends = [part[key].dropna() for part in parts if plan.schema.kind == "frame" and part[key].notna().any()]
        ascending = [one.max() <= other.min() for one, other in pairwise(ends)]
        assert all(ascending) or all(one.min() >= other.max() for one, other in pairwise(ends))


def assert_all_eq(asked: Sequence[tuple[Collection, Any, bool]]) -> None:
    """Many collections give the answers that pandas gives; the checks of `assert_eq`, in two runs for all."""
    try:
        found = answers([lazy for lazy, _, _ in asked], PASSES, ThreadExecutor(2))
        plain = answers([lazy for lazy, _, _ in asked], NEEDED, SyncExecutor())
        for (lazy, expected, check_schema), actual, unoptimized in zip(asked, found, plain, strict=True):
            assert_same(actual, expected)
            assert_same(unoptimized, expected)
            if check_schema:
                assert_schema(lazy._plan, actual)
            assert built_again(lazy._plan).key == lazy._plan.key
            if ALL or isinstance(lazy._plan, Across):
                assert_partitioning(lazy._plan)
    except Exception:
        for lazy, expected, check_schema in asked:  # one by one, to tell which
            assert_eq(lazy, expected, check_schema)
        raise
    graph = graph_of(optimize(Together(tuple(lazy._plan for lazy, _, _ in asked))))
    assert cloudpickle.loads(cloudpickle.dumps(graph)).keys() == graph.keys()


def answer(lazy: Collection, passes: Any, executor: Any) -> Any:
    """The answer after some passes."""
    return answers([lazy], passes, executor)[0]


def answers(lazy: Sequence[Collection], passes: Any, executor: Any) -> list[Any]:
    """The answers of one run after some passes."""
    root = optimize(Together(tuple(one._plan for one in lazy)), passes)
    return list(executor.run(graph_of(root), [(query.key, 0) for query in root.children]))


def assert_same(actual: Any, expected: Any) -> None:
    """Two answers are equal: values (floats to 1e-9), dtypes, names, order and index."""
    if isinstance(expected, pd.DataFrame):
        assert isinstance(actual, pd.DataFrame)
        pd.testing.assert_frame_equal(actual, expected, rtol=1e-9, atol=1e-12)
    elif isinstance(expected, pd.Series):
        assert isinstance(actual, pd.Series)
        pd.testing.assert_series_equal(actual, expected, rtol=1e-9, atol=1e-12)
    elif pd.isna(expected):
        assert pd.isna(actual), actual
    elif isinstance(expected, float | np.floating):
        np.testing.assert_allclose(actual, expected, rtol=1e-9, atol=1e-12)
    else:
        assert actual == expected, (actual, expected)
        assert isinstance(actual, bool | np.bool_) == isinstance(expected, bool | np.bool_)


def assert_schema(node: Node, actual: Any) -> None:
    """What the query said of its answer beforehand is so."""
    predicted = node.schema
    if predicted.kind == "deferred":  # nothing was said
        return
    if predicted.kind == "scalar":
        dtype = predicted.empty.dtype  # a masked sum is a NumPy scalar
        assert pd.isna(actual) or pd.Series([actual]).dtype in (dtype, getattr(dtype, "numpy_dtype", dtype))
        return
    found = schema_of(actual)
    assert found.kind == predicted.kind
    assert found.columns == predicted.columns
    if predicted.kind == "frame":
        pd.testing.assert_series_equal(found.empty.dtypes, predicted.empty.dtypes)
    else:
        assert found.empty.dtype == predicted.empty.dtype
    assert list(found.empty.index.names) == list(predicted.empty.index.names)


def built_again(node: Node) -> Node:
    """A query of the same nodes, none of which is the same object or has computed anything yet."""
    return transform(node, replace)
