"""Tables of very many columns. What takes time in proportion to their square would take minutes here, not seconds."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import lazyframe as lf
from tests.assertions import assert_same
from tests.conftest import ALL

WIDTH = 30_000 if ALL else 6_000
NAMES = [f"g{place}" for place in range(WIDTH)]
KINDS = {0: ["1", "-2"], 1: ["0.5", ""], 2: ["word", "other"], 3: ["True", "false"], 4: ["", ""]}


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of whole numbers."""
    path = tmp_path_factory.mktemp("wide") / "x.csv"
    rows = np.arange(3 * WIDTH).reshape(3, WIDTH) % 1_000
    path.write_text("\n".join([",".join(NAMES), *(",".join(map(str, row)) for row in rows.tolist())]) + "\n")
    return path


@pytest.mark.parametrize("blocksize", [10 * WIDTH, None])
def test_whole_numbers(wide: Path, blocksize: int | None) -> None:
    df, expected = lf.read_csv(wide, blocksize=blocksize), pd.read_csv(wide)
    assert_same(df.compute(), expected)
    assert_same(df.head(2), expected.head(2))
    assert_same(df[df[NAMES[-1]] > 500].compute(), expected[expected[NAMES[-1]] > 500])
    assert_same(df["g7"].mean().compute(), expected["g7"].mean())
    assert_same(df[NAMES[::2]].compute(), expected[NAMES[::2]])
    assert len(df) == 3


def test_options_for_each_column(wide: Path) -> None:
    df = lf.read_csv(wide, dtype=dict.fromkeys(NAMES[::2], "float64"), usecols=NAMES[: WIDTH // 2])
    expected = pd.read_csv(wide, dtype=dict.fromkeys(NAMES[::2], "float64"), usecols=NAMES[: WIDTH // 2])
    assert_same(df.compute(), expected)


@pytest.mark.parametrize("options", [{}, {"escapechar": "\\"}, {"thousands": "_"}], ids=["kernel", "arrow", "pandas"])
def test_all_kinds_of_columns_by_all_readers(options: dict[str, str], tmp_path: Path) -> None:
    names = NAMES[: WIDTH // 3]
    rows = [[KINDS[place % 5][row] for place in range(len(names))] for row in range(2)]
    (tmp_path / "x.csv").write_text("\n".join(map(",".join, [names, *rows])) + "\n")
    assert_same(lf.read_csv(tmp_path, **options).compute(), pd.read_csv(tmp_path / "x.csv", **options))


def test_files_with_their_columns_in_another_order(tmp_path: Path) -> None:
    for number, names in enumerate([NAMES, NAMES[::-1]]):
        (tmp_path / f"{number}.csv").write_text(",".join(names) + "\n" + ",".join(map(str, range(WIDTH))) + "\n")
    parts = [pd.read_csv(tmp_path / f"{number}.csv") for number in range(2)]
    assert_same(lf.read_csv(tmp_path).compute(), pd.concat(parts, ignore_index=True))


def test_a_reduction_of_every_column(tmp_path: Path) -> None:
    names = NAMES[:2_000]
    (tmp_path / "x.csv").write_text(",".join(names) + "\n" + ",".join(map(str, range(2_000))) + "\n")
    assert_same(lf.read_csv(tmp_path).mean().compute(), pd.read_csv(tmp_path / "x.csv").mean())
