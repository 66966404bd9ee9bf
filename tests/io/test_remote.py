"""Files on a web server: the right answer, asked for sparingly, from one that is slow, busy or broken too."""

import socket
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.errors import CSVError
from lazyframe.io import remote
from tests.assertions import assert_same
from tests.io.server import Server, serving

FRAME = pd.DataFrame({"k": list("abcde") * 2000, "n": range(10_000), "x": [i / 7 for i in range(10_000)]})
PARTS = 5
SIZE = len(FRAME) // PARTS


def parts() -> dict[str, bytes]:
    """The table in files."""
    return {
        f"data/part{number}.csv": FRAME.iloc[number * SIZE : (number + 1) * SIZE].to_csv(index=False).encode()
        for number in range(PARTS)
    }


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(remote, "PAUSE", 0.001)
    with serving(parts()) as made:
        yield made


def urls(server: Server) -> list[str]:
    return [f"{server.url}/{name}" for name in server.files]


def assert_right(df: lf.DataFrame, **how: Any) -> None:
    assert_same(df.groupby("k").x.mean().compute(**how), FRAME.groupby("k").x.mean())
    assert_same(df.n.sum().compute(**how), FRAME.n.sum())


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
@pytest.mark.parametrize("blocksize", ["20kB", "10MB"])
def test_files_of_a_web_server(server: Server, scheduler: str, blocksize: str) -> None:
    assert_right(lf.read_csv(urls(server), blocksize=blocksize), scheduler=scheduler)
    assert_right(lf.read_csv(f"{server.url}/data/", blocksize=blocksize), scheduler=scheduler)
    assert_right(lf.read_csv(f"{server.url}/data/part*.csv", blocksize=blocksize), scheduler=scheduler)


def test_a_whole_frame_and_its_labels(server: Server) -> None:
    lazy = lf.read_csv(urls(server), blocksize="17kB")
    assert_same(lazy.compute(), FRAME)
    assert_same(lazy[lazy.n > 4321].sort_values("x", ascending=False).head(7), FRAME[::-1].head(7))


def test_planning_asks_for_samples_alone() -> None:
    line = b"abcdefghi,123456\n"
    files = {f"data/{number}.csv": b"k,n\n" + line * 300_000 for number in range(8)}  # 5 MB each
    with serving(files) as server:
        lazy = lf.read_csv(urls(server))
        assert lazy.dtypes.to_dict() == {"k": pd.StringDtype(na_value=float("nan")), "n": "int64"}
        assert server.sent < 64_000 * 3 * len(files)
        assert len(server.requests) <= 4 * len(files)  # what it is; its start, middle and end
        server.requests.clear()
        assert lazy.n.max().compute(scheduler="sync") == 123456
        of_one = [path for _, path in server.requests if path == "data/0.csv"]
        assert len(of_one) <= 12
        assert server.sent < 1.1 * sum(map(len, files.values()))


def test_a_folder_is_listed_once(server: Server) -> None:
    lf.read_csv(f"{server.url}/data/")
    assert [path for _, path in server.requests].count("data/") <= 2


def test_small_files_are_fetched_several_at_a_time() -> None:
    files = {f"data/{number}.csv": f"k,n\na,{number}\n".encode() for number in range(300)}
    with serving(files) as server:
        server.latency = 0.005
        lazy = lf.read_csv(urls(server))
        assert server.most_at_once > 8
        assert lazy.npartitions < 10
        server.requests.clear()
        server.most_at_once = 0
        assert lazy.n.sum().compute(scheduler="sync") == sum(range(300))
        assert len(server.requests) == 2 * len(files)
        assert server.most_at_once > 8
        files["data/7.csv"] = b"k,n\nb,1000000\n"
        with pytest.raises(CSVError, match=r"data/7\.csv has changed since read_csv looked at it"):
            lazy.n.sum().compute(scheduler="sync")


@pytest.mark.parametrize("trouble", [500, 502, 503, 429, "cut"])
def test_what_passes_is_asked_again(server: Server, trouble: Any) -> None:
    server.misbehave = lambda number, method, path: trouble if number % 3 == 1 else None
    assert_right(lf.read_csv(urls(server), blocksize="20kB"), scheduler="threads")


def test_what_does_not_pass_is_one_error(server: Server) -> None:
    df = lf.read_csv(urls(server))
    server.misbehave = lambda number, method, path: 503 if method == "GET" and "part3" in path else None
    with pytest.raises(CSVError, match=r"part3\.csv can't be read: the storage answered HTTP 503 .*\(asked 4 times\)"):
        df.n.sum().compute()
    server.misbehave = lambda number, method, path: 503
    with pytest.raises(CSVError, match=r"part0\.csv can't be read: the storage answered HTTP 503"):
        lf.read_csv(urls(server))


@pytest.mark.parametrize("scheduler", ["threads", "processes"])
def test_how_often_is_a_setting(server: Server, scheduler: str) -> None:
    with lf.config.set(retries=0):
        once = lf.read_csv(urls(server))
    with lf.config.set(retries=8):
        often = lf.read_csv(urls(server))
    asked: Counter[Any] = Counter()

    def misbehave(number: int, method: str, path: str) -> Any:
        asked[path] += 1
        return 503 if asked[path] % 6 else None

    server.misbehave = misbehave
    with pytest.raises(CSVError, match=r"the storage answered HTTP 503 Service Unavailable\."):
        once.n.sum().compute(scheduler=scheduler)
    assert often.n.sum().compute(scheduler=scheduler) == FRAME.n.sum()
    with pytest.raises(ValueError, match=r"retries must be a whole number from 0 on, not -1"):
        lf.config.set(retries=-1)


def test_what_is_refused_is_asked_once(server: Server) -> None:
    server.misbehave = lambda number, method, path: 403
    with pytest.raises(CSVError, match=r"the storage refuses access \(HTTP 403\); pass them as storage_options"):
        lf.read_csv(urls(server)[:1])


def test_a_file_that_is_not_there(server: Server) -> None:
    with pytest.raises(FileNotFoundError, match=r"No file matches '.*/data/none\.csv'"):
        lf.read_csv(f"{server.url}/data/none.csv")
    df = lf.read_csv(urls(server))
    del server.files["data/part2.csv"]
    with pytest.raises(CSVError, match=r"part2\.csv"):
        df.n.sum().compute()


def test_nobody_answers() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(CSVError, match=r"nothing listens there: the connection was refused; check the address"):
        lf.read_csv(f"http://127.0.0.1:{port}/x.csv")
    with pytest.raises(CSVError, match=r"there is no host of that name; check the address, and the network"):
        lf.read_csv("http://no-such-host.invalid/x.csv")


def test_a_server_that_knows_no_ranges(server: Server) -> None:
    server.has_ranges = False
    assert_right(lf.read_csv(urls(server), blocksize="20kB"))


def test_a_file_that_changes_is_another(server: Server) -> None:
    df = lf.read_csv(urls(server))
    assert df.n.max().compute() == 9999
    server.files["data/part1.csv"] = b"k,n,x\na,77777,1.5\n"
    with pytest.raises(CSVError, match=r"part1\.csv has changed since read_csv looked at it. Call read_csv again"):
        df.n.max().compute()
    assert lf.read_csv(urls(server)).n.max().compute() == 77777


def test_compressed_files(server: Server) -> None:
    import gzip

    server.files = {f"{name}.gz": gzip.compress(data) for name, data in server.files.items()}
    assert_right(lf.read_csv(urls(server)))


def test_a_refusal_without_a_status_is_asked_once() -> None:
    times = []

    def refuse() -> None:
        times.append(1)
        raise PermissionError("Forbidden")

    with pytest.raises(
        CSVError, match=r"s3://x can't be read: the storage refuses access \(Forbidden\); pass credentials"
    ):
        remote.asked("s3://x", refuse, 3)
    assert len(times) == 1
