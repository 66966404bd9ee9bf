"""The executors under test: one fixture over all, one over those of this process, one over the four kinds."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import executor
from executor import Executor

LOCAL = ["sync", "threads 1", "threads 2", "threads 7", "pool 2"]
EVERY = [*LOCAL, "processes 2", "distributed"]


@pytest.fixture(scope="session")
def pool() -> Iterator[ThreadPoolExecutor]:
    """A pool of two threads."""
    with ThreadPoolExecutor(2) as made:
        yield made


def made(name: str, request: pytest.FixtureRequest) -> Executor:
    """The executor of a name and a number of workers."""
    kind, _, workers = name.partition(" ")
    if kind == "distributed":
        return executor.find(request.getfixturevalue("client"))
    if kind == "pool":
        return executor.find(request.getfixturevalue("pool"), int(workers))
    return executor.find(kind, int(workers or 1))


@pytest.fixture(params=LOCAL)
def here(request: pytest.FixtureRequest) -> Any:
    """The `run` of the executors whose tasks run in this process, so that tests see what they do."""
    return made(request.param, request).run


@pytest.fixture(params=EVERY)
def run(request: pytest.FixtureRequest) -> Any:
    """The `run` of every executor."""
    return made(request.param, request).run


@pytest.fixture(params=["sync", "threads 2", "processes 2", "distributed"])
def four(request: pytest.FixtureRequest) -> Executor:
    """The four executors."""
    return made(request.param, request)
