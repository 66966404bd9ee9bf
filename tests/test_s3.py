"""The flights in an S3 store: the right answer, also from a busy one, and clear words for what is wrong."""

import os
import random
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import boto3
import pandas as pd
import pytest
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server

import lazyframe as lf
from lazyframe.errors import CSVError
from tests.assertions import assert_same
from tests.conftest import FLIGHTS, OPTIONS


class Store(NamedTuple):
    """A store's address, what reads it, and the share of requests that it is too busy for."""

    options: dict[str, Any]
    client: Any
    busy: list[float]

    def put(self, bucket: str, files: dict[str, bytes]) -> None:
        self.client.create_bucket(Bucket=bucket)
        for name, data in files.items():
            self.client.put_object(Bucket=bucket, Key=name, Body=data)


def busy_now_and_then(app: Any, busy: list[float]) -> Callable[..., Any]:
    """A WSGI application that refuses some of the requests that get something."""
    chance = random.Random(7)

    def answer(environment: dict[str, Any], start: Callable[..., Any]) -> Any:
        if environment["REQUEST_METHOD"] in ("GET", "HEAD") and chance.random() < busy[0]:
            start("503 Slow Down", [("Content-Type", "text/xml")])
            return [b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"]
        return app(environment, start)

    return answer


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    busy = [0.0]
    app = busy_now_and_then(DomainDispatcherApplication(create_backend_app), busy)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    where = {"endpoint_url": url, "region_name": "us-east-1"}
    options = {"key": "someone", "secret": "hunter2", "client_kwargs": where}
    client = boto3.client("s3", aws_access_key_id="someone", aws_secret_access_key="hunter2", **where)
    yield Store(options, client, busy)
    server.shutdown()
    thread.join()
    client.close()


@pytest.fixture(scope="module")
def bucket(store: Store) -> str:
    store.put("flights", {f"nyc/{path.name}": path.read_bytes() for path in sorted(FLIGHTS.glob("*.csv"))})
    return "s3://flights/nyc"


def flights_of(url: str, store: Store, **options: Any) -> lf.DataFrame:
    dates = {"Date": [0, 1, 2]}
    return lf.read_csv(url, parse_dates=dates, storage_options=store.options, **OPTIONS, **options)


def mean_delay(df: Any) -> Any:
    return df[~df.Cancelled].groupby("Origin").DepDelay.mean()


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_flights_of_a_bucket(bucket: str, store: Store, scheduler: str, flights: pd.DataFrame) -> None:
    for url in (bucket, f"{bucket}/*.csv"):
        assert_same(mean_delay(flights_of(url, store)).compute(scheduler=scheduler), mean_delay(flights))


def test_a_busy_store_and_a_lost_worker(
    bucket: str, store: Store, client: Any, flights: pd.DataFrame, tmp_path: Any
) -> None:
    mark = tmp_path / "killed"

    def kill_once(part: pd.DataFrame) -> pd.DataFrame:
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return part

    store.busy[0] = 0.05
    try:
        df = flights_of(bucket, store, blocksize="100kB")
        asked = mean_delay(df.map_partitions(kill_once, meta=df._plan.schema.empty))
        assert_same(asked.compute(scheduler=client), mean_delay(flights))
        assert_same(mean_delay(df).compute(scheduler=client), mean_delay(flights))
    finally:
        store.busy[0] = 0.0
    assert mark.exists()
    client.wait_for_workers(2)


def test_a_file_that_is_written_again_is_another(store: Store, client: Any) -> None:
    store.put("changing", {"x.csv": b"n\n1\n", "y.csv": b"n\n10\n"})
    df = lf.read_csv("s3://changing/*.csv", storage_options=store.options)
    assert df.n.sum().compute(scheduler=client) == 11
    store.client.put_object(Bucket="changing", Key="x.csv", Body=b"n\n2\n")  # of the same size
    with pytest.raises(CSVError, match=r"x\.csv has changed since read_csv looked at it. Call read_csv again"):
        df.n.sum().compute(scheduler=client)
    df = lf.read_csv("s3://changing/*.csv", storage_options=store.options)
    assert df.n.sum().compute(scheduler=client) == 12
    store.client.put_object(Bucket="changing", Key="z.csv", Body=b"n\n100\n")
    assert lf.read_csv("s3://changing/", storage_options=store.options).n.sum().compute() == 112


def test_what_is_wrong_is_said(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")  # else who this machine is would be asked for
    store.put("some", {"x.csv": b"n\n1\n"})
    for url in ("s3://some/y.csv", "s3://some/y*.csv", "s3://none/x.csv"):
        with pytest.raises(FileNotFoundError, match="No file matches"):
            lf.read_csv(url, storage_options=store.options)
    unnamed = {"client_kwargs": store.options["client_kwargs"]}
    with pytest.raises(CSVError, match=r"the storage finds no credentials; pass them as storage_options=\{...\}.$"):
        lf.read_csv("s3://some/x.csv", storage_options=unnamed)
    nobody = store.options | {"client_kwargs": {"endpoint_url": "http://127.0.0.1:9", "region_name": "us-east-1"}}
    with pytest.raises(CSVError, match=r"nothing listens there|Could not connect"):
        lf.read_csv("s3://some/x.csv", storage_options=nobody)


def test_credentials_are_not_shown(bucket: str, store: Store) -> None:
    df = flights_of(bucket, store)
    shown = [repr(df), str(df.explain()), repr(df._plan.source.readers), df._plan.key]
    assert not any("hunter2" in one for one in shown)
