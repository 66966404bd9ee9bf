"""pandas' own examples, run by lazyframe: `make test-docs` prints what is right, what differs, and what is not for us.

In each method's documentation `pd.DataFrame(...)` and `pd.Series(...)` make lazy objects in two partitions, and what is
shown is computed first. An example whose text is the same then is right.
"""

import doctest
import sys
from collections import Counter
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.typing import DataFrameGroupBy, SeriesGroupBy

import lazyframe as lf
from lazyframe.collections.collection import Collection

KINDS: dict[str, Any] = {
    "DataFrame": pd.DataFrame,
    "Series": pd.Series,
    "DataFrameGroupBy": DataFrameGroupBy,
    "SeriesGroupBy": SeriesGroupBy,
    "Series.str": pd.Series.str,
    "Series.dt": pd.Series.dt,
    "Series.cat": pd.Series.cat,
}


def lazily(kind: type) -> Any:
    """A class that makes lazy objects, and has all else of pandas' own."""

    class Made(kind):  # type: ignore[misc,valid-type]
        def __new__(cls, *args: Any, **options: Any) -> Any:
            made = kind(*args, **options)
            if isinstance(made, pd.DataFrame) and not made.columns.is_unique:
                return made
            return lf.from_pandas(made, npartitions=2)

    return Made


class Pandas(SimpleNamespace):
    """pandas, but for what makes frames and Series, and for functions that are ours too."""

    def __getattr__(self, name: str) -> Any:
        own = getattr(lf, name, None)
        return own if callable(own) and name in lf.__all__ else getattr(pd, name)


def shown(value: Any) -> None:
    """Print a value as Python does, a lazy one computed."""
    value = value.compute() if isinstance(value, Collection) else value
    if value is not None:
        print(repr(value))


class Checker(doctest.OutputChecker):
    """Takes differing white space for equal, as pandas' own tests do."""

    def check_output(self, want: str, got: str, flags: int) -> bool:
        return want.split() == got.split() or super().check_output(want, got, flags | doctest.ELLIPSIS)


def outcome(name: str, text: str) -> tuple[str, str]:
    """Run one documentation's examples: "right", "differs" or "not here", and the first that is not right."""
    space = {"pd": Pandas(DataFrame=lazily(pd.DataFrame), Series=lazily(pd.Series)), "np": np}
    plain = {"pd": pd, "np": np}
    examples = doctest.DocTestParser().get_doctest(text, space, name, None, 0)
    expected = doctest.DocTestParser().get_doctest(text, plain, name, None, 0)
    quiet = doctest.DocTestRunner(Checker(), verbose=False)
    if not examples.examples or quiet.run(expected, out=lambda _: None, clear_globs=False).failed:
        return "not here", ""  # pandas' own examples are not as its documentation says, on this machine
    found: list[str] = []
    runner = doctest.DocTestRunner(Checker(), verbose=False)
    hook, sys.__displayhook__ = sys.__displayhook__, shown
    try:
        runner.run(examples, out=found.append, clear_globs=False)
    finally:
        sys.__displayhook__ = hook
    return ("differs", found[0]) if found else ("right", "")


def main() -> None:
    pd.set_option("display.width", 80)
    counts: Counter[str] = Counter()
    for title, kind in KINDS.items():
        for name in dir(kind):
            text = getattr(getattr(kind, name), "__doc__", None)
            if name.startswith("_") or not isinstance(text, str) or ">>>" not in text:
                continue
            with lf.config.set(scheduler="sync"):
                what, first = outcome(f"{title}.{name}", text)
            counts[what] += 1
            if what == "differs":
                print(f"{title}.{name}\n{first if '-v' in sys.argv else ''}".rstrip())
    print(dict(counts))


if __name__ == "__main__":
    main()
