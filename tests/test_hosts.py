"""A cluster of two hosts (network namespaces of this machine), one of which is lost in mid-run."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import FLIGHTS

HUB = "198.18.0.1"
"""The scheduler's address; the hosts are .2 and .3 (the range is for tests of networks, RFC 2544)."""

SCRIPT = f"""
import os, signal, subprocess, sys, threading, time
import distributed
import lazyframe as lf

names = sys.argv[1:]

def slowly(part):
    time.sleep(0.1)
    return part

def start_worker(number, address):
    command = ["ip", "netns", "exec", names[number], sys.executable, "-m", "distributed.cli.dask_worker", address,
               "--host", f"198.18.0.{{number + 2}}", "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

if __name__ == "__main__":
    with distributed.LocalCluster(n_workers=0, host={HUB!r}, dashboard_address=None) as cluster:
        workers = [start_worker(number, cluster.scheduler_address) for number in range(2)]
        try:
            with lf.Client(cluster.scheduler_address) as client:
                client.wait_for_workers(2)
                hosts = {{address.rpartition(":")[0] for address in client.nthreads()}}
                assert hosts == {{"tcp://198.18.0.2", "tcp://198.18.0.3"}}, hosts
                df = lf.read_csv({str(FLIGHTS / "*.csv")!r}, blocksize="40kB", dtype={{"Cancelled": bool}})
                flown = df[~df.Cancelled]
                mean = flown.map_partitions(slowly).groupby("Origin").DepDelay.mean()
                expected = flown.groupby("Origin").DepDelay.mean().compute(scheduler="sync")
                killer = threading.Timer(1, workers[0].kill)
                killer.start()
                found = mean.compute()
                killer.join()
                assert workers[0].wait(10) == -signal.SIGKILL
                assert len(client.nthreads()) == 1
                assert (found - expected).abs().max() < 1e-9 and found.dtype == expected.dtype
                assert df.DepDelay.max().compute() == 1301.0
                print("survived")
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()
"""


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


@pytest.fixture
def hosts() -> Iterator[list[str]]:
    """Three namespaces of our own: a hub with a bridge, and two hosts on it."""
    if shutil.which("ip") is None:
        pytest.skip("there is no ip command: apt-get install iproute2")
    names = [f"lazyframe-{os.getpid()}-{role}" for role in ("hub", "one", "two")]
    made = []
    try:
        for name in names:
            ip("netns", "add", name)
            made.append(name)
            ip("-n", name, "link", "set", "lo", "up")
        ip("-n", names[0], "link", "add", "bridge0", "type", "bridge")
        ip("-n", names[0], "address", "add", f"{HUB}/24", "dev", "bridge0")
        ip("-n", names[0], "link", "set", "bridge0", "up")
        for number, name in enumerate(names[1:]):
            port = f"port{number}"
            ip("-n", names[0], "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", name)
            ip("-n", names[0], "link", "set", port, "master", "bridge0", "up")
            ip("-n", name, "address", "add", f"198.18.0.{number + 2}/24", "dev", "eth0")
            ip("-n", name, "link", "set", "eth0", "up")
    except subprocess.CalledProcessError as error:
        for name in made:
            ip("netns", "delete", name)
        pytest.skip(f"network namespaces are not permitted here: {error.stderr.strip()}")
    yield names
    for name in names:
        ip("netns", "delete", name)


def test_the_loss_of_a_host_in_mid_run(hosts: list[str], tmp_path: Path) -> None:
    script = tmp_path / "cluster.py"
    script.write_text(SCRIPT)
    command = ["ip", "netns", "exec", hosts[0], sys.executable, str(script), *hosts[1:]]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.returncode) == ("survived\n", 0), done.stderr
