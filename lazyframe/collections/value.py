"""What computes the value of a lazy object: numbers, truth and text of it."""

import operator
from typing import Any

import numpy as np

from lazyframe.collections.collection import Collection


class Value(Collection, abstract=True):
    """A lazy object that may be used as the value that it stands for, which is computed once."""

    def _value(self) -> Any:
        """The value; computed anew only where the object has come to stand for another."""
        kept = self.__dict__.get("_computed")
        if kept is None or kept[0] is not self._plan:
            kept = self.__dict__["_computed"] = (self._plan, self.compute())
        return kept[1]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self._value(), dtype=dtype)

    def __hash__(self) -> int:
        """That of the value, so that it finds what is kept under it."""
        return hash(self._value())

    def __bool__(self) -> bool:
        return bool(self._value())

    def __int__(self) -> int:
        return int(self._value())

    def __float__(self) -> float:
        return float(self._value())

    def __complex__(self) -> complex:
        return complex(self._value())

    def __index__(self) -> int:
        return operator.index(self._value())

    def __round__(self, digits: int | None = None) -> Any:
        return round(self._value()) if digits is None else round(self._value(), digits)

    def __format__(self, spec: str) -> str:
        return format(self._value(), spec)

    def __str__(self) -> str:
        return str(self._value())
