"""Installing: the kernel is built, with a compiler from PyPI if there is no other; without it all works, slower."""

import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from lazyframe.io.csv.kernel import ARCHITECTURE, _kernel
from tests.conftest import ALL, FLIGHTS

ROOT = Path(__file__).parent.parent

QUESTION = f"""
import lazyframe as lf
from lazyframe.io.csv.kernel import ARCHITECTURE, REASON, _kernel

print(lf.__file__)
print(lf.read_csv({str(FLIGHTS)!r}).groupby("Origin").Distance.max().compute().to_dict())
print(_kernel, repr(ARCHITECTURE), REASON)
"""


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """A wheel made where there is no C++ compiler."""
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path, ROOT]
    environment = os.environ | {"CXX": "false", "CC": "false", "SKBUILD_BUILD_DIR": str(tmp_path / "build")}
    subprocess.run(command, env=environment, check=True, capture_output=True)
    (made,) = tmp_path.glob("*.whl")
    return made


@pytest.mark.skipif(not any(map(shutil.which, ["c++", "g++", "clang++"])), reason="there is no C++ compiler")
def test_with_a_compiler_the_kernel_is_built() -> None:
    assert _kernel, "installing left the kernel out; `pip install -v` says why"


def test_without_a_compiler_the_kernel_is_left_out(wheel: Path, tmp_path: Path) -> None:
    assert wheel.name.endswith("-py3-none-any.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {
        "lazyframe/io/csv/readers/native.py",
        "lazyframe/io/csv/kernel/__init__.py",
        "executor/backends/threads.py",
    } <= set(names)
    assert not [name for name in names if name.endswith((".so", ".cpp", ".h"))]
    folder = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(folder)
    assert answers_of(folder, tmp_path) == [
        str(folder / "lazyframe" / "__init__.py"),
        "{'EWR': 4963, 'JFK': 4983, 'LGA': 1620}",
        "None '' it was not built with this installation; pip install -v says why",
    ]


def answers_of(folder: Path, here: Path) -> list[str]:
    """What the package in a folder says of itself, and its answer to a question."""
    paths = os.pathsep.join([str(folder), sysconfig.get_path("purelib"), sysconfig.get_path("platlib")])
    environment = {key: value for key, value in os.environ.items() if key != "LAZYFRAME_KERNEL"} | {"PYTHONPATH": paths}
    command = [sys.executable, "-S", "-c", QUESTION]  # -S: not the lazyframe of this environment
    done = subprocess.run(command, env=environment, cwd=here, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


BACKEND = """
import sys
sys.path.insert(0, "tools")
import build_backend
print([name for name in build_backend.get_requires_for_build_wheel() if "zig" in name])
"""


@pytest.mark.skipif(platform.machine() not in ("x86_64", "arm64", "aarch64"), reason="there is no form for it")
def test_a_compiler_is_required_only_where_there_is_none(tmp_path: Path) -> None:
    def required(**environment: str) -> str:
        command = [sys.executable, "-c", BACKEND]
        return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert required(PATH=str(tmp_path)) == "['ziglang>=0.13']\n"
    assert required(PATH=str(tmp_path), CXX="g++") == "[]\n"
    (tmp_path / "clang++").write_text("")
    (tmp_path / "clang++").chmod(0o755)
    assert required(PATH=str(tmp_path)) == "[]\n"


@pytest.mark.skipif(not ALL, reason="builds with a compiler that is downloaded: in some minutes")
@pytest.mark.timeout(900)
def test_without_a_compiler_one_from_pypi_builds_the_kernel(tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "env", "uname"):
        (tools / name).symlink_to(shutil.which(name) or name)
    source = tmp_path / "source"
    shutil.copytree(
        ROOT, source, ignore=shutil.ignore_patterns(".venv", ".git", "build", "data", "*.so", "__pycache__")
    )
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--wheel-dir", tmp_path, source]
    environment = {name: value for name, value in os.environ.items() if name not in ("CXX", "CC")}
    subprocess.run(command, env=environment | {"PATH": str(tools)}, check=True, capture_output=True)
    folder = tmp_path / "installed"
    (made,) = tmp_path.glob("*.whl")
    zipfile.ZipFile(made).extractall(folder)
    assert answers_of(folder, tmp_path)[2].startswith(f"<module 'lazyframe.io.csv.kernel._kernel' from '{folder}")
    assert repr(ARCHITECTURE) in answers_of(folder, tmp_path)[2]


def test_a_source_tree_that_hides_the_installed_package_says_so(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "lazyframe", tmp_path / "lazyframe", ignore=shutil.ignore_patterns("*.so", "__pycache__"))
    shutil.copytree(ROOT / "executor", tmp_path / "executor", ignore=shutil.ignore_patterns("__pycache__"))
    paths = os.pathsep.join([sysconfig.get_path("purelib"), sysconfig.get_path("platlib")])
    environment = {key: value for key, value in os.environ.items() if key != "LAZYFRAME_KERNEL"} | {"PYTHONPATH": paths}
    ask = "import lazyframe as lf; lf.show_versions()"
    command = [sys.executable, "-S", "-c", ask]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert f"Python took the source tree {tmp_path}, where none is built" in done.stdout
    assert f"start Python in another folder, or run: pip install -v -e {tmp_path}" in done.stdout


def test_make_says_what_it_waits_for() -> None:
    command = ["make", "--dry-run", "--always-make", "demo"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    install = next(i for i, line in enumerate(lines) if "pip install" in line)
    assert "Installing lazyframe and what it needs" in lines[install - 1]
    assert any("answers" in line.lower() or "examples/flights.py" in line for line in lines[install + 1 :])


def test_another_executor_on_the_path_is_named(tmp_path: Path) -> None:
    (tmp_path / "executor.py").write_text("x = 1\n")
    plain = "[one for one in sys.meta_path if 'editable' not in type(one).__module__]"  # as where it is installed
    code = (
        f"import sys; sys.meta_path[:] = {plain}; sys.path[:0] = [{str(tmp_path)!r}, {str(ROOT)!r}]; import lazyframe"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1].startswith(
        f"ImportError: lazyframe needs its own package 'executor', and Python found another in its place: "
        f"{tmp_path / 'executor.py'}. Rename that one"
    )
