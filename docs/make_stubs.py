"""Write lazyframe-stubs/__init__.pyi: what editors and type checkers know of the names that are made from tables.

`make docs` runs this. Parameters are those of pandas; a type is that of the usual parameters.
"""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pandas.api.typing import DataFrameGroupBy, SeriesGroupBy

import lazyframe as lf
from lazyframe.collections.accessors import CategoricalAccessor, DatetimeAccessor, StringAccessor
from lazyframe.collections.gather import unsupported
from lazyframe.collections.groupby import GroupBy
from lazyframe.collections.like import GATHERS, PARTIAL
from lazyframe.ops import reductions

HEAD = """# Written by `make docs`, from the classes themselves.
from collections.abc import Callable, Iterator, Sequence
from typing import Any, overload

import numpy as np
import pandas as pd

from lazyframe import diagnostics as diagnostics
from lazyframe import errors as errors
from lazyframe.session import config as config

__version__: str
"""

OPERATORS = {
    "add sub mul truediv floordiv mod pow and or xor radd rsub rmul rtruediv rfloordiv rmod rpow rand ror rxor": "Any",
    "eq ne lt le gt ge": "object",
}
"""The operators of two operands, and what the second may be."""

REDUCTIONS = {*reductions.BY_NAME, "product", "median", "skew", "kurt", "kurtosis", "cov", "corr"} - {"first", "last"}
"""Methods that give a Scalar of a Series, and a Series of a frame."""

COMPUTED = {
    "DataFrame": {"compute": "pd.DataFrame", "head": "pd.DataFrame", "tail": "pd.DataFrame"},
    "Series": {"compute": "pd.Series[Any]", "head": "pd.Series[Any]", "tail": "pd.Series[Any]"},
    "Scalar": {"compute": "Any"},
    "Deferred": {"compute": "Any"},
}
"""What is known of methods that compute."""

DEFERRED = ("pivot_table", "resample")
"""Methods whose columns, or whose kind, depend on the data and on the arguments."""

BY_HAND = {
    "columns": "pd.Index[Any]", "dtypes": "pd.Series[Any]", "dtype": "Any", "name": "Any", "shape": "tuple[int, ...]",
    "ndim": "int", "npartitions": "int", "empty": "bool", "size": "Scalar", "index": "Deferred", "T": "Deferred",
}  # fmt: skip
"""The types of attributes."""


def public(kind: type) -> list[str]:
    """The public names of a class that are no lines of what can't be."""
    names = [name for name in dir(kind) if not name.startswith("_")]
    return [name for name in names if not isinstance(inspect.getattr_static(kind, name), unsupported)]


def parameters(function: Callable[..., Any]) -> str:
    """The parameters of a method without their types."""
    shown, is_keyword = [], False
    for name, one in inspect.signature(function).parameters.items():
        match one.kind:
            case inspect.Parameter.VAR_POSITIONAL:
                shown.append(f"*{name}: Any")
                is_keyword = True
                continue
            case inspect.Parameter.VAR_KEYWORD:
                shown.append(f"**{name}: Any")
                continue
            case inspect.Parameter.KEYWORD_ONLY if not is_keyword:
                shown.append("*")
                is_keyword = True
        default = "" if one.default is inspect.Parameter.empty else " = ..."
        shown.append(name if name == "self" else f"{name}: Any{default}")
    return ", ".join(shown)


def outcome(kind: str, name: str, found: Any) -> str:
    """The type of what a method gives."""
    runs = str(getattr(found, "runs", ""))
    if name in COMPUTED.get(kind, {}):
        return COMPUTED[kind][name]
    if name in DEFERRED and runs:
        return "Deferred"
    if runs.startswith(GATHERS):
        return "Any" if name.startswith("to_") or name in ("info", "hist", "boxplot", "tolist") else "Deferred"
    if name in ("cov", "corr") and kind == "DataFrame":
        return "DataFrame"
    if name in REDUCTIONS:
        return "Scalar" if kind == "Series" else "Series"
    if runs.startswith(PARTIAL):
        given = str(inspect.signature(found).return_annotation)
        return given if given in ("Series", "DataFrame") else "Deferred"
    if runs:
        return {"to_frame": "DataFrame", "stack": "Series"}.get(name, kind if kind in COMPUTED else "Series")
    given = str(getattr(found, "__annotations__", {}).get("return", "Any")).strip("'")
    return kind if given in ("Self", "typing.Self") else given if given in ("None", "bool", "int", "str") else "Any"


def method(kind: str, name: str, found: Any) -> str:
    """The line of a method."""
    return f"    def {name}({parameters(found)}) -> {outcome(kind, name, found)}: ...\n"


def members(kind: str, own: type) -> Iterator[str]:
    """The lines of a class's public names."""
    for name in public(own):
        found = inspect.getattr_static(own, name)
        if isinstance(found, property):
            shown = BY_HAND.get(name, "Any")
            yield f"    @property\n    def {name}(self) -> {shown}: ...\n"
            if found.fset is not None:
                yield f"    @{name}.setter\n    def {name}(self, value: Any) -> None: ...\n"
        elif callable(found):
            yield method(kind, name, found)


def collection(kind: str, own: type) -> str:
    """The stub of a class of lazy objects."""
    text = f"\nclass {kind}:\n    def __init__(self, data: Any = ..., *args: Any, **options: Any) -> None: ...\n"
    accessors = {"str": "StringAccessor", "dt": "DatetimeAccessor", "cat": "CategoricalAccessor"}
    if kind == "DataFrame":
        text += "    @overload\n    def __getitem__(self, key: str) -> Series: ...\n"
        text += "    @overload\n    def __getitem__(self, key: Any) -> DataFrame: ...\n"
        text += "    def __setitem__(self, key: Any, value: Any) -> None: ...\n"
        text += "    def __delitem__(self, key: Any) -> None: ...\n"
        text += "    def __getattr__(self, name: str) -> Series: ...\n"
        text += "    def __iter__(self) -> Iterator[Any]: ...\n    def __contains__(self, name: Any) -> bool: ...\n"
    if kind == "Series":
        text += "    def __getitem__(self, key: Any) -> Series: ...\n"
    if kind == "Deferred":
        text += "    def __getitem__(self, key: Any) -> Deferred: ...\n    def __iter__(self) -> Iterator[Any]: ...\n"
        text += "    def __getattr__(self, name: str) -> Any: ...\n"
    if kind in ("DataFrame", "Series", "Deferred"):
        text += "    def __len__(self) -> int: ...\n"
    else:
        text += "    def __float__(self) -> float: ...\n    def __int__(self) -> int: ...\n"
        text += "    def __bool__(self) -> bool: ...\n    def __getattr__(self, name: str) -> Any: ...\n"
    text += "    def __array__(self, dtype: Any = ..., copy: bool | None = ...) -> np.ndarray[Any, Any]: ...\n"
    for names, other in OPERATORS.items():
        for name in names.split():
            ignored = "  # type: ignore[override]" if other == "object" and name in ("eq", "ne") else ""
            text += f"    def __{name}__(self, other: {other}) -> {kind}: ...{ignored}\n"
    text += "".join(f"    def __{name}__(self) -> {kind}: ...\n" for name in ("neg", "pos", "invert", "abs"))
    lines = [line for line in members(kind, own) if not any(f"def {name}(self) -> Any" in line for name in accessors)]
    if kind == "DataFrame":
        lines = [line for line in lines if "def groupby" not in line]
        lines.append(f"    def groupby({parameters(lf.DataFrame.groupby)}) -> DataFrameGroupBy: ...\n")
    if kind == "Series":
        lines = [line for line in lines if "def groupby" not in line]
        lines.append(f"    def groupby({parameters(lf.Series.groupby)}) -> SeriesGroupBy: ...\n")
        lines += [f"    @property\n    def {name}(self) -> {of}: ...\n" for name, of in accessors.items()]
    return text + "".join(lines)


def groups(kind: str, like: type, answer: str) -> str:
    """The stub of a groupby of a frame, or of a Series."""
    text = f"\nclass {kind}:\n    def __len__(self) -> int: ...\n    def __iter__(self) -> Iterator[Any]: ...\n"
    if kind == "DataFrameGroupBy":
        text += "    @overload\n    def __getitem__(self, selection: str) -> SeriesGroupBy: ...\n"
        text += "    @overload\n    def __getitem__(self, selection: list[Any]) -> DataFrameGroupBy: ...\n"
        text += "    def __getattr__(self, name: str) -> SeriesGroupBy: ...\n"
    for name in public(like):
        found = inspect.getattr_static(like, name)
        own = inspect.getattr_static(GroupBy, name, None)
        if own is not None and callable(own):
            shown = "Series" if name == "size" else "DataFrame" if name in ("agg", "aggregate") else answer
            shown = "Any" if name in ("agg", "aggregate") and kind == "SeriesGroupBy" else shown
            text += f"    def {name}({parameters(own)}) -> {shown}: ...\n"
        elif callable(found):
            text += f"    def {name}({parameters(found)}) -> Deferred: ...\n"
        else:
            text += f"    @property\n    def {name}(self) -> Deferred: ...\n"
    return text


def accessor(kind: str, own: type) -> str:
    """The stub of an accessor."""
    lines = []
    for name in public(own):
        found = inspect.getattr_static(own, name)
        if isinstance(found, property):
            lines.append(f"    @property\n    def {name}(self) -> Series: ...\n")
        elif callable(found):
            shown = "Deferred" if str(getattr(found, "runs", "")).startswith(GATHERS) else "Series"
            lines.append(f"    def {name}({parameters(found)}) -> {shown}: ...\n")
    return f"\nclass {kind}:\n" + "".join(lines)


def function(name: str, found: Any) -> str:
    """The stub of a function at the top."""
    shown = "DataFrame" if name.startswith("read_") or name in ("from_dict", "from_arrow") else "Any"
    return f"def {name}({parameters(found)}) -> {shown}: ...\n"


def page() -> str:
    """The stubs."""
    classes = {"DataFrame": lf.DataFrame, "Series": lf.Series, "Scalar": lf.Scalar, "Deferred": lf.Deferred}
    text = HEAD + "".join(collection(kind, own) for kind, own in classes.items())
    text += groups("DataFrameGroupBy", DataFrameGroupBy, "DataFrame")
    text += groups("SeriesGroupBy", SeriesGroupBy, "Series")
    accessors = (StringAccessor, DatetimeAccessor, CategoricalAccessor)
    text += "".join(accessor(own.__name__, own) for own in accessors) + "\n"
    for name in lf.__all__:
        found = getattr(lf, name)
        if inspect.isclass(found) and name not in classes:
            text += f"{name}: Any\n"
        elif inspect.isfunction(found):
            text += function(name, found)
    return text


if __name__ == "__main__":
    folder = Path(__file__).parent.parent / "lazyframe-stubs"
    folder.mkdir(exist_ok=True)
    (folder / "py.typed").write_text("partial\n")
    (folder / "__init__.pyi").write_text(page())
