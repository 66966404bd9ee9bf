"""The build backend: scikit-build-core's, which where there is no C++ compiler builds with one from PyPI.

`ziglang` is Clang with its own headers and libraries in a wheel: required for building only then. Where it can't be had
either, the kernel is left out: see `tool.scikit-build.overrides` in pyproject.toml.
"""

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from scikit_build_core import build as backend
from scikit_build_core.build import *  # noqa: F403  # the hooks that stay as they are

COMPILERS = ("c++", "g++", "clang++", "icpx")
"""What C++ compilers are called."""

MACHINES = {"linux": ("x86_64", "aarch64"), "darwin": ("x86_64", "arm64")}
"""The machines for which the kernel has forms of its own, and PyPI has the compiler."""

BASELINE = "-mcpu=baseline -fno-sanitize=undefined"
"""Zig compiles for the processor at hand and traps undefined behaviour, unless it is told not to."""

PROGRAMS = {"CXX": f"c++ {BASELINE}", "AR": "ar", "RANLIB": "ranlib"}
"""Zig's commands by the variable of the environment that names what they stand in for."""


def is_missing() -> bool:
    """Return whether there is no C++ compiler."""
    return "CXX" not in os.environ and not any(map(shutil.which, COMPILERS))


def get_requires_for_build_wheel(config_settings: Any = None) -> list[str]:
    """What building a wheel needs."""
    return backend.get_requires_for_build_wheel(config_settings) + compiler()


def get_requires_for_build_editable(config_settings: Any = None) -> list[str]:
    """What an editable installation needs."""
    return backend.get_requires_for_build_editable(config_settings) + compiler()


def compiler() -> list[str]:
    """The requirement of a compiler, where there is none."""
    return ["ziglang>=0.13"] if is_missing() and platform.machine() in MACHINES.get(sys.platform, ()) else []


def build_wheel(*args: Any, **kwargs: Any) -> str:
    """Build a wheel, with Zig where there is no other compiler."""
    with zig():
        return backend.build_wheel(*args, **kwargs)


def build_editable(*args: Any, **kwargs: Any) -> str:
    """Build an editable wheel, with Zig where there is no other compiler."""
    with zig():
        return backend.build_editable(*args, **kwargs)


@contextmanager
def zig() -> Iterator[None]:
    """Have CMake use Zig, if it is installed and there is no other compiler.

    CMake takes programs without arguments, so each is a script.
    """
    if not is_missing() or find_spec("ziglang") is None:
        yield
        return
    print("lazyframe: there is no C++ compiler, so the kernel is built with ziglang from PyPI.")
    with tempfile.TemporaryDirectory(prefix="lazyframe-zig-") as folder:
        scripts = {name: script(Path(folder) / name.lower(), command) for name, command in PROGRAMS.items()}
        defined = [f"-DCMAKE_{name}={path}" for name, path in scripts.items() if name != "CXX"]
        before = dict(os.environ)
        os.environ |= {"CXX": scripts["CXX"], "CMAKE_ARGS": " ".join([os.environ.get("CMAKE_ARGS", ""), *defined])}
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


def script(path: Path, command: str) -> str:
    """A script that runs a command of Zig."""
    path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ziglang {command} "$@"\n')
    path.chmod(0o755)
    return str(path)
