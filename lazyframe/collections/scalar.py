"""A lazy number, text or date: the answer of a reduction that has not run yet."""

from typing import Any

from lazyframe.collections.display import scalar_text
from lazyframe.collections.operators import Operators


class Scalar(Operators):
    """One value, lazily. Arithmetic with other Scalars, Series and constants stays lazy.

    Examples
    --------
    >>> import pandas as pd, lazyframe as lf
    >>> x = lf.from_pandas(pd.DataFrame({"x": [1, 2, 6]}), npartitions=2).x
    >>> (x.max() - x.mean()).compute()
    np.float64(3.0)
    """

    kind = "scalar"
    _hint = ""  # a value is no condition of rows

    @property
    def dtype(self) -> Any:
        """The dtype of the value."""
        return self._plan.schema.empty.dtype

    def __repr__(self) -> str:
        return scalar_text(self._plan)

    def __float__(self, *digits: int) -> float:
        raise TypeError("A lazy Scalar is no number yet; use .compute().")

    __int__ = __round__ = __float__

    def __format__(self, spec: str) -> str:
        if spec:
            raise TypeError(f"A lazy Scalar can't be shown as {spec!r} before .compute().")
        return repr(self)
