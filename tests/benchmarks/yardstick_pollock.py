"""Reading polluted CSV files without any hint, beside duckdb and pandas: the Pollock scores.

Run::

    python tests/benchmarks/yardstick_pollock.py [FOLDER of the Pollock files] [--files]

The benchmark (Vitagliano, Hameed, Jiang, Reisener, Wu, Naumann: "Pollock: A Data Loading Benchmark", PVLDB 16,
2023) compares what a reader made of a polluted file with the clean one: whether it was read at all, and precision,
recall and F1 of its header, its records and its cells, as multisets of texts. The simple score adds the ten
means; the weighted score weighs each file by how often its pollution occurs. duckdb and pandas run twice where
they can: by detection, and with the benchmark's parameter file (marked "told"). CleverCSV runs where installed.
"""

from __future__ import annotations

import csv
import io
import json
import sys
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from axlib.tables.files.text_files import read_text
from axlib.words.errors import AxError

FOLDER = Path(__file__).parents[2].parent / "shared" / "data" / "pollock"
PARTS = ("success", *(f"{part} {measure}" for part in ("header", "record", "cell") for measure in ("P", "R", "F1")))
Rows = list[list[str]]
Reader = Callable[[Path, dict[str, object]], Rows]


def read_ours(path: Path, told: dict[str, object]) -> Rows:
    """Our reader without any hint; columns the file does not name have no header."""
    try:
        raw = read_text(path.read_bytes())
    except AxError:
        return []
    table = raw.table.fillna("")
    unnamed = [str(name).startswith("column ") for name in table.columns]
    named = len(unnamed) - unnamed[::-1].index(False) if False in unnamed else 0
    header = [] if not named else [[str(name) for name in table.columns[:named]]]
    rows = [list(row[:named]) + [cell for cell in row[named:] if cell] for row in table.to_numpy().tolist()]
    return header + (rows if named else table.to_numpy().tolist())


def read_pandas(path: Path, told: dict[str, object], use: bool) -> Rows:
    """pandas, told nothing but to keep text, or all of the parameter file."""
    options: dict[str, object] = {"dtype": str, "keep_default_na": False, "header": None, "on_bad_lines": "warn"}
    if use:
        options |= {
            "sep": told["delimiter"] or ",",
            "quotechar": told["quotechar"] or '"',
            "skiprows": told["preamble_lines"],
            "names": range(max(1, int(str(told["n_columns"])))),
            "encoding": told["encoding"],
            "engine": "python",
        }
        if told["escapechar"] not in ("", told["quotechar"]):
            options["escapechar"] = told["escapechar"]
    else:
        options |= {"sep": None, "engine": "python"}
    table = pd.read_csv(path, **options).fillna("")
    rows = [[str(cell) for cell in row] for row in table.to_numpy().tolist()]
    if use and told["column_names"]:
        rows = [list(told["column_names"]), *rows[int(str(told["header_lines"])) :]]
    return rows


def read_duckdb(path: Path, told: dict[str, object], use: bool) -> Rows:
    """duckdb, told nothing but to keep text, or all of the parameter file."""
    import duckdb

    options: dict[str, object] = {"all_varchar": True, "null_padding": True, "ignore_errors": True}
    if use:
        header = int(str(told["header_lines"]))
        options |= {
            "delimiter": told["delimiter"] or ",",
            "quotechar": told["quotechar"] or '"',
            "escapechar": told["escapechar"] or told["quotechar"] or '"',
            "skiprows": int(str(told["preamble_lines"])) + header,
            "header": False,
            "strict_mode": False,
            "auto_detect": False,
            "columns": {f"c{at}": "VARCHAR" for at in range(max(1, int(str(told["n_columns"]))))},
        }
    relation = duckdb.connect().read_csv(str(path), **options)
    rows = [["" if cell is None else str(cell) for cell in row] for row in relation.fetchall()]
    if use:
        return ([list(told["column_names"])] if told["column_names"] else []) + rows
    names = list(relation.columns)
    return rows if all(name.startswith("column") for name in names) else [names, *rows]


def read_clevercsv(path: Path, told: dict[str, object]) -> Rows:
    """CleverCSV's own detection."""
    import clevercsv

    return [list(row) for row in clevercsv.read_table(str(path))]


def score(clean: Rows, read: Rows) -> list[float]:
    """Success, then precision, recall and F1 of header, records and cells."""
    if not clean:
        return [1.0] * 10
    header = measures(Counter(map(plain, clean[0])), Counter(map(plain, read[0] if read else [])))
    records = measures(Counter(map(joined, clean[1:])), Counter(map(joined, read[1:])))
    cells = measures(Counter(c for row in clean for c in row), Counter(c for row in read for c in row))
    return [1.0, *header, *records, *cells]


def measures(truth: Counter[str], found: Counter[str]) -> list[float]:
    """Precision and recall as the benchmark names them, and F1."""
    shared = (truth & found).total()
    if not truth.total():
        return [1.0, 1.0, 1.0]
    if not shared:
        return [0.0, 0.0, 0.0]
    precision, recall = shared / truth.total(), shared / found.total()
    return [precision, recall, 2 * precision * recall / (precision + recall)]


def plain(cell: str) -> str:
    """A cell as records compare it: without outer spaces."""
    return cell.strip()


def joined(row: list[str]) -> str:
    """A record as it is compared: its cells one after the other."""
    return "".join(map(plain, row))


def run(folder: Path, readers: dict[str, Reader]) -> pd.DataFrame:
    """Score every reader on every file."""
    weights = json.loads((folder / "pollock_weights.json").read_text("utf-8"))
    lines = []
    for file in sorted((folder / "polluted_files" / "csv").glob("*.csv")):
        told = json.loads(
            (folder / "polluted_files" / "parameters" / f"{file.name}_parameters.json").read_text("utf-8")
        )
        text = (folder / "polluted_files" / "clean" / file.name).read_text("utf-8")
        clean = list(csv.reader(io.StringIO(text, newline="")))
        for name, reader in readers.items():
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    found = score(clean, reader(file, told))
            except ImportError:
                continue
            except Exception:  # a peer that fails on a file has not read it: that is what is measured
                found = [1.0] * 10 if not clean else [0.0] * 10
            lines.append(
                {
                    "reader": name,
                    "file": file.name,
                    "weight": weights[file.name],
                    **dict(zip(PARTS, found, strict=True)),
                }
            )
    return pd.DataFrame(lines)


def main() -> None:
    """Print the scores, and with --files each file on which a reader loses points."""
    folder = next((Path(word) for word in sys.argv[1:] if not word.startswith("--")), FOLDER)
    readers: dict[str, Reader] = {
        "axlib": read_ours,
        "duckdb": lambda path, told: read_duckdb(path, told, False),
        "duckdb told": lambda path, told: read_duckdb(path, told, True),
        "pandas": lambda path, told: read_pandas(path, told, False),
        "pandas told": lambda path, told: read_pandas(path, told, True),
        "CleverCSV": read_clevercsv,
    }
    lines = run(folder, readers)
    lines["score"] = lines[list(PARTS)].sum(axis=1)
    for name, part in lines.groupby("reader", sort=False):
        simple, weighted = part["score"].mean(), np.average(part["score"], weights=part["weight"])
        print(f"{name:12} simple {simple:6.3f}   weighted {weighted:6.3f}   ({len(part)} files)")
    if "--files" in sys.argv:
        wide = lines.pivot_table(index="file", columns="reader", values="score")
        print(wide[wide["axlib"] < 9.9995].round(3).to_string())


if __name__ == "__main__":
    main()
