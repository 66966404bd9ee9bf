"""Operators on lazy objects, a line each."""

import operator

from lazyframe.collections.by_call import OperatorsInPlace
from lazyframe.collections.collection import Collection
from lazyframe.collections.method import binary, in_one_place, unary
from lazyframe.collections.ufuncs import array_function, array_ufunc
from lazyframe.ops import arithmetic as ops
from lazyframe.ops import elementwise


class Operators(OperatorsInPlace, Collection, abstract=True):
    """What `+`, `<`, `&` and the others do."""

    __add__ = binary(ops.add)
    __radd__ = binary(ops.add, is_reflected=True)
    __sub__ = binary(ops.sub)
    __rsub__ = binary(ops.sub, is_reflected=True)
    __mul__ = binary(ops.mul)
    __rmul__ = binary(ops.mul, is_reflected=True)
    __truediv__ = binary(ops.truediv)
    __rtruediv__ = binary(ops.truediv, is_reflected=True)
    __floordiv__ = binary(ops.floordiv)
    __rfloordiv__ = binary(ops.floordiv, is_reflected=True)
    __mod__ = binary(ops.mod)
    __rmod__ = binary(ops.mod, is_reflected=True)
    __pow__ = binary(ops.pow)
    __rpow__ = binary(ops.pow, is_reflected=True)
    __and__ = binary(ops.and_)
    __rand__ = binary(ops.and_, is_reflected=True)
    __or__ = binary(ops.or_)
    __ror__ = binary(ops.or_, is_reflected=True)
    __xor__ = binary(ops.xor)
    __rxor__ = binary(ops.xor, is_reflected=True)
    __eq__ = binary(ops.eq)
    __ne__ = binary(ops.ne)
    __lt__ = binary(ops.lt)
    __le__ = binary(ops.le)
    __gt__ = binary(ops.gt)
    __ge__ = binary(ops.ge)
    __pos__ = unary(ops.pos)
    __neg__ = unary(ops.neg)
    __invert__ = unary(ops.invert)
    __abs__ = unary(elementwise.abs)
    __divmod__ = in_one_place(divmod)
    __rdivmod__ = in_one_place(divmod, is_reflected=True)
    __matmul__ = in_one_place(operator.matmul)
    __rmatmul__ = in_one_place(operator.matmul, is_reflected=True)
    __array_ufunc__ = array_ufunc
    __array_function__ = array_function
    __hash__ = None  # type: ignore[assignment]  # as in pandas: == is computed row by row

    def __bool__(self) -> bool:
        raise ValueError(
            f"The truth value of a lazy {type(self).__name__} is not known before .compute(). To combine conditions, "
            "write & and | and ~, with each in parentheses, in the place of and, or, not."
        )
