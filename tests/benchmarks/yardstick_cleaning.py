"""Reading and cleaning a messy member file, with ledger and accounts, beside a plain pandas script: one run, ratios.

Run::

    OPENBLAS_NUM_THREADS=1 python tests/benchmarks/yardstick_cleaning.py 100000 [1000000]

``bare read`` is Arrow's own reader on the same file with every column text; ``pandas script`` applies the same
rules as most would write them, without ledger or accounts; ``duckdb read`` reads the file as text. Each runs in
a process of its own, so that its peak memory, interpreter and libraries included, is its own. ``polars script`` does
the same rules without a ledger; it runs where polars is installed, and is no dependency of the kit.
"""

from __future__ import annotations

import importlib.util
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
from messy_members import SCALES, STATUS_MEANS, write_messy

from axlib.tables.cleaning import clean_tables
from axlib.tables.engagement import read_engagement
from axlib.tables.reading import read_tables

#: The script takes more than ten minutes for a million rows.
MOST_FOR_THE_SCRIPT = 200_000
KEYS = """client: Messy
as_of: 2025-12-31
max_loss: 0.3
tables: {members: members.csv}
values: {members.status: {Expired: lapsed, Pending - New: pending}}
"""


def bare_read(folder: Path) -> int:
    """Arrow's reader, every column text."""
    with (folder / "members.csv").open(encoding="utf-8") as file:
        names = pd.read_csv(file, nrows=0).columns
    table = pacsv.read_csv(
        folder / "members.csv",
        parse_options=pacsv.ParseOptions(newlines_in_values=True),
        convert_options=pacsv.ConvertOptions(column_types=dict.fromkeys(names, pa.large_string())),
    )
    return table.num_rows


def duckdb_read(folder: Path) -> int:
    """duckdb's reader, every column text."""
    import duckdb

    return duckdb.connect().read_csv(str(folder / "members.csv"), all_varchar=True).to_arrow_table().num_rows


def ours(folder: Path) -> int:
    """Read and clean, with ledger and accounts."""
    return len(clean_tables(read_tables(read_engagement(folder))).members)


def pandas_script(folder: Path) -> int:
    """The same rules as most would write them."""
    table = pd.read_csv(folder / "members.csv", dtype=str, keep_default_na=False)
    for name in table.columns:
        table[name] = table[name].str.strip().str.replace(r"\s+", " ", regex=True)
        table[name] = table[name].replace(["", "N/A", "-", "unknown"], None)
    table["Status"] = table["Status"].str.lower().map(STATUS_MEANS)
    for name in ("Annual dues", "Employees", "Years in industry", *SCALES):
        bare = table[name].str.replace(r"[$,]|USD", "", regex=True)
        table[name] = pd.to_numeric(bare, errors="coerce")
    for name in ("Joined", "Expires"):
        local = table[name].str.replace(r"T.*$", "", regex=True)
        table[name] = local.map(lambda text: pd.to_datetime(text) if isinstance(text, str) else pd.NaT)
    for name in ("Success potential", "At risk"):
        table[name] = (
            table[name]
            .str.lower()
            .map({"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "0": False})
        )
    table = table[~(table["Annual dues"] < 0) & ~(table["Expires"] < table["Joined"])]
    table["filled"] = table.notna().sum(axis=1)
    table = table.sort_values(["filled", "Expires"], ascending=False)
    return len(table.groupby("Member ID").first())


def polars_script(folder: Path) -> int:
    """The same rules in polars, without ledger or accounts."""
    import polars as pl

    table = pl.read_csv(folder / "members.csv", infer_schema=False)
    names = table.columns
    tidy = [pl.col(name).str.strip_chars().str.replace_all(r"\s+", " ") for name in names]
    lazy = table.lazy().with_columns(tidy)
    lazy = lazy.with_columns(
        [
            pl.when(pl.col(name).is_in(["", "N/A", "-", "unknown"])).then(None).otherwise(pl.col(name)).alias(name)
            for name in names
        ]
    )
    numbers = ["Annual dues", "Employees", "Years in industry", *SCALES]
    words = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "0": False}
    lazy = lazy.with_columns(
        pl.col("Status").str.to_lowercase().replace_strict(STATUS_MEANS, default=None),
        *[
            pl.col(name).str.replace_all(r"[$,]|USD", "").str.strip_chars().cast(pl.Float64, strict=False)
            for name in numbers
        ],
        *[
            pl.coalesce(
                [
                    pl.col(name).str.replace(r"T.*$", "").str.to_date(form, strict=False)
                    for form in ("%m/%d/%Y", "%Y-%m-%d", "%b %d, %Y")
                ]
            ).alias(name)
            for name in ("Joined", "Expires")
        ],
        *[
            pl.col(name).str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.Boolean)
            for name in ("Success potential", "At risk")
        ],
    )
    lazy = lazy.filter(
        ~(pl.col("Annual dues") < 0).fill_null(False) & ~(pl.col("Expires") < pl.col("Joined")).fill_null(False)
    )
    filled = pl.sum_horizontal([pl.col(name).is_not_null() for name in names])
    lazy = lazy.with_columns(filled.alias("filled")).sort(["filled", "Expires"], descending=True, nulls_last=True)
    return lazy.group_by("Member ID").agg(pl.all().drop_nulls().first()).collect().height


def measure(task: Callable[[Path], int], folder: Path, out: multiprocessing.Queue[tuple[float, int, int]]) -> None:
    """Time one task in this process."""
    start = time.perf_counter()
    rows = task(folder)
    out.put((time.perf_counter() - start, rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))


def main() -> None:
    """Print seconds, ratios to the bare read, and peak memory in sizes of the file."""
    context = multiprocessing.get_context("spawn")
    for n in [int(word) for word in sys.argv[1:]] or [100_000]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "messy"
            folder.mkdir()
            writer = context.Process(target=write_messy, args=(folder / "members.csv",), kwargs={"n": n})
            writer.start()
            writer.join()
            (folder / "engagement.yml").write_text(KEYS, encoding="utf-8")
            size = (folder / "members.csv").stat().st_size
            print(f"{n:,} rows, {size / 1e6:.0f} MB")
            base = 0.0
            slow = (pandas_script,) if n <= MOST_FOR_THE_SCRIPT else ()
            peers = (polars_script,) if importlib.util.find_spec("polars") else ()
            for task in (bare_read, duckdb_read, ours, *peers, *slow):
                runs = []
                for _ in range(1 if task is pandas_script else 3):
                    out: multiprocessing.Queue[tuple[float, int, int]] = context.Queue()
                    worker = context.Process(target=measure, args=(task, folder, out))
                    worker.start()
                    runs.append(out.get())
                    worker.join()
                seconds, rows, memory = min(runs)
                base = base or seconds
                print(
                    f"  {task.__name__:14} {seconds:7.2f} s  {seconds / base:6.1f} × bare read  "
                    f"peak {memory / 1024:6,.0f} MB ({memory * 1024 / size:4.1f} × file)  {rows:,} rows kept"
                )


if __name__ == "__main__":
    main()
