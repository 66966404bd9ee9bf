"""Delayed functions: calls put down now and run later, by the same executors and in the same run as frames."""

import uuid
from collections.abc import Callable, Iterator, Sequence
from functools import partial, update_wrapper
from typing import Any

import pandas as pd

from lazyframe.collections.by_call import OperatorsByCall
from lazyframe.collections.collection import Collection, with_slots, wrap
from lazyframe.plan.logical.delayed import Call
from lazyframe.plan.logical.partitions import FromDelayed, Kept, OnePartition
from lazyframe.plan.logical.sources import same
from lazyframe.plan.logical.together import Together
from lazyframe.plan.node import Node, graph_of
from lazyframe.plan.passes.optimize import optimize
from lazyframe.plan.schema import outcome_of, schema_of
from lazyframe.plan.token import token
from lazyframe.session.choice import chosen
from lazyframe.session.running import start
from lazyframe.session.spilling import Spilling

NO_VALUE: Any = object()


def delayed(obj: Any = NO_VALUE, name: str | None = None, pure: bool = False, nout: int | None = None) -> Any:
    """A function whose calls are put down and run later; or a value, to be used like their results.

    Parameters
    ----------
    obj
        A function, a value, or containers with lazy objects in them. Without it, a decorator: ``@lf.delayed(nout=2)``.
    name
        What its tasks are called; by default what the function is called.
    pure
        Whether equal arguments always give an equal result: then equal calls are one task, run once.
    nout
        How many results a call gives: then it can be unpacked, ``a, b = f(x)``.

    Returns
    -------
    Delayed
        Lazy objects among its arguments, also deep in lists, tuples, sets, dicts, slices and dataclasses, are replaced
        by their results; a lazy frame by its pandas DataFrame.

    Examples
    --------
    >>> import lazyframe as lf
    >>> @lf.delayed
    ... def inc(x):
    ...     return x + 1
    >>> total = inc(1) + inc(2)
    >>> total.compute()
    5
    >>> lf.delayed(sum)([inc(1), inc(2), 10]).compute()
    15
    """
    if obj is NO_VALUE:
        return partial(delayed, name=name, pure=pure, nout=nout)
    if isinstance(obj, Delayed | DelayedFunction):
        return obj
    if callable(obj) and not isinstance(obj, Collection):
        return DelayedFunction(obj, name, pure, nout)
    return call(same, (obj,), {}, name or type(obj).__name__.lower(), pure, nout)


def call(
    func: Callable[..., Any], args: Sequence[Any], options: dict[str, Any], name: str, pure: bool, nout: int | None
) -> "Delayed":
    """One delayed call."""
    places, named, inputs = with_slots(args, options)
    identity = token(func, places, named, [one.key for one in inputs]) if pure else uuid.uuid4().hex
    return Delayed(Call(func, places, named, inputs, name, identity), pure, nout)


class DelayedFunction:
    """A function whose calls are put down and run later."""

    def __init__(self, func: Callable[..., Any], name: str | None, pure: bool, nout: int | None):
        update_wrapper(self, func, updated=())
        self._func = func
        self._label = name or getattr(func, "__name__", type(func).__name__).strip("<>")
        self._pure = pure
        self._nout = nout

    def __call__(self, /, *args: Any, **options: Any) -> "Delayed":
        """One call, put down."""
        return call(self._func, args, options, self._label, self._pure, self._nout)

    def __get__(self, owner: Any, kind: type | None = None) -> Any:
        """As a method: the call has its object as the first argument."""
        if owner is None:
            return self
        return DelayedFunction(self._func.__get__(owner, kind), self._label, self._pure, self._nout)

    def __repr__(self) -> str:
        return f"lazyframe.collections.delayed({self._label})"


def _called(func: Callable[..., Any], /, *args: Any, **options: Any) -> Any:
    """A function, called."""
    return func(*args, **options)


class Delayed(OperatorsByCall, Collection):
    """The result of a call that has not run yet. Attributes, items, operators and calls of it are delayed too.

    Examples
    --------
    >>> import lazyframe as lf
    >>> words = lf.delayed("to be or not".split)()
    >>> words[0].upper().compute()
    'TO'
    """

    kind = "delayed"

    def __init__(self, plan: Node, pure: bool = False, nout: int | None = None):
        super().__init__(plan)
        self._pure = pure
        self._nout = nout

    @property
    def key(self) -> str:
        """The name of its task."""
        return self._plan.key

    @property
    def dask(self) -> Any:
        """Its tasks in dask's terms; dask asks every object for this, and attributes are delayed else."""
        return self.__dask_graph__()

    def _put(self, func: Callable[..., Any], *args: Any) -> "Delayed":
        """A call that has no effects of its own; what is called of its result may have some, as this object's may."""
        return Delayed(call(func, args, {}, func.__name__, True, None)._plan, self._pure)

    def __getattr__(self, name: str) -> "Delayed":
        if name.startswith("_"):
            raise AttributeError(f"Names that begin with '_' are not delayed: {name!r}.")
        return self._put(getattr, self, name)

    def __call__(self, /, *args: Any, **options: Any) -> "Delayed":
        """A call of the result."""
        return call(_called, (self, *args), options, "call", self._pure, None)

    def __setattr__(self, name: str, value: Any) -> None:
        if not name.startswith("_"):
            raise TypeError("A delayed object can't be changed; change its result in a delayed function.")
        object.__setattr__(self, name, value)

    def persist(self, scheduler: Any = None, num_workers: int | None = None) -> "Delayed":
        """Run the call and keep its result; on a cluster it stays there, and this returns at once."""
        with Spilling(chosen(scheduler, num_workers)) as spilling:
            graph = graph_of(optimize(Together((self._plan,)), spilling.passes))
            (handle,) = start(graph, [(self.key, 0)], scheduler, num_workers)
        return Delayed(Kept((handle,), self._plan.schema, uuid.uuid4().hex, self._plan.label), self._pure)

    __array_ufunc__ = None  # numpy leaves operators to us

    def __setitem__(self, item: Any, value: Any) -> None:
        raise TypeError("A delayed object can't be changed; change its result in a delayed function.")

    def __len__(self) -> int:
        if self._nout is None:
            raise TypeError("The length of a delayed object is not known; say how many results there are with nout=.")
        return self._nout

    def __iter__(self) -> Iterator["Delayed"]:
        if self._nout is None:
            raise TypeError("A delayed object can't be unpacked; say how many results there are with nout=.")
        return (self[number] for number in range(self._nout))

    def __bool__(self) -> bool:
        raise TypeError("The truth value of a delayed object is not known before .compute().")

    def __repr__(self) -> str:
        return f"lazyframe.Delayed {self.key}"

    def __hash__(self) -> int:
        return hash(self.key)


def partitions(plan: Node) -> list[Delayed]:
    """The partitions of a frame or Series, each as a delayed object."""
    parts = [wrap(OnePartition(plan, number)) for number in range(plan.npartitions)]
    return [call(same, (part,), {}, f"part-{plan.label}", True, None) for part in parts]


def from_delayed(parts: Sequence[Delayed], meta: Any = None) -> Any:
    """A lazy frame whose partitions are delayed results.

    Parameters
    ----------
    parts
        Delayed objects, each of a DataFrame (or each of a Series) with the same columns.
    meta
        What they are, with no rows, as for `map_partitions`; by default the first is computed to see.

    Returns
    -------
    DataFrame or Series
        Its index is that of the partitions, one after another.

    Raises
    ------
    TypeError
        When it runs: for a partition with other columns or dtypes.

    Examples
    --------
    >>> import pandas as pd, lazyframe as lf
    >>> part = lf.delayed(lambda n: pd.DataFrame({"x": [n, n + 1]}))
    >>> lf.from_delayed([part(1), part(5)]).x.sum().compute()
    np.int64(14)
    """
    parts = [] if isinstance(parts, Delayed) else list(parts)
    if not parts or not all(isinstance(part, Delayed) for part in parts):
        raise TypeError("from_delayed takes a list of at least one delayed object.")
    outcome = parts[0].compute() if meta is None else outcome_of(meta)
    if not isinstance(outcome, pd.DataFrame | pd.Series):
        raise TypeError(f"from_delayed: a partition is a {type(outcome).__name__}; it must be a DataFrame or a Series.")
    return wrap(FromDelayed(tuple(part._plan for part in parts), schema_of(outcome)))
