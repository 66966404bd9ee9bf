"""Ctrl-C: the caller has its KeyboardInterrupt within a second, and the process ends."""

import signal
import subprocess
import sys
import time

import pytest

SCRIPT = """
import os, signal, sys, time
import executor
from executor import Task

signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job starts with it ignored

def work():
    os.write(1, b"at work\\n")
    while True:
        time.sleep(0.01)

try:
    executor.find(sys.argv[1], 2).run({i: Task(work) for i in range(5)}, list(range(5)))
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.parametrize("name", ["sync", "threads", "processes"])
def test_ctrl_c(name: str) -> None:
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, name], stdout=subprocess.PIPE, text=True)
    with process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "at work\n"
            begin = time.monotonic()
            process.send_signal(signal.SIGINT)
            rest, _ = process.communicate(timeout=10)
        finally:
            process.kill()
    assert "interrupted\n" in rest  # the other worker may still say that it is at work
    assert process.returncode == 0
    assert time.monotonic() - begin < 2  # the interpreter's own end is in this
