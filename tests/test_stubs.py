"""The stubs are those of this lazyframe and this pandas, and tell a type checker what `compute` gives."""

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

QUESTIONS = {
    'df.groupby("a").b.mean().compute()': "pandas.core.series.Series[Any]",
    'df.groupby("a")[["b", "c"]].sum()': "lazyframe.DataFrame",
    "df[df.x > 1].y.str.upper()": "lazyframe.Series",
    "df.d.dt.year.max()": "lazyframe.Scalar",
    "df.describe().compute()": "pandas.core.frame.DataFrame",
    'df.sort_values("x").head()': "pandas.core.frame.DataFrame",
    'df.pivot_table(index="a")': "lazyframe.Deferred",
    "df.x + 1 > df.y": "lazyframe.Series",
}


def test_the_stubs_are_of_this_pandas() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "make_stubs.py"))
    assert (ROOT / "lazyframe-stubs" / "__init__.pyi").read_text() == made["page"](), "run make docs"


def test_a_type_checker_knows_what_is_computed(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "lazyframe-stubs", tmp_path / "stubs" / "lazyframe")
    for folder in ("session", "diagnostics", "errors"):
        (tmp_path / "stubs" / "lazyframe" / f"{folder}.pyi").write_text("config: int\n")
    script = tmp_path / "script.py"
    asked = [f"reveal_type({question})" for question in QUESTIONS]
    script.write_text("\n".join(["import lazyframe as lf", 'df = lf.read_csv("x.csv")', *asked]))
    environment = os.environ | {"MYPYPATH": str(tmp_path / "stubs")}
    command = [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache"), str(script)]
    run = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    found = [line.split('"')[1] for line in run.stdout.splitlines() if "Revealed type" in line]
    assert found == list(QUESTIONS.values()), run.stdout
    assert run.returncode == 0, run.stdout
