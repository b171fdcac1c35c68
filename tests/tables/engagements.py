"""Small engagements written to a folder, for tests."""

from collections.abc import Mapping
from pathlib import Path

from axlib.tables.cleaning import CleanTables, clean_tables
from axlib.tables.engagement import Engagement, read_engagement
from axlib.tables.reading import read_tables

HEAD = "client: Example Association\nas_of: 2025-12-31\nmax_loss: 1.0\n"


def write_engagement(folder: Path, files: Mapping[str, str | bytes], keys: str = "", head: str = HEAD) -> Engagement:
    """Write files and an engagement file; a file named members.csv is the table members."""
    home = folder / "example"
    home.mkdir(exist_ok=True)
    tables = {Path(name).stem: name for name in files if Path(name).stem != "overrides"}
    for name, content in files.items():
        (home / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    lines = "".join(f"  {table}: {name}\n" for table, name in tables.items())
    written = "" if "tables:" in keys else f"tables:\n{lines}"
    (home / "engagement.yml").write_text(f"{head}{written}{keys}", encoding="utf-8")
    return read_engagement(home)


def clean_files(folder: Path, files: Mapping[str, str | bytes], keys: str = "", head: str = HEAD) -> CleanTables:
    """Write, read and clean."""
    return clean_tables(read_tables(write_engagement(folder, files, keys, head)))
