"""dtypes from samples of many files, and how dtypes join: nothing < bool < int64 < float64, anything else is text.

A column has the dtype that pandas would give to its sample; where that is not plain, pandas itself is asked.
"""

import io
from collections.abc import Iterable, Sequence
from functools import cached_property, reduce
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.errors import FunctionError, function_error
from lazyframe.io.csv import sniff
from lazyframe.io.csv.encodings import can_be, undecodable
from lazyframe.io.csv.format import Format
from lazyframe.io.files import File
from lazyframe.record import record, replace
from lazyframe.types import TEXT

MOST_FILES = 100
"""Files sampled, spread evenly over the folder."""
ALL_SAMPLES = 1 << 20
"""Bytes looked at in all files together: about 5 ms."""
ONE_SAMPLE = (1 << 14, 1 << 18)
"""Bytes looked at at the start of one file: at least, at most."""

MOST_LOOKS = 8
"""Files whose samples pandas reads one by one."""

BOOL_TEXTS = ("True", "TRUE", "true", "False", "FALSE", "false")

DTYPE_OF_KINDS: dict[int, Any] = {
    sniff.MISSING: None,
    sniff.INTEGER: np.dtype(np.int64),
    sniff.INTEGER | sniff.MISSING: np.dtype(float),
    sniff.REAL: np.dtype(float),
    sniff.REAL | sniff.INTEGER: np.dtype(float),
    sniff.REAL | sniff.MISSING: np.dtype(float),
    sniff.REAL | sniff.INTEGER | sniff.MISSING: np.dtype(float),
}
"""The dtype that pandas gives to a column with fields of these kinds; one with any text is text."""

LADDER = ["bool", "int64", "float64"]
"""The names of the dtypes each of which holds the values of those before it."""

MIXED = np.dtype(object)
"""The dtype of a sample with bools and something else."""


def spread(count: int, most: int = MOST_FILES) -> list[int]:
    """At most so many of the numbers below `count`, evenly spread, the first and the last among them."""
    return sorted(set(np.linspace(0, count - 1, min(count, most)).round().astype(int).tolist()))


def sample_size(count: int) -> int:
    """Bytes to look at at the start of each of so many files; in its middle and at its end it is half as many each."""
    least, most = ONE_SAMPLE
    return min(most, max(least, ALL_SAMPLES // 2 // count))


@record()
class Sample:
    """Records of files with equal headers, and what they say of each column; `parts` holds those of each file."""

    files: tuple[File, ...]
    names: tuple[Any, ...]
    form: Format
    parts: tuple[bytes, ...]

    @property
    def path(self) -> str:
        """The first file."""
        return self.files[0].path

    @cached_property
    def data(self) -> bytes:
        """The records of all files."""
        return b"".join(self.parts)

    @property
    def has_records(self) -> bool:
        """Return whether there is a record in it."""
        return bool(self.data.strip(self.form.blanks + b"\r\n"))

    def dtypes(self, names: Iterable[Any]) -> dict[Any, Any]:
        """The dtype that the sample speaks for, for those of some columns that it has; see `dtype_of`.

        The kernel tells that of most columns; pandas that of those with fields in an unusual form.
        """
        own = set(self.names)
        names = [name for name in names if name in own]
        kinds = sniff.kinds_of(self.data, self.form, list(map(str, names)))
        found = {name: DTYPE_OF_KINDS[kinds[str(name)]] for name in names if kinds.get(str(name)) in DTYPE_OF_KINDS}
        found |= {name: TEXT for name in names if kinds.get(str(name), 0) & sniff.TEXT}
        rest = [name for name in names if name not in found]
        if rest:
            table = self.table(rest)
            found |= {name: dtype_of(table[name], (*self.form.true_texts, *self.form.false_texts)) for name in rest}
            if mixed := [name for name in rest if found[name] == MIXED]:
                found |= self._mixed_dtypes(mixed)
        return found

    def _mixed_dtypes(self, names: Sequence[Any]) -> dict[Any, Any]:
        """The dtypes of columns with bools and something else: text, unless each file has all bools or all numbers."""
        if len(self.parts) == 1:
            return dict.fromkeys(names, TEXT)
        files = [replace(self, parts=(part,)).dtypes(names) for part in self.parts]
        return {name: reduce(join, [dtypes[name] for dtypes in files], None) for name in names}

    def texts(self, columns: Sequence[Any]) -> list[tuple[str, ...]]:
        """The distinct combinations of texts in some columns, without those where one is missing."""
        if not set(columns) <= set(self.names):
            return []
        found = sniff.distinct_texts(self.data, self.form, list(map(str, columns)))
        if found is not None:
            return found
        table = self.table(columns, as_text=True)[list(columns)].dropna().drop_duplicates()
        return list(table.itertuples(index=False, name=None))

    def table(self, columns: Iterable[Any] | None = None, as_text: bool = False) -> pd.DataFrame:
        """The records, or some of their columns, as pandas types them or as texts."""
        wanted = set(self.names if columns is None else columns)
        names = [name for name in self.names if name in wanted]
        if not self.has_records:
            return pd.DataFrame({name: pd.Series(dtype=object) for name in names})
        options = self.form.for_pandas()
        texts = [str(name) for name in names if as_text and str(name) not in options.get("converters", {})]
        try:
            table = pd.read_csv(
                io.BytesIO(self.data),
                header=None,
                names=list(self.form.names),
                index_col=False,
                usecols=list(map(str, names)),
                dtype=dict.fromkeys(texts, object),
                **options,
            )
        except FunctionError as error:
            more = f" and {len(self.files) - 1} more files" if len(self.files) > 1 else ""
            raise function_error(f"{self.path}{more}: {error}", error) from error
        except UnicodeDecodeError:
            wrong = next(i for i, part in enumerate(self.parts) if not can_be(part, self.form.encoding))
            raise undecodable(self.files[wrong], self.form.encoding) from None
        return table.set_axis(pd.Index(names), axis=1)  # type: ignore[no-any-return]


def dtype_of(values: pd.Series, words: Sequence[str]) -> Any:
    """The dtype that a sample speaks for: None, one of LADDER, an unsigned or a text dtype; or MIXED.

    `words` are those for true and false.

    True and false with missing values are bool: where a missing value stands, its reader says.
    """
    if not isinstance(values.dtype, pd.StringDtype) and values.dtype != np.dtype(object):
        return None if values.dtype.kind == "f" and values.isna().all() else values.dtype
    found = set(values.to_numpy(dtype=object).tolist())
    present = {one for one in found if one is not None and one == one}
    bools = {one for one in present if isinstance(one, bool) or one in words}
    if not bools:
        return TEXT if present else None
    return np.dtype(bool) if bools == present else MIXED


def join(first: Any, second: Any) -> Any:
    """The dtype that holds both; None is that of a column without values (numpy takes it for float64: ask by `is`)."""
    if first is None or second is None:
        return second if first is None else first
    if first == second:
        return first
    names = str(first), str(second)
    if all(name in LADDER for name in names):
        return np.dtype(max(names, key=LADDER.index))
    return TEXT


def drifting(names: Sequence[Any], samples: Sequence[Sample]) -> dict[Any, tuple[list[Sample], list[Sample]]]:
    """The columns of text that are numbers in the samples of some files: these samples, and the others, with text.

    The kernel tells that of numbers in their usual form; pandas of formats that the kernel has not, in the first files.
    """
    found: dict[Any, tuple[list[Sample], list[Sample]]] = {name: ([], []) for name in names}
    looks = MOST_LOOKS
    for sample in samples:
        there = set(sample.names)
        own = [name for name in names if name in there]
        if kinds := sniff.kinds_of(sample.data, sample.form, list(map(str, own))):
            shown = [(name, kinds[str(name)]) for name in own]
            is_text = {name: bool(kind & (sniff.TEXT | sniff.UNKNOWN)) for name, kind in shown if kind & ~sniff.MISSING}
        elif own and looks:
            looks -= 1
            table = sample.table(own).dropna(axis="columns", how="all")
            is_text = {name: dtype.kind not in "iuf" for name, dtype in table.dtypes.items() if dtype.kind != "b"}
        else:
            is_text = {}
        for name, is_other in is_text.items():
            found[name][is_other].append(sample)
    return {name: one for name, one in found.items() if all(one)}


def dtype_seen(values: pd.Series) -> str:
    """The dtype that a sample of one file shows, for people."""
    if values.isna().all():
        return "nothing"
    return str(values.dtype) if not isinstance(values.dtype, pd.StringDtype) else str(TEXT)
