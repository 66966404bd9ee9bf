"""A pandas object that is not computed yet: what it does is put down, and done by pandas in one place."""

import operator
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any

import numpy as np

from lazyframe.collections.by_call import OperatorsByCall, OperatorsInPlace
from lazyframe.collections.collection import Collection
from lazyframe.collections.gather import gather
from lazyframe.collections.value import Value
from lazyframe.ops import whole
from lazyframe.ops.calls import Attribute, Changed, Method, WithAttribute, WithItem, without_item
from lazyframe.ops.op import FACTOR, Whole

INDEXERS = ("loc", "iloc", "at", "iat")
"""Attributes whose items can be set."""

LABELS = ("index", "columns")
"""Parts whose names and labels are those of the whole."""

CHANGING = frozenset({"insert", "isetitem", "pop", "update"})
"""Methods that change an object without being told to by `inplace`."""

OTHERS = frozenset({"equals", "item", "items", "iterrows", "itertuples", "plot", "style", "to_csv", "to_parquet"})

EAGER = OTHERS | {op.name for op in vars(whole).values() if isinstance(op, Whole) and op.is_eager}
"""Methods whose result is for others than pandas: they compute."""


class Deferred(OperatorsInPlace, OperatorsByCall, Value):
    """The answer of a call of pandas that is not computed yet, and whose columns depend on the data.

    Its attributes, methods, items and operators are put down too, and run in one place. What needs its value computes
    it: `len`, iteration, `repr`, `float`, `if`, and what leaves pandas, such as `.to_dict()` and `.plot()`.

    Examples
    --------
    >>> import pandas as pd, lazyframe as lf
    >>> df = lf.from_pandas(pd.DataFrame({"k": ["a", "b", "a"], "x": [1, 2, 3]}), npartitions=2)
    >>> table = df.pivot_table(values="x", index="k", aggfunc="sum")
    >>> table.x.max().compute()
    np.int64(4)
    """

    kind = "deferred"
    __hash__ = Value.__hash__  # which operators of equality would take away
    _parent: Any = None
    _name = ""

    def _put(self, func: Callable[..., Any], *args: Any) -> Any:
        return gather(func.__name__, func, args)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") and name != "_merge":  # the column that merge(indicator=True) makes
            raise AttributeError(f"Names that begin with '_' are not deferred: {name!r}.")
        found = gather(name, Attribute(name), (self,))
        found._parent, found._name = self, name
        return found

    def __call__(self, *args: Any, **options: Any) -> Any:
        """A call of the method that this is."""
        names: list[str] = []
        owner: Any = self
        while isinstance(owner, Deferred) and isinstance(owner._parent, Deferred):
            names.insert(0, owner._name)
            owner = owner._parent
        if not names:
            return gather("call", operator.call, (self, *args), options)
        if options.get("inplace") is True:
            return owner._set(
                names, gather(names[-1], Method(".".join(names)), (owner, *args), {**options, "inplace": False})
            )
        if names[-1] in CHANGING and len(names) == 1:
            return owner._changed(names[0], args, options)
        if names[0] in EAGER:  # here, and not where the rows are gathered
            others = [one.compute() if isinstance(one, Collection) else one for one in args]
            return attrgetter(".".join(names))(owner._value())(*others, **options)
        factor = whole.FACTORS.get(names[-1], FACTOR)
        return gather(names[-1], Method(".".join(names)), (owner, *args), options, factor)

    def _set(self, names: list[str], value: Any) -> None:
        """Stand for a value that a method in place gave; or have it as the labels, which pandas shares with a frame."""
        if len(names) == 1:
            self._stand_for(value)
        elif names[0] in LABELS:
            setattr(self, names[0], value)  # in place of any other part nothing is seen, as in pandas

    def _stand_for(self, value: Any) -> None:
        """Stand for another value; so does what this is the labels of."""
        self._plan = value._plan
        if self._parent is not None and self._name in LABELS:
            setattr(self._parent, self._name, self)

    def _changed(self, name: str, args: Any, options: dict[str, Any]) -> Any:
        """Do what a method does that changes an object and says so with its name alone."""
        found = self[args[0] if args else options["item"]] if name == "pop" else None
        self._plan = gather(name, Changed(name), (self, *args), options)._plan
        return found

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            object.__setattr__(self, name, value)
            return
        self._stand_for(gather(f"set-{name}", WithAttribute(name), (self, value)))

    def __setitem__(self, item: Any, value: Any) -> None:
        if self._parent is not None and self._name in INDEXERS:
            self._parent._plan = gather(self._name, WithItem(self._name), (self._parent, item, value))._plan
        else:
            self._plan, self._parent = gather("setitem", WithItem(), (self, item, value))._plan, None

    def __delitem__(self, item: Any) -> None:
        self._plan = gather("delitem", without_item, (self, item))._plan

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *operands: Any, **options: Any) -> Any:
        func = ufunc if method == "__call__" else getattr(ufunc, method)
        return gather(ufunc.__name__, func, operands, options)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return gather(function.__name__, function, args, kwargs)

    def __len__(self) -> int:
        return len(self._value())

    def __iter__(self) -> Iterator[Any]:
        return iter(self._value())

    def __contains__(self, item: Any) -> bool:
        return item in self._value()

    def __repr__(self) -> str:
        return repr(self._value())

    def _repr_html_(self) -> str | None:
        show = getattr(self._value(), "_repr_html_", None)
        return None if show is None else str(show())
