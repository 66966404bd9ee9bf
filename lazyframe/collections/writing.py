"""Writing a lazy frame: a task a partition, on any executor, and the files get their names when all are there.

What goes to one place in order (a table of a database, JSON lines, a Feather file) is written one partition at a time.
"""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from lazyframe.collections.delayed import delayed, partitions
from lazyframe.collections.gather import gathered
from lazyframe.collections.like import bound, documented
from lazyframe.io import write
from lazyframe.ops.op import Whole
from lazyframe.plan.node import Node
from lazyframe.plan.passes.numbering import numbered
from lazyframe.session.running import compute_plans


def write_csv(
    query: Node,
    path: str | os.PathLike[str],
    single_file: bool,
    name_function: Callable[[int], str] | None,
    compression: str | None,
    overwrite: bool,
    scheduler: Any,
    options: dict[str, Any],
) -> list[str]:
    """See `Rows.to_csv`."""
    single_file = single_file or is_one_file(query, path)
    target = write.target_of(path, query.npartitions, ".csv", single_file, name_function, overwrite)
    writer = write.WriteCSV(write.csv_compression(target.final[0], compression), tuple(options.items()))
    rest = writer.without_header() if single_file else writer
    return write_all(query, target, [writer, *([rest] * (query.npartitions - 1))], scheduler)


def is_one_file(query: Node, path: str | os.PathLike[str]) -> bool:
    """Return whether an answer, which is in one place, is written to a path that is named as a file is."""
    return query.is_answer and ".csv" in Path(path).suffixes and "*" not in os.fspath(path)


def write_parquet(
    query: Node,
    path: str | os.PathLike[str],
    name_function: Callable[[int], str] | None,
    compression: str,
    index: bool | None,
    overwrite: bool,
    scheduler: Any,
) -> list[str]:
    """See `DataFrame.to_parquet`."""
    if index is None:
        index = any(name is not None for name in query.schema.empty.index.names)
    target = write.target_of(path, query.npartitions, ".parquet", False, name_function, overwrite)
    writer = write.WriteParquet(compression, index)
    return write_all(query, target, [writer] * query.npartitions, scheduler)


def write_all(query: Node, target: write.Target, writers: list[Any], scheduler: Any) -> list[str]:
    """Have every partition written; the names of the files."""
    write.make_folders(target)
    names = write.written_parts(target)
    parts = partitions(numbered(query))
    calls = [delayed(own)(part, name) for own, part, name in zip(writers, parts, names, strict=True)]
    try:
        compute_plans([call._plan for call in calls], scheduler)
        return write.finish(target)
    except BaseException:
        write.discard(target)
        raise


def in_turn(op: Whole, of: type, writer: Callable[[Any, dict[str, Any]], Any]) -> Callable[..., Any]:
    """A method of pandas that writes: by a writer that takes a partition after another; else of rows that are gathered.

    The writer is called with the rows and the arguments, and gives NotImplemented for those that it can't do.
    """
    like = getattr(of, op.name)

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = writer(self, bound(like, self, args, kwargs))
        return getattr(gathered(self, op), op.name)(*args, **kwargs) if result is NotImplemented else result

    return documented(method, like, "a partition after another; gathers with other parameters")


def with_rows(rows: Any) -> Iterator[Any]:
    """The partitions that have rows, one after another; if none has, one."""
    has_rows = False
    for part in rows._parts():
        if len(part):
            has_rows = True
            yield part
    if not has_rows:
        yield rows._plan.schema.empty


def write_json(rows: Any, given: dict[str, Any]) -> Any:
    """`to_json` of a record a line."""
    path = given.pop("path_or_buf", None)
    is_lines = given.get("lines") is True and given.get("orient") == "records" and given.get("mode", "w") == "w"
    if not is_lines or given.get("compression") not in (None, "infer", "gzip", "bz2", "xz") or given.get("index"):
        return NotImplemented
    if path is None:
        return "".join(part.to_json(**given) for part in with_rows(rows))
    if hasattr(path, "write"):
        for part in with_rows(rows):
            part.to_json(path, **given)
        return None
    if str(path).endswith((".zip", ".tar")) or "://" in str(path):
        return NotImplemented
    with named_when_written(path) as name:
        for number, part in enumerate(with_rows(rows)):
            part.to_json(name, **given | {"mode": "a" if number else "w"})
    return None


def write_sql(rows: Any, given: dict[str, Any]) -> Any:
    """`to_sql`; the number of rows that are written, if the database says so."""
    counts = []
    for number, part in enumerate(with_rows(rows)):
        counts.append(part.to_sql(**given | ({"if_exists": "append"} if number else {})))
    return None if None in counts else sum(counts)


def write_feather(frame: Any, given: dict[str, Any]) -> Any:
    """`to_feather` of rows that are numbered through."""
    path = given.pop("path")
    if given or hasattr(path, "write") or not frame._plan.is_numbered or "://" in str(path):
        return NotImplemented
    with named_when_written(path) as name:
        write.write_feather(name, frame._plan.schema.empty, frame._parts())
    return None


@contextmanager
def named_when_written(path: Any) -> Iterator[str]:
    """A hidden name beside a path, which the file has until it is written; a failure leaves nothing."""
    folder, name = os.path.split(os.path.expanduser(os.fspath(path)))
    hidden = os.path.join(folder, f".{uuid.uuid4().hex[:8]}-{name}")
    try:
        yield hidden
        os.replace(hidden, os.path.join(folder, name))
    except BaseException:
        with suppress(FileNotFoundError):
            os.remove(hidden)
        raise
