"""The command line: what is in a folder of CSV files, how many rows, the first ones, and the same as Parquet."""

import argparse
import os
import shutil
import sys
import warnings
from collections.abc import Sequence
from typing import Any

import lazyframe as lf
from lazyframe.errors import printable


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0, or 1 where it could not be done."""
    asked = parser().parse_args(arguments)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("default")
            warnings.showwarning = show_warning
            asked.run(asked)
    except BrokenPipeError:  # who reads has seen enough; what Python would still write goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, TypeError, KeyError, ImportError, lf.errors.CSVError) as error:
        print(f"lazyframe: {error}", file=sys.stderr)
        return 1
    return 0


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    made = argparse.ArgumentParser("python -m lazyframe", description=__doc__)
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    for name, run, text in (
        ("info", info, "files, sizes, columns, dtypes, and where files differ"),
        ("count", count, "the number of rows"),
        ("head", head, "the first rows"),
        ("convert", convert, "write the rows as Parquet files"),
    ):
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("path", nargs="+", help="files, folders, patterns or URLs")
        command.add_argument("--sep", default=",", help="what separates fields; a comma by default")
        command.set_defaults(run=run)
        if name == "head":
            command.add_argument("-n", type=int, default=5, help="how many rows; 5 by default")
        if name == "convert":
            command.add_argument("folder", help="the folder to write to, a file a partition")
    command = commands.add_parser("versions", help="what runs here", description="what runs here")
    command.set_defaults(run=lambda asked: lf.show_versions())
    return made


def show_warning(message: Any, *where: Any, **more: Any) -> None:
    """Print a warning as one line."""
    print(f"lazyframe: {message}", file=sys.stderr)


def frame_of(asked: argparse.Namespace) -> lf.DataFrame:
    """The rows of what a command is about."""
    return lf.read_csv(asked.path, sep=asked.sep)


def info(asked: argparse.Namespace) -> None:
    """Print what is known of files and columns from samples."""
    df = frame_of(asked)
    source: Any = df._plan
    print(f"{source.source.describe()}, {df.npartitions} partition{'s' * (df.npartitions > 1)}")
    report = df.schema_report()
    count = report.index.get_level_values("file").nunique()
    rows = [("column", "dtype", "missing", "")]
    for name in df.columns:
        own = report.xs(str(name), level="column")
        odd = own.drift[own.drift != ""].value_counts()
        notes = "; ".join(f"{text} (in {times} of {count} files)" for text, times in odd.items())
        rows.append((printable(str(name)), str(own.folder.iloc[0]), f"{own.missing.sum():,}", notes))
    widths = [max(len(row[place]) for row in rows) for place in range(3)]
    for column, dtype, missing, notes in rows:
        print(f"{column:<{widths[0]}}  {dtype:<{widths[1]}}  {missing:>{widths[2]}}  {notes}".rstrip())
    print("dtypes and missing values are those of samples")


def count(asked: argparse.Namespace) -> None:
    """Print the number of rows."""
    print(len(frame_of(asked)))


def head(asked: argparse.Namespace) -> None:
    """Print the first rows."""
    print(frame_of(asked).head(asked.n).to_string(line_width=shutil.get_terminal_size().columns))


def convert(asked: argparse.Namespace) -> None:
    """Write the rows as Parquet files."""
    files = frame_of(asked).to_parquet(asked.folder)
    print(f"{len(files)} file{'s' * (len(files) > 1)} in {asked.folder}")


if __name__ == "__main__":
    sys.exit(main())
