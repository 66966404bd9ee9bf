"""Which files a path means: each that matches is read, or an error or a warning names what is not."""

import bz2
import gzip
import io
import lzma
import os
import threading
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from fsspec.implementations.memory import MemoryFileSystem

import lazyframe as lf
from lazyframe.errors import CSVError, LeftOutWarning
from lazyframe.io import identity
from lazyframe.io.files import StorageOptions
from tests.assertions import assert_same


def filled(folder: Path, *names: str) -> Path:
    """A folder with files of one number each: 1, 10, 100, ..."""
    for place, name in enumerate(names):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"n\n{10**place}\n")
    return folder


def total(*args: Any, **options: Any) -> int:
    return int(lf.read_csv(*args, **options).n.sum().compute(scheduler="sync"))


def test_a_folder_that_a_glob_matches_is_read(tmp_path: Path) -> None:
    filled(tmp_path, "1.csv", "2.csv/part-0.csv", "2.csv/part-1", "2.csv/_SUCCESS", "2.csv/.hidden.csv")
    assert total(tmp_path / "*.csv") == 111
    assert total(tmp_path / "**/*.csv") == 111
    assert total(tmp_path / "*") == 111


def test_folders_in_a_folder_are_named(tmp_path: Path) -> None:
    filled(tmp_path, "1.csv", "old/2.csv", "_temporary/3.csv", "older/4.csv")
    with pytest.warns(LeftOutWarning, match="are not read: old, older. Pass '.*/\\*\\*'"):
        assert total(tmp_path) == 1
    assert total(tmp_path / "**" / "*.csv") == 1111
    with pytest.raises(FileNotFoundError, match="no files in the folder"):
        total(filled(tmp_path / "empty", "x/1.csv"))


def test_a_folder_of_folders_that_a_glob_matches_is_named(tmp_path: Path) -> None:
    filled(tmp_path, "1.csv", "2.csv/part/1.csv")
    with pytest.warns(LeftOutWarning, match="are not read: part"):
        assert total(tmp_path / "*.csv") == 1


def test_a_link_to_the_folder_that_it_is_in(tmp_path: Path) -> None:
    filled(tmp_path, "1.csv", "deep/2.csv")
    (tmp_path / "self").symlink_to(tmp_path)
    with pytest.warns(LeftOutWarning, match="are not read: deep, self"):
        assert total(tmp_path) == 1
    for path in ["**", "**/*", "**/*.csv"]:
        with pytest.warns(LeftOutWarning, match="are one file, which is read once"):
            assert total(tmp_path / path) == 11


def test_files_that_begin_with_an_underscore(tmp_path: Path) -> None:
    filled(tmp_path, "a.csv", "_b.csv", "_SUCCESS", "_metadata", ".c.csv", "_d.csv.gz.csv")
    assert total(tmp_path) == 100011
    assert total(f"memory://{memory(tmp_path)}") == 100011


def memory(folder: Path) -> str:
    """A folder copied to fsspec's file system in memory."""
    target = f"{folder.parent.name}/{folder.name}"
    fsspec.filesystem("memory").put(str(folder), target, recursive=True)
    return target


def test_remote_folders_in_a_glob_are_read_and_in_a_folder_named(tmp_path: Path) -> None:
    url = f"memory://{memory(filled(tmp_path, '1.csv', '2.csv/part-0.csv', '2.csv/_SUCCESS'))}"
    assert total(f"{url}/*.csv") == 11
    with pytest.warns(LeftOutWarning, match="are not read: 2.csv"):
        assert total(url) == 1


def test_a_link_that_leads_nowhere_is_an_error(tmp_path: Path) -> None:
    filled(tmp_path, "1.csv")
    (tmp_path / "2.csv").symlink_to(tmp_path / "gone")
    for path in [tmp_path, tmp_path / "*.csv", tmp_path / "2.csv"]:
        with pytest.raises(FileNotFoundError, match=r"2.csv' is a link to '.*gone', which is not there"):
            total(path)


def test_one_file_by_two_names_is_read_once(tmp_path: Path) -> None:
    filled(tmp_path, "1.csv", "2.csv", "x/3.csv")
    (tmp_path / "latest.csv").symlink_to(tmp_path / "2.csv")
    os.link(tmp_path / "1.csv", tmp_path / "hard.csv")
    with pytest.warns(LeftOutWarning, match="1.csv' and '.*hard.csv' are one file, which is read once, and 1 more"):
        assert total(tmp_path / "*.csv") == 11
    assert total([tmp_path / "1.csv", tmp_path / "hard.csv", tmp_path / "1.csv"]) == 3
    for name in ("latest.csv", "hard.csv"):
        (tmp_path / name).unlink()
    (tmp_path / "x" / "self").symlink_to(tmp_path)
    with pytest.warns(LeftOutWarning, match="are one file"):
        assert total(tmp_path / "**" / "*.csv") == 111


def test_devices_are_refused_and_pipes_read_to_their_end(tmp_path: Path) -> None:
    for path in ["/dev/zero", "/dev/null"]:
        with pytest.raises(CSVError, match="is neither a file nor a pipe"):
            total(path)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_text("n\n1\n2\n"))
    writer.start()
    df = lf.read_csv(pipe)
    writer.join()
    assert df.n.sum().compute(scheduler="sync") == 3
    assert df.n.max().compute(scheduler="sync") == 2


@pytest.mark.parametrize("pattern", ["", "*", "*.csv", "**/*.csv"])
def test_what_is_no_file_in_a_folder_is_named(pattern: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n")
    os.mkfifo(tmp_path / "b.csv")
    (tmp_path / "c.csv").symlink_to("/dev/zero")
    with pytest.warns(LeftOutWarning, match=r"(b|c)\.csv' is neither a file nor a folder, and .*nor are 1 like"):
        assert len(lf.read_csv(f"{tmp_path}/{pattern}")) == 1


def zip_of(data: bytes) -> bytes:
    """An archive of one file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", data)
    return stream.getvalue()


COMPRESSED: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": lambda data: pa.Codec("zstd").compress(data).to_pybytes(),
    "zip": zip_of,
}


@pytest.mark.parametrize("options", [{}, {"thousands": "_"}, {"nrows": 90_000}])
@pytest.mark.parametrize(
    ("suffix", "harm"),
    [
        *((suffix, "cut off") for suffix in COMPRESSED),
        *((suffix, "overwritten") for suffix in COMPRESSED if suffix != "zst"),  # Arrow's has no checksum
    ],
)
def test_a_compressed_file_that_breaks_behind_its_head(
    suffix: str, options: dict[str, Any], harm: str, tmp_path: Path
) -> None:
    """Whatever reads it, the error names it."""
    numbers = np.random.default_rng(1).integers(0, 1 << 40, 100_000)
    data = bytearray(COMPRESSED[suffix](b"a\n" + b"\n".join(b"%d" % number for number in numbers)))
    most = len(data) * 2 // 3
    data[most : None if harm == "cut off" else most + 50] = b"" if harm == "cut off" else bytes(50)
    (tmp_path / f"x.csv.{suffix}").write_bytes(data)
    with pytest.raises(CSVError, match=rf"x\.csv\.{suffix}"):
        lf.read_csv(tmp_path / f"x.csv.{suffix}", **options).a.sum().compute(scheduler="sync")


def test_a_name_that_is_not_utf8_is_an_error(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9.csv"
    Path(os.fsdecode(name)).write_text("n\n1\n")
    for path in [os.fsdecode(name), tmp_path, tmp_path / "*.csv"]:
        with pytest.raises(CSVError, match=r"The name of the file b'.*caf\\xe9.csv' is not UTF-8. Rename the file."):
            total(path)


@pytest.mark.parametrize(
    ("listed", "looked"),
    [
        ({"ETag": '"abc"', "LastModified": datetime(2020, 1, 1, tzinfo=UTC)}, {"ETag": "abc", "VersionId": "7"}),
        (
            {"LastModified": datetime(2020, 1, 1, 12, 0, 0, 5, tzinfo=UTC)},
            {"LastModified": datetime(2020, 1, 1, 14, tzinfo=timezone(timedelta(hours=2)))},
        ),
        ({"etag": 'W/"abc"'}, {"etag": '"abc"'}),
        ({"mtime": 5.5}, {"mtime": 5.5}),
    ],
)
def test_a_remote_file_is_the_same_in_a_listing_and_alone(
    listed: dict[str, Any], looked: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    told: dict[str, Any] = {}
    monkeypatch.setattr(MemoryFileSystem, "info", lambda self, path, **_: {"size": 3, "type": "file", **told})
    told |= listed
    first = identity.remote_state("memory://x.csv", StorageOptions())
    told.clear()
    told |= looked
    assert identity.remote_state("memory://x.csv", StorageOptions()) == first
    told["size"] = 4
    assert identity.remote_state("memory://x.csv", StorageOptions()) != first
    told |= {"size": 3, "ETag": "other"}
    assert identity.remote_state("memory://x.csv", StorageOptions()) != first


def test_credentials_are_not_shown(tmp_path: Path) -> None:
    url = f"memory://{memory(filled(tmp_path, '1.csv'))}/1.csv"
    df = lf.read_csv(url, storage_options={"secret": "hunter2"})
    graph = df.to_delayed()
    shown = [
        repr(df),
        repr(df._plan),
        str(df.explain()),
        repr(graph),
        repr(df._plan.source.readers),
        str(df._plan.source.options),
    ]
    assert not any("hunter2" in one for one in shown)
    fsspec.filesystem("memory").rm(url)
    with pytest.raises(CSVError) as error:
        df.n.sum().compute(scheduler="sync")
    assert "hunter2" not in str(error.value) + repr(error.value.__notes__ if hasattr(error.value, "__notes__") else "")


def test_frames_of_other_storages_are_others(tmp_path: Path) -> None:
    url = f"memory://{memory(filled(tmp_path, '1.csv'))}/1.csv"
    keys = {lf.read_csv(url, storage_options={"server": server}).n.sum()._plan.key for server in "ab"}
    assert len(keys) == 2


def zipped(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_a_zip_of_one_file_is_read(scheduler: str, tmp_path: Path) -> None:
    table = pd.DataFrame({"n": range(5000), "t": ["x", "y"] * 2500})
    text = table.to_csv(index=False).encode()
    zipped(tmp_path / "1.csv.zip", {"folder/": b"", "folder/a.csv": text, "__MACOSX/._a.csv": b"\0"})
    zipped(tmp_path / "2.csv.zip", {"b.csv": text})
    df = lf.read_csv(tmp_path / "*.zip", blocksize="4kB")
    expected = pd.concat([table, table], ignore_index=True)
    assert_same(df.compute(scheduler=scheduler), expected)
    assert df.n.sum().compute(scheduler=scheduler) == expected.n.sum()
    assert df.groupby("t").n.max().compute(scheduler=scheduler).to_dict() == {"x": 4998, "y": 4999}
    named = (tmp_path / "1.csv.zip").rename(tmp_path / "named.bin")
    assert len(lf.read_csv(named, compression="zip")) == 5000


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({}, r"x\.zip is an archive with no file in it. Leave it out."),
        ({"a.csv": b"a\n1\n", "b.csv": b"a\n2\n"}, r"x\.zip holds 2 files: a.csv, b.csv. Unpack it"),
    ],
)
def test_a_zip_of_other_than_one_file_is_refused(members: dict[str, bytes], message: str, tmp_path: Path) -> None:
    with pytest.raises(lf.errors.CSVError, match=message):
        lf.read_csv(zipped(tmp_path / "x.zip", members))


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"a,b\n1,2\n")
    with pytest.raises(
        lf.errors.CSVError, match=r"x\.zip can't be read with compression='zip': File is not a zip file"
    ):
        lf.read_csv(tmp_path / "x.zip")
