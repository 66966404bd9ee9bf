"""The stable key of any argument: equal values have equal tokens, in every process."""

import datetime
import enum
import hashlib
import os
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import partial
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

import cloudpickle
import numpy as np
import pandas as pd

from lazyframe.record import is_record, values
from lazyframe.version import __version__

ATOMS = frozenset({type(None), bool, int, float, str, bytes})
"""Types whose values are known by their `repr`; those of other types may be of a class made of one of these."""

PLAIN = (type(None), bool, int, float, complex, str, bytes, np.generic, np.dtype, pd.Timestamp, pd.Timedelta,
         datetime.date, datetime.time, datetime.timedelta, pd.api.extensions.ExtensionDtype)  # fmt: skip

FEW = 100
"""Labels of an index that are looked at one by one."""


def token(*values: Any) -> str:
    """A key of 32 hexadecimal digits; another version of lazyframe, whose tasks may differ, has another.

    Examples
    --------
    >>> token({"a": 1, "b": 2}) == token({"b": 2, "a": 1})
    True
    """
    return digest(__version__, *values).hex()


def digest(*values: Any) -> bytes:
    """The 16 bytes that stand for some values."""
    return hashlib.blake2b(b"".join([encoded(value) for value in values]), digest_size=16).digest()


def encoded(value: Any) -> bytes:
    """The bytes that tell a value from all others: they begin with its kind and length."""
    if type(value) in ATOMS or isinstance(value, PLAIN):
        text = repr(value)
        return f"{type(value).__qualname__}:{len(text)}:{text}".encode()
    if hasattr(type(value), "__fspath__"):  # `isinstance` of the abstract os.PathLike is several calls
        return tagged("path", os.fsencode(value))
    if isinstance(value, enum.Enum):
        return tagged(type(value).__qualname__, value.name.encode())
    if type(value) is tuple and set(map(type, value)) == {str}:
        return tagged("texts", repr(value).encode())  # such as the columns of a wide table
    if isinstance(value, list | tuple):
        return f"{type(value).__qualname__}:{len(value)}:".encode() + b"".join(map(encoded, value))
    if isinstance(value, dict):
        return f"dict:{len(value)}:".encode() + b"".join(sorted(map(encoded, value.items())))
    if isinstance(value, set | frozenset):
        return f"{type(value).__qualname__}:{len(value)}:".encode() + b"".join(sorted(map(encoded, value)))
    if isinstance(value, np.ndarray) and value.dtype != object:
        return tagged("array", f"{value.dtype} {value.shape}".encode()) + np.ascontiguousarray(value).tobytes()
    if isinstance(value, pd.DataFrame | pd.Series | pd.Index):
        return b"".join(rows_of(value))
    if isinstance(value, partial):
        return encoded(("partial", value.func, value.args, value.keywords))
    if isinstance(value, FunctionType | BuiltinFunctionType | type):
        return code_of(value)
    if isinstance(getattr(value, "identity", None), str):
        return tagged(type(value).__qualname__, value.identity.encode())
    if is_record(value):
        return digest_of(value)
    if is_dataclass(value):
        return digest(type(value), *(getattr(value, field.name) for field in fields(value)))
    return tagged("pickle", cloudpickle.dumps(value))


def digest_of(value: Any) -> bytes:
    """Return what tells a record from all others; it is kept, for records do not change."""
    kept = getattr(value, "__dict__", {})
    if "_digest" not in kept:
        kept["_digest"] = digest(type(value), *values(value))
    return bytes(kept["_digest"])


def tagged(kind: str, data: bytes) -> bytes:
    """Bytes that no other kind or split of the same characters gives."""
    return f"{kind}:{len(data)}:".encode() + data


def rows_of(value: Any) -> Iterator[bytes]:
    """A pandas object's labels, dtypes and values."""
    if isinstance(value, pd.DataFrame):
        yield encoded(("DataFrame", list(value.columns.names), [dtype_of(dtype) for dtype in value.dtypes]))
        yield from rows_of(value.columns)
        yield from rows_of(value.index)
        for position in range(value.shape[1] if len(value) else 0):
            yield hashes_of(value.iloc[:, position])
    elif isinstance(value, pd.Series):
        yield encoded(("Series", value.name, dtype_of(value.dtype)))
        yield from rows_of(value.index)
        yield hashes_of(value) if len(value) else b""
    elif isinstance(value, pd.RangeIndex):
        yield encoded(("RangeIndex", value.name, value.start, value.stop, value.step))
    elif isinstance(value, pd.MultiIndex):
        yield encoded(("MultiIndex", list(value.names)))
        for level in range(value.nlevels):
            yield from rows_of(value.get_level_values(level))
    else:
        frequency = getattr(value, "freqstr", None)
        yield encoded(("Index", list(value.names), dtype_of(value.dtype), frequency))
        yield encoded(list(value)) if len(value) <= FEW else hashes_of(value)  # the first is faster for labels


def dtype_of(dtype: Any) -> Any:
    """Return what tells a dtype from all others."""
    if isinstance(dtype, pd.CategoricalDtype):
        return "category", dtype.categories, dtype.ordered
    return str(dtype)


def hashes_of(values: Any) -> bytes:
    """A hash of each value of a Series or an Index, and what equal hashes hide.

    1 and "1" have one hash as objects, and so have 0.0 and -0.0 as floats.
    """
    try:
        hashes = bytes(pd.util.hash_pandas_object(values, index=False, categorize=False).to_numpy().tobytes())
    except (TypeError, ValueError):  # of lists and other objects
        return bytes(cloudpickle.dumps(list(values)))
    if values.dtype == np.dtype(object):
        return hashes + ",".join([type(value).__qualname__ for value in values]).encode()
    if values.dtype.kind not in "fc":
        return hashes
    numbers = values.to_numpy(dtype=complex if values.dtype.kind == "c" else float, na_value=np.nan)
    return hashes + bytes(np.signbit(np.ascontiguousarray(numbers).view(float)).tobytes())


def code_of(function: Any) -> bytes:
    """A function's name, if that imports just this function; else its code, and what it closes over or is bound to."""
    module, name = getattr(function, "__module__", None), function.__qualname__
    if module != "__main__" and imported(module, name) is function:
        return tagged("name", f"{module}.{name}".encode())
    if isinstance(function, BuiltinFunctionType) and not isinstance(function.__self__, ModuleType):
        return encoded(("bound", function.__name__, function.__self__))
    return tagged("code", cloudpickle.dumps(function))


def imported(module: str | None, name: str) -> Any:
    """Return what stands under a qualified name in a module that is imported, or None."""
    found: Any = sys.modules.get(module or "")
    for part in name.split("."):
        found = getattr(found, part, None)
    return found
