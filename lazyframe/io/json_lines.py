"""Files of JSON records, a line each."""

from io import BytesIO
from typing import Any

import pandas as pd

from lazyframe.io.csv.checks import parse_bytes
from lazyframe.io.find import find
from lazyframe.io.lines import LinesSource, sampled
from lazyframe.record import record


@record()
class JSONLines:
    """A text of JSON records, a line each, as pandas reads it."""

    options: tuple[tuple[str, Any], ...]

    def __call__(self, text: bytes) -> Any:
        if not text.strip():
            return pd.DataFrame()
        return pd.read_json(BytesIO(text), lines=True, **dict(self.options))


def json_source(paths: Any, blocksize: int | str | None, dtype: Any, options: dict[str, Any]) -> LinesSource:
    """The source for `read_json`.

    Raises
    ------
    FileNotFoundError, CSVTypeError
    """
    compression, storage = options.pop("compression", "infer"), options.pop("storage_options", None)
    files = tuple(find(paths, compression, None, storage))
    if dtype is not None:
        options = options | {"dtype": dtype}
    asked = frozenset(dtype if isinstance(dtype, dict) else ())
    parse = JSONLines(tuple(options.items()))
    return sampled(files, (0,) * len(files), parse, asked, parse_bytes(blocksize), "JSON-lines")
