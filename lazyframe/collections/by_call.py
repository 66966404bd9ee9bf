"""Operators as calls of Python's own, a line each: put down to run later, or in place."""

import operator
from collections.abc import Callable
from typing import Any


def _operator(func: Callable[..., Any]) -> Callable[..., Any]:
    """The method of an operator."""

    def method(self: "OperatorsByCall", *others: Any) -> Any:
        return self._put(func, self, *others)

    return method


def _reflected(func: Callable[..., Any]) -> Callable[..., Any]:
    """The method of an operator whose left operand is another object."""

    def method(self: "OperatorsByCall", other: Any) -> Any:
        return self._put(func, other, self)

    return method


def _in_place(func: Callable[..., Any]) -> Callable[..., Any]:
    """The method of an operator such as `+=`: all names of the object see the result, as in pandas."""

    def method(self: Any, other: Any) -> Any:
        result = func(self, other)
        if type(result) is not type(self):
            return result
        self._plan = result._plan
        return self

    return method


class OperatorsInPlace:
    """What `+=` and the others do."""

    __iadd__ = _in_place(operator.add)
    __isub__ = _in_place(operator.sub)
    __imul__ = _in_place(operator.mul)
    __itruediv__ = _in_place(operator.truediv)
    __ifloordiv__ = _in_place(operator.floordiv)
    __imod__ = _in_place(operator.mod)
    __ipow__ = _in_place(operator.pow)
    __iand__ = _in_place(operator.and_)
    __ior__ = _in_place(operator.or_)
    __ixor__ = _in_place(operator.xor)


class OperatorsByCall:
    """What `+`, `<`, `[...]` and the others do of a value of which nothing is known yet."""

    def _put(self, func: Callable[..., Any], *args: Any) -> Any:
        """A call of one of Python's operators, as a new object."""
        raise NotImplementedError

    def __getitem__(self, item: Any) -> Any:
        return self._put(operator.getitem, self, item)

    __add__ = _operator(operator.add)
    __radd__ = _reflected(operator.add)
    __sub__ = _operator(operator.sub)
    __rsub__ = _reflected(operator.sub)
    __mul__ = _operator(operator.mul)
    __rmul__ = _reflected(operator.mul)
    __matmul__ = _operator(operator.matmul)
    __rmatmul__ = _reflected(operator.matmul)
    __truediv__ = _operator(operator.truediv)
    __rtruediv__ = _reflected(operator.truediv)
    __floordiv__ = _operator(operator.floordiv)
    __rfloordiv__ = _reflected(operator.floordiv)
    __mod__ = _operator(operator.mod)
    __rmod__ = _reflected(operator.mod)
    __pow__ = _operator(operator.pow)
    __rpow__ = _reflected(operator.pow)
    __lshift__ = _operator(operator.lshift)
    __rlshift__ = _reflected(operator.lshift)
    __rshift__ = _operator(operator.rshift)
    __rrshift__ = _reflected(operator.rshift)
    __and__ = _operator(operator.and_)
    __rand__ = _reflected(operator.and_)
    __or__ = _operator(operator.or_)
    __ror__ = _reflected(operator.or_)
    __xor__ = _operator(operator.xor)
    __rxor__ = _reflected(operator.xor)
    __eq__ = _operator(operator.eq)
    __ne__ = _operator(operator.ne)
    __lt__ = _operator(operator.lt)
    __le__ = _operator(operator.le)
    __gt__ = _operator(operator.gt)
    __ge__ = _operator(operator.ge)
    __neg__ = _operator(operator.neg)
    __pos__ = _operator(operator.pos)
    __abs__ = _operator(operator.abs)
    __invert__ = _operator(operator.invert)
