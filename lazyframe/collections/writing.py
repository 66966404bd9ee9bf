"""Writing a lazy frame: a task a partition, on any executor, and the files get their names when all are there."""

import os
from collections.abc import Callable
from typing import Any

from lazyframe.collections.delayed import delayed, partitions
from lazyframe.io import write
from lazyframe.plan.node import Node
from lazyframe.plan.passes.lower import numbered
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
    target = write.target_of(path, query.npartitions, ".csv", single_file, name_function, overwrite)
    writer = write.WriteCSV(write.csv_compression(target.final[0], compression), tuple(options.items()))
    rest = writer.without_header() if single_file else writer
    return write_all(query, target, [writer, *([rest] * (query.npartitions - 1))], scheduler)


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
