"""What the kernel tells of a text: its whole records, their number, what its fields look like. And whether it can."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from lazyframe.io.csv.format import Format
from lazyframe.io.csv.kernel import ARCHITECTURE, REASON, _kernel

MISSING, INTEGER, REAL, UNKNOWN, TEXT = (1 << bit for bit in range(5))
"""What a field looks like to `sniff`; see kernel/text/sniff.h."""


def why_not(form: Format) -> str:
    """Return why the kernel can't read a format; empty if it can."""
    if not ARCHITECTURE:
        return f"no kernel, {REASON}"
    why_pandas = form.why_pandas
    reasons = {
        why_pandas: bool(why_pandas),
        "escapechar": bool(form.escape),
        "doublequote=False": bool(form.quote) and not form.doublequote,
        f"encoding={form.encoding!r}": form.encoding != "utf-8",
        "no columns": not form.names,
    }
    return ", ".join(reason for reason, holds in reasons.items() if holds)


def reader_of(form: Format) -> str:
    """Return what reads a format, and why not the kernel."""
    if reason := why_not(form):
        return f"pandas (for {form.why_pandas})" if form.why_pandas else f"pyarrow ({reason})"
    return f"the kernel ({ARCHITECTURE})"


def dialect(form: Format, is_zero_false: bool = True) -> tuple[Any, ...]:
    """A format as the kernel's functions take it."""
    zero, one = (["0"], ["1"]) if is_zero_false else ([], [])
    trues, falses = [*one, *form.true_texts], [*zero, *form.false_texts]
    return ARCHITECTURE, form.sep, form.quote, form.decimal, len(form.names), form.null_texts, trues, falses


def positions_of(form: Format) -> dict[str, int]:
    """The place of each column among those of the file."""
    return {name: place for place, name in enumerate(form.names)}


def whole_records(data: bytes, form: Format) -> int | None:
    """Return how many bytes of whole records a text has; None if there is anything odd in it, or with the format."""
    found = None if why_not(form) else _kernel.sniff(*dialect(form), [], data)
    return found[0] if found and found[1] else None


def count_records(data: bytes, form: Format) -> int | None:
    """Return how many records a text of `whole_records` has; None if the kernel can't tell."""
    scan = _kernel.Scan(*dialect(form))
    scan.count(-1)
    try:
        scan.feed(data)
        scan.finish()
    except _kernel.FallbackRequired:
        return None
    return int(scan.records)


def kinds_of(data: bytes, form: Format, columns: Sequence[str]) -> dict[str, int]:
    """Return what the fields of some columns of a sample look like.

    The kinds met, as bits; empty where anything is odd.
    """
    if why_not(form):
        return {}
    positions = positions_of(form)
    places = [positions[column] for column in columns]
    _, is_regular, kinds = _kernel.sniff(*dialect(form, is_zero_false=False), places, data)
    return dict(zip(columns, kinds, strict=True)) if is_regular else {}


def distinct_texts(data: bytes, form: Format, columns: Sequence[str]) -> list[tuple[str, ...]] | None:
    """The distinct combinations of texts that a sample has in some columns, without those where one is missing.

    None if there is anything odd in the sample, or with the format.
    """
    if why_not(form) or len(set(columns)) < len(columns):
        return None
    scan = _kernel.Scan(*dialect(form))
    positions = positions_of(form)
    keys = [scan.column(positions[column], "text", True) for column in columns]
    scan.reduce([], keys, [("size", 0)], -1, True)
    try:
        scan.feed(data)
        scan.finish()
    except _kernel.FallbackRequired:
        return None
    ((found, _, _),) = scan.answers()
    return list(zip(*(pa.array(key).to_pylist() for key in found), strict=True))
