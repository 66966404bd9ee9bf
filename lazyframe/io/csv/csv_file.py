"""What is known of a file before anything is planned: its columns, where its records are, and samples of them."""

from typing import Any

from lazyframe.io.csv.encodings import refuse_no_text
from lazyframe.io.csv.ends import before_footer, behind_rows
from lazyframe.io.csv.format import Format
from lazyframe.io.csv.header import first_fields, has_record, header_names, header_of, repeated_names
from lazyframe.io.csv.longest import refuse_long_start
from lazyframe.io.csv.options import Options
from lazyframe.io.csv.records import LONGEST
from lazyframe.io.csv.samples import kept_records, samples_behind
from lazyframe.io.csv.skipping import Skipping, may_skip_behind
from lazyframe.io.files import File, head
from lazyframe.record import record, replace


@record()
class CSVFile:
    """What was found at the start of a file.

    The records stand from byte `start` to byte `end`. `has_quotes` says whether a quote was met: then fields may hold
    newlines. `bytes_a_record` says about how long a record is; 0 if that is not known. `repeated` are the names that
    pandas gave to columns whose name stands in the header before, and that name.
    """

    file: File
    names: tuple[Any, ...]
    format: Format
    start: int
    end: int
    has_quotes: bool
    bytes_a_record: float
    repeated: tuple[tuple[str, str], ...] = ()


Headers = dict[bytes, tuple[tuple[Any, ...], Format, tuple[tuple[str, str], ...]]]
"""What headers (or, where there are none, first records) say: the names of the columns, the format with these, and the
names made anew, for they stood there before."""

Samples = tuple[bytes, ...]
"""Records from the start, the middle and the end of a file, where it could be cut at records."""


def opened(file: File, size: int, options: Options, seen: Headers, is_sampled: bool) -> tuple[CSVFile, Samples]:
    """Look at a file.

    Parameters
    ----------
    file
    size
        Bytes to look at at its start; as many again in the middle and at the end together, if it is sampled.
    options
    seen
        The headers met before.
    is_sampled
        Whether samples are wanted; else the header is enough.
    """
    data = head(file, size)
    refuse_no_text(file, data)
    while True:
        is_whole = len(data) < size
        header, start, line = header_of(data, options)
        if is_whole or has_record(data[start:], options):
            break
        if size >= LONGEST:
            refuse_long_start(file, data, options.nameless)
            break
        size = min(size * 8, LONGEST)
        data = head(file, size)
    if may_skip_behind(options.skiprows, line):
        file = replace(file, skipping=Skipping(options.skiprows, options.nameless, start, line))
        data = head(file, size)
    if header not in seen:
        names = header_names(file, header, data[start:], options)
        seen[header] = names, options.format(tuple(map(str, names))), repeated_names(names, header, options)
    names, form, repeated = seen[header]
    if options.index_col is False and first_fields(data[start:], form) == len(names) + 1:
        form = options.format((*map(str, names), "\0"))
    end = file.size if not options.skipfooter else before_footer(file, start, options)
    if options.nrows is not None and (last := behind_rows(file, data, start, form, options.nrows)) is not None:
        file, end = (replace(file, length=last), end) if file.is_stream else (file, last)
        data = data[:last]
    text = data[start:] if file.is_stream else data[start : max(end, start)]
    if is_whole and text and not text.endswith((b"\n", b"\r")) and not options.lineterminator:
        text += b"\n"
    samples = [kept_records(text, form)] if names and is_sampled else []
    if is_sampled and not file.is_stream and end - start > size:
        samples += samples_behind(file, start, end, size // 2, form)
    quote = options.quote.encode()
    has_quotes = bool(quote) and any(quote in one for one in (data[start:], *samples))
    lines = sum(sample.count(b"\n") or sample.count(b"\r") for sample in samples)
    bytes_a_record = sum(map(len, samples)) / lines if lines else 0.0
    return CSVFile(file, names, form, start, end, has_quotes, bytes_a_record, repeated), tuple(samples)
