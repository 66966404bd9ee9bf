"""A lazy number, text or date: the answer of a reduction that has not run yet."""

import operator
from typing import Any

import pandas as pd

from lazyframe.collections.display import scalar_text
from lazyframe.collections.gather import gather
from lazyframe.collections.operators import Operators
from lazyframe.collections.value import Value
from lazyframe.plan.logical.sources import same


class Scalar(Value, Operators):
    """One value, lazily. Arithmetic with other Scalars, Series and constants stays lazy.

    What needs the value computes it, once: `float`, `int`, `if`, `round`, f-strings.

    Examples
    --------
    >>> import pandas as pd, lazyframe as lf
    >>> x = lf.from_pandas(pd.DataFrame({"x": [1, 2, 6]}), npartitions=2).x
    >>> (x.max() - x.mean()).compute()
    np.float64(3.0)
    """

    kind = "scalar"
    __hash__ = Value.__hash__  # type: ignore[assignment]  # where the others have none

    @property
    def dtype(self) -> Any:
        """The dtype of the value."""
        return self._plan.schema.empty.dtype

    __iter__ = None  # or what has items would be iterated by them, for ever

    def __getitem__(self, key: Any) -> Any:
        """A part of a text."""
        return gather("getitem", operator.getitem, (self, key))

    def __len__(self) -> int:
        """The length of a text."""
        return len(self._value())

    def __contains__(self, item: Any) -> bool:
        """Whether a text has another in it."""
        return item in self._value()

    def __repr__(self) -> str:
        return scalar_text(self._plan)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # also before there is a plan, when a copy or a pickle is made
            raise AttributeError(f"A lazy Scalar has no attribute {name!r}.")
        stand_in = "" if pd.api.types.is_string_dtype(self.dtype) else self._plan.schema.stand_in()
        if not hasattr(stand_in, name):
            raise AttributeError(f"A lazy Scalar of {self._plan.schema.empty.dtype} has no attribute {name!r}.")
        return getattr(gather(self._plan.label, same, (self,)), name)
