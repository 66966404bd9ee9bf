"""Files of fields of fixed widths."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.errors import UnsupportedError
from lazyframe.io.csv.checks import parse_bytes
from lazyframe.io.find import find
from lazyframe.io.lines import LinesSource, first_lines, sampled
from lazyframe.record import record

WHOLE_FILE = ("skipfooter", "nrows", "chunksize", "iterator", "index_col", "usecols", "parse_dates")
"""Options of pandas' that are not for a part of a file."""


@record()
class FixedWidths:
    """A text of fields of fixed widths, as pandas reads it, with the names and places of the columns."""

    names: tuple[Any, ...]
    places: tuple[tuple[int, int], ...]
    options: tuple[tuple[str, Any], ...]

    def __call__(self, text: bytes) -> Any:
        if not text.strip():
            return pd.DataFrame(columns=list(self.names))
        places, names = list(self.places), list(self.names)
        return pd.read_fwf(BytesIO(text), colspecs=places, header=None, names=names, **dict(self.options))


def fixed_width_source(paths: Any, blocksize: int | str | None, options: dict[str, Any]) -> LinesSource:
    """The source for `read_fwf`; the columns' places and names are those of the first file.

    Raises
    ------
    FileNotFoundError, CSVTypeError
    UnsupportedError
        For options that need to see all lines at once.
    """
    for name in WHOLE_FILE:
        if options.get(name):
            raise UnsupportedError(
                f"read_fwf({name}=...) is not supported: read the files without it, and choose then."
            )
    compression, storage = options.pop("compression", "infer"), options.pop("storage_options", None)
    files = tuple(find(paths, compression, None, storage))
    names, skiprows = options.pop("names", None), options.pop("skiprows", None) or 0
    header = options.pop("header", "infer")
    header = (0 if names is None else None) if header == "infer" else header
    if not isinstance(skiprows, int) or not isinstance(header, int | None):
        raise UnsupportedError("read_fwf: skiprows and header are numbers of lines.")
    lines = first_lines(files[0])[skiprows:]
    places = places_of(options, [line.decode("utf-8", "replace") for line in lines])
    before = 0 if header is None else header + 1
    if names is None and header is None:
        names = range(len(places))
    elif names is None:
        names = pd.read_fwf(BytesIO(b"".join(lines[:before])), colspecs=list(places), header=header).columns
    starts = tuple(sum(map(len, first_lines(file)[: skiprows + before])) for file in files)
    asked = frozenset(options["dtype"] if isinstance(options.get("dtype"), dict) else ())
    parse = FixedWidths(tuple(names), places, tuple(options.items()))
    return sampled(files, starts, parse, asked, parse_bytes(blocksize), "fixed-width")


def places_of(options: dict[str, Any], lines: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Where the fields of fixed widths stand: as the options say, or as pandas finds them, in the first lines.

    There a field is where some line has something other than a delimiter.
    """
    widths, places = options.pop("widths", None), options.pop("colspecs", "infer")
    count, delimiter = options.pop("infer_nrows", 100), options.get("delimiter") or ""
    if widths is not None:
        ends = np.cumsum(widths).tolist()
        return tuple(zip([0, *ends[:-1]], ends, strict=True))
    if not isinstance(places, str):
        return tuple((start or 0, end) for start, end in places)
    blanks = set(f"\r\n{delimiter}" if delimiter else "\r\n\t ")
    is_used = np.zeros(max(map(len, lines), default=0) + 2, bool)
    for line in lines[:count]:
        is_used[1 : len(line) + 1] |= [mark not in blanks for mark in line]
    edges = np.flatnonzero(np.diff(is_used)).tolist()
    return tuple(zip(edges[::2], edges[1::2], strict=True))
