"""What someone writes in the first hours with a table: 250 expressions, each equal to pandas'.

`first_hour.txt` has one a line; a line that begins with ">>> " has statements that set `answer`, and "\\n" stands for a
new line in it. They know `d`, `other`, `third`, the tables; `m`, pandas or lazyframe; `pd` and `np`, the real ones.
"""

import ast
import datetime
import io
import itertools
import json
import math
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import lazyframe as lf
from tests.assertions import assert_same
from tests.conftest import ALL

LINES = [line for line in (Path(__file__).parent / "first_hour.txt").read_text().splitlines() if line.strip()]
EXPRESSIONS = [line for line in LINES if not line.startswith("# ---")]
DATES: dict[str, Any] = {"d": ["when", "day"], "third": ["start"]}


def holes(random: np.random.Generator, values: Any, share: float, hole: Any = np.nan) -> pd.Series:
    """Values some of which are missing."""
    made = pd.Series(values)
    return made.mask(pd.Series(random.random(len(made)) < share), hole)


def tables() -> dict[str, pd.DataFrame]:
    """Small and messy: accents, blanks, missing values, infinities, dates."""
    r, n = np.random.default_rng(20240229), 160
    towns = ["Zürich", "São Paulo", "Łódź", "Malmö", "Århus", "Bern", "A Coruña"]
    dishes = [
        "Crème brûlée",
        " soup of the day",
        "TEA",
        "tea ",
        "Pho-2",
        "pho-12",
        "Smørrebrød, open",
        "żurek",
        '"Tapas"',
    ]
    tags = ["hot", "vegan", "hot|spicy", "vegan|cold|new", "hot|vegan"]
    amounts = ["€12.50", "€1,200.00", "n/k", "-3", " 7 ", "€0.99", "1e2"]
    texts = ["03/04/2024", "31/01/2024", "2024-02-30", "soon", "15/12/2023"]
    minutes = pd.to_timedelta(np.sort(r.choice(90 * 24 * 60, n, replace=False)), unit="min")
    score = holes(r, np.round(r.normal(0, 20, n), 3), 0.1)
    score.iloc[[7, 71]], score.iloc[[33]] = np.inf, -np.inf
    days = pd.Timestamp("2023-12-28") + pd.to_timedelta(r.integers(0, 75, n), unit="D")
    d = pd.DataFrame(
        {
            "ticket": 1000 + r.permutation(n),
            "when": pd.Series(pd.Timestamp("2024-01-01 06:30:00") + minutes).astype("datetime64[us]"),
            "day": holes(r, days, 0.08, pd.NaT).astype("datetime64[us]"),
            "town": holes(r, r.choice(towns, n), 0.12).astype("str"),
            "dish": holes(r, r.choice(dishes, n), 0.06).astype("str"),
            "tags": holes(r, r.choice(tags, n), 0.25).astype("str"),
            "amount": pd.Series(r.choice(amounts, n)).astype("str"),
            "opened": pd.Series(r.choice(texts, n)).astype("str"),
            "qty": r.integers(0, 10, n),
            "till": r.integers(1, 5, n),
            "price": holes(r, np.round(r.gamma(2, 9, n), 2), 0.14),
            "score": score,
            "tips": holes(r, r.integers(0, 6, n).astype(float), 0.3),
            "paid": r.random(n) < 0.7,
        }
    )
    other = pd.DataFrame(
        {
            "town": ["Zürich", "Bern", "Malmö", "Łódź", "Lódz", "Århus", "Bern", None, "Oslo"],
            "country": ["CH", "CH", "SE", "PL", "PL", "DK", "ch", "??", None],
            "tax": [7.7, 7.7, 25.0, np.nan, 23.0, 25.0, 8.1, 0.0, 25.0],
            "people": [421878, 134591, 344166, 672185, 0, 285273, 134591, 1, 709037],
            "price": [1.5, 2.5, np.nan, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5],
        }
    ).astype({"town": "str", "country": "str"})
    third = pd.DataFrame(
        {
            "start": pd.Series(pd.date_range("2023-12-31 22:00", periods=44, freq="51h")).astype("datetime64[us]"),
            "clerk": pd.Series(r.choice(["Åsa", "Bo", "Chloé", "d'Arcy"], 44)).astype("str"),
            "till": r.integers(1, 6, 44),
            "wage": holes(r, np.round(r.normal(30, 4, 44), 1), 0.1),
        }
    )
    return {"d": d, "other": other, "third": third}


TABLES = tables()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables as folders of CSV files."""
    made = tmp_path_factory.mktemp("tables")
    for name, count in (("d", 4), ("other", 1), ("third", 2)):
        (made / name).mkdir()
        edges = [round(i * len(TABLES[name]) / count) for i in range(count + 1)]
        for i, (start, stop) in enumerate(itertools.pairwise(edges)):
            TABLES[name].iloc[start:stop].to_csv(made / name / f"{i}.csv", index=False)
    return made


def read(folder: Path, name: str) -> pd.DataFrame:
    """A table's files as pandas reads them."""
    parts = [pd.read_csv(path, parse_dates=DATES.get(name, False)) for path in sorted((folder / name).iterdir())]
    return pd.concat(parts, ignore_index=True)


def lazily(folder: Path, name: str) -> Any:
    """A table's files as a lazy frame, in blocks."""
    return lf.read_csv(folder / name, blocksize=1500, **({"parse_dates": DATES[name]} if name in DATES else {}))


def answers(text: str, names: dict[str, Any]) -> Iterator[Any]:
    """Each answer of a line, or the error in its place."""
    names = names | {"pd": pd, "np": np, "io": io, "re": re, "math": math, "json": json, "datetime": datetime}
    if text.startswith(">>> "):
        try:
            exec(text[4:].replace("\\n", "\n"), names)
            yield computed(names["answer"])
        except Exception as error:
            yield error
        return
    body = ast.parse(text, mode="eval").body
    for part in body.elts if isinstance(body, ast.Tuple) else [body]:
        try:
            yield computed(eval(compile(ast.Expression(part), "expression", "eval"), names))
        except Exception as error:
            yield error


def computed(value: Any) -> Any:
    """A value with what is lazy in it computed."""
    if type(value) in (tuple, list):
        return type(value)(map(computed, value))
    if type(value) is dict:
        return {key: computed(one) for key, one in value.items()}
    return value.compute() if hasattr(value, "compute") else value


def assert_answer(found: Any, expected: Any) -> None:
    """Two answers are the same: what pandas refuses with an error is refused with such an error."""
    if isinstance(expected, Exception):
        assert isinstance(found, type(expected)), found
    elif isinstance(found, Exception):
        raise found
    elif type(expected) in (tuple, list) or type(expected) is dict:
        assert type(found) is type(expected) and len(found) == len(expected)
        pairs = zip(found.items(), expected.items(), strict=True) if type(expected) is dict else ()
        for one, other in pairs or zip(found, expected, strict=True):
            assert_answer(one, other)
    elif isinstance(expected, pd.Index):
        pd.testing.assert_index_equal(found, expected, exact="equiv")
    elif isinstance(expected, np.ndarray | pd.api.extensions.ExtensionArray):
        assert found.dtype == expected.dtype
        pd.testing.assert_series_equal(pd.Series(list(found)), pd.Series(list(expected)))
    elif pd.api.types.is_scalar(expected) or isinstance(expected, pd.DataFrame | pd.Series):
        assert_same(found, expected)
    else:
        assert type(found) is type(expected) and found == expected


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_it_is_as_in_pandas(text: str, folder: Path) -> None:
    kinds = [
        (
            {name: table.copy() for name, table in TABLES.items()},
            {n: lf.from_pandas(t.copy(), 5) for n, t in TABLES.items()},
        ),
        ({name: read(folder, name) for name in TABLES}, {name: lazily(folder, name) for name in TABLES}),
    ]
    for eager, lazy in kinds if ALL else kinds[1:]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pandas' own
            expected = list(answers(text, eager | {"m": pd}))
            found = list(answers(text, lazy | {"m": lf}))
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert_answer(one, other)
