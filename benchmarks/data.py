"""The data of the benchmarks, made below `benchmarks/data/` if not there: flights, temperatures, groups, shapes."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

ROOT = Path(__file__).parent / "data"
MAKE_FLIGHTS = Path(__file__).parent.parent / "data" / "make_flights.py"


def flights(copies: int) -> str:
    """The pattern of the files of so many copies of all flights of 2013, 27 MB each, a file a copy."""
    folder = ROOT / f"flights-{copies}"
    if not folder.exists():
        subprocess.run([sys.executable, MAKE_FLIGHTS, folder, "--copies", str(copies)], check=True)
    return str(folder / "*.csv")


def temperatures(millions: int, files: int = 10) -> str:
    """The pattern of files of so many million lines `station;temperature`, as in the One Billion Row Challenge.

    413 stations with made-up names of 3 to 26 letters; temperatures with one decimal, around each station's mean.
    """
    folder = ROOT / f"temperatures-{millions}"
    if not folder.exists():
        random = np.random.default_rng(1)
        letters = np.array(list("abcdefghijklmnopqrstuvwxyz"))
        sizes = random.integers(3, 27, 413)
        stations = pa.array(["".join(random.choice(letters, size)).capitalize() for size in sizes])
        means = random.normal(15, 10, len(stations))
        with written(folder) as place:
            for number in range(files):
                codes = random.integers(0, len(stations), millions * 1_000_000 // files)
                values = np.clip(random.normal(means[codes], 10), -99.9, 99.9).round(1)
                table = pa.table({"station": stations.take(pa.array(codes)), "temperature": values})
                options = csv.WriteOptions(include_header=False, delimiter=";", quoting_style="none")
                csv.write_csv(table, place / f"{number}.csv", options)
    return str(folder / "*.csv")


def groups(millions: int) -> str:
    """The file of the groupby task of the db-benchmark (G1, 100 groups, nothing missing): so many million rows.

    id1 and id2 have 100 texts, id3 has 100 rows a text, id4 to id6 are the same as numbers; v1 is 1 to 5, v2 1 to 15,
    v3 up to 100 with six decimals.
    """
    folder = ROOT / f"groups-{millions}"
    if not folder.exists():
        random = np.random.default_rng(2)
        rows = millions * 1_000_000
        with written(folder) as place:
            columns = {}
            for name, count, digits in (("id1", 100, 3), ("id2", 100, 3), ("id3", rows // 100, 10)):
                texts = pa.array([f"id{number:0{digits}d}" for number in range(1, count + 1)])
                columns[name] = texts.take(pa.array(random.integers(0, count, rows)))
            for name, count in (("id4", 100), ("id5", 100), ("id6", rows // 100)):
                columns[name] = random.integers(1, count + 1, rows)
            columns["v1"] = random.integers(1, 6, rows)
            columns["v2"] = random.integers(1, 16, rows)
            columns["v3"] = (random.random(rows) * 100).round(6)
            csv.write_csv(pa.table(columns), place / "groups.csv", csv.WriteOptions(quoting_style="none"))
    return str(folder / "*.csv")


def db_benchmark(millions: int) -> str:
    """The files of the db-benchmark: `groups`, and for its joins `x` and the tables `small`, `medium` and `big`.

    `x` and `big` have so many million rows, `medium` a thousandth of them, `small` a millionth. id1 to id3 have a
    millionth, a thousandth and as many values as `x` has rows, a tenth of which the other table has not; id4 to id6 are
    the same as text.
    """
    folder = ROOT / f"db-{millions}"
    if not folder.exists():
        random = np.random.default_rng(4)
        rows = millions * 1_000_000
        sizes = {"id1": max(rows // 1_000_000, 1), "id2": rows // 1_000, "id3": rows}
        keys = {name: random.permutation(size * 11 // 10) + 1 for name, size in sizes.items()}
        tables = {"x": rows, "small": sizes["id1"], "medium": sizes["id2"], "big": rows}
        with written(folder) as place:
            (place / "groups.csv").symlink_to(Path(groups(millions)).with_name("groups.csv"))
            for name, count in tables.items():
                own = {"small": ["id1"], "medium": ["id1", "id2"]}.get(name, list(sizes))
                columns = {}
                for key in own:
                    known = keys[key][: sizes[key]] if name == "x" else keys[key][-sizes[key] :]
                    is_once = count == sizes[key]
                    columns[key] = random.permutation(known) if is_once else random.choice(known, count)
                for key, other in zip(own, ("id4", "id5", "id6"), strict=False):
                    columns[other] = pa.array(columns[key]).cast(pa.string())
                columns = {
                    key: pc.binary_join_element_wise("id", column, "") if key > "id3" else column
                    for key, column in columns.items()
                }
                columns["v1" if name == "x" else "v2"] = (random.random(count) * 100).round(6)
                csv.write_csv(pa.table(columns), place / f"{name}.csv", csv.WriteOptions(quoting_style="none"))
    return str(folder / "*.csv")


def shapes(megabytes: int) -> str:
    """The pattern of files of unusual shapes, about so many MB of each in 4 files: a folder a shape."""
    folder = ROOT / f"shapes-{megabytes}"
    if not folder.exists():
        random = np.random.default_rng(3)
        size = megabytes * 1_000_000 // 4
        with written(folder) as place:
            for number in range(4):
                for name, (table, options) in shapes_of(random, size).items():
                    (place / name).mkdir(exist_ok=True)
                    csv.write_csv(table, place / name / f"{number}.csv", csv.WriteOptions(**options))
    return str(folder / "*" / "*.csv")


def shapes_of(random: np.random.Generator, size: int) -> dict[str, tuple[pa.Table, dict[str, str]]]:
    """A table of each shape, about so many bytes as CSV, and how it is written."""

    def keyed(count: int) -> dict[str, Any]:
        keys = pa.array([f"key {i}" for i in range(300)]).take(pa.array(random.integers(0, 300, count)))
        return {"key": keys, "value": random.integers(0, 10_000_000, count) / 1000, "other": random.random(count)}

    words = pa.array(["".join(random.choice(list("abcdefgh ,"), 400)) for _ in range(500)])
    count = size // 36
    texts = {"text": words.take(pa.array(random.integers(0, 500, size // 430)))}
    plain, quoted = {"quoting_style": "none"}, {"quoting_style": "all_valid"}
    return {
        "one-of-500": (pa.table({f"c{i}": random.integers(0, 1000, size // 1950) for i in range(500)}), plain),
        "all-of-100": (pa.table({f"c{i}": random.integers(0, 100_000, size // 690) / 100 for i in range(100)}), plain),
        "digits": (pa.table({f"c{i}": random.random(size // 78) for i in range(4)}), plain),
        "quoted": (pa.table(keyed(size // 42)), quoted),
        "long-text": (pa.table(texts | keyed(size // 430)), {"quoting_style": "needed"}),
        "tabs": (pa.table(keyed(count)), plain | {"delimiter": "\t"}),
        "pipes": (pa.table(keyed(count)), plain | {"delimiter": "|"}),
    }


class written:
    """A folder that is there only once all of it is."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.part = folder.with_name(folder.name + ".part")

    def __enter__(self) -> Path:
        shutil.rmtree(self.part, ignore_errors=True)
        self.part.mkdir(parents=True)
        return self.part

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            self.part.rename(self.folder)
