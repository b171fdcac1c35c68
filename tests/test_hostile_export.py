"""An export full of hostile strings through the commands: harmless on screen, in YAML, HTML and a spreadsheet."""

import csv
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner

from axlib.command import commands
from axlib.tables.cells.tidying_text import tidy_texts
from axlib.tables.cleaning import clean_tables
from axlib.tables.engagement import read_engagement
from axlib.tables.reading import read_tables
from axlib.tables.yaml_files import read_yaml

DATA = Path(__file__).parents[1].parent / "shared" / "data"
OWN = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "=HYPERLINK(\"http://x\",\"y\")", "@SUM(1+1)",
    "+1+cmd|' /C calc'!A0", "-2+3", "\x1b[31mred\x1b[0m", "\x1b]0;title\x07", "{{7*7}}", "${HOME}", "`id`", "a\tb",
    "- a: b", "&anchor", "*alias", "!!python/object/apply:os.system", "key: value # c", "'; DROP TABLE members;--",
    "%s%s%n", "../../etc/passwd", "\u202egnol", "\ufeffbom", "Ω≈ç√", "田中さん", "ا لعربية", "👩‍👩‍👧",
    "NULL", "  ", "'", '"', "\\",
]  # fmt: skip
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def hostile(source):
    if source == "own":
        return list(dict.fromkeys(OWN))
    if not DATA.exists():
        pytest.skip("the lists of hostile strings are not beside the project")
    naughty = json.loads((DATA / "blns" / "blns.json").read_text("utf-8"))
    formulas = (DATA / "formula_injection" / "formula_injection_strings.csv").read_text("utf-8").splitlines()
    return list(dict.fromkeys([*naughty, *formulas]))


class Tags(HTMLParser):
    """Counts the tags and handlers a browser would see."""

    def __init__(self):
        super().__init__()
        self.tags, self.handlers = {}, []

    def handle_starttag(self, tag, attrs):
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.handlers += [name for name, _ in attrs if name.startswith("on")]


def run(*arguments):
    result = CliRunner().invoke(commands, [str(argument) for argument in arguments])
    assert not CONTROLS.search(result.output), CONTROLS.search(result.output)
    assert "Traceback" not in result.output
    return result


@pytest.fixture(params=["own", "listed"])
def export(request, tmp_path):
    texts = hostile(request.param)
    headers = [text for text in texts if text.strip()][:40]
    with open(tmp_path / "members.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Member ID", "Name", "Status", "Annual dues", "Notes", *headers])
        for at, text in enumerate(texts):
            # Every seventh has no key, and is set aside.
            key = "" if at % 7 == 3 else f"m{at}"
            writer.writerow([key, text, ("active", "lapsed")[at % 2], 100 + at, text, *(text for _ in headers)])
    return tmp_path, texts, headers


def test_new_check_request_and_set_aside(export):
    folder, texts, _ = export
    home = folder / "engagement"
    assert run("new", home, "--members", folder / "members.csv").exit_code == 0
    file = home / "engagement.yml"
    written = file.read_text("utf-8")
    assert not CONTROLS.search(written)
    assert read_yaml(file)["columns"]["members"]["name"] == "Name"
    file.write_text(written.replace("as_of: last_month_end", "as_of: 2025-12-31\nmax_loss: 0.3"), encoding="utf-8")
    result = run("check", home, "--request", folder / "request.html", "--set-aside", folder / "aside")
    assert result.exit_code == 0, result.output
    aside = sum(at % 7 == 3 for at in range(len(texts)))
    assert re.search(rf"members +{len(texts)} +\d+ +\d+ +{aside}\b", result.output)

    page = (folder / "request.html").read_text("utf-8")
    seen = Tags()
    seen.feed(page)
    assert seen.handlers == []
    assert seen.tags.get("script", 0) <= 1
    assert not {"img", "iframe", "object", "svg", "embed", "form"} & set(seen.tags)

    (mended,) = (folder / "aside").glob("*.csv")
    with open(mended, encoding="utf-8", newline="") as stream:
        cells = list(csv.reader(stream))
    assert len(cells) == aside + 1
    assert not [cell for line in cells for cell in line if re.match(r"\s*[=+\-@\t\r]", cell) and cell.strip() != "-"]


def test_rows_set_aside_come_back_as_they_were(export):
    folder, texts, _ = export
    home = folder / "engagement"
    run("new", home, "--members", folder / "members.csv")
    file = home / "engagement.yml"
    text = file.read_text("utf-8").replace("as_of: last_month_end", "as_of: 2025-12-31\nmax_loss: 0.3")
    file.write_text(text, encoding="utf-8")
    run("check", home, "--set-aside", folder / "aside")
    (mended,) = (folder / "aside").glob("*.csv")
    with open(mended, encoding="utf-8", newline="") as stream:
        cells = list(csv.reader(stream))
    place = cells[0].index("Member ID")
    for at, line in enumerate(cells[1:]):
        line[place] = f"mended{at}"
    (home / "mended.csv").write_text("", encoding="utf-8")
    with open(home / "mended.csv", "w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(cells)
    file.write_text(text.replace('members: "../members.csv"', 'members: ["../members.csv", mended.csv]'), "utf-8")
    result = run("check", home)
    assert result.exit_code == 0, result.output
    assert re.search(rf"members +{len(texts)} +{len(texts)} +0 +0\b", result.output)


def tidy(texts):
    return tidy_texts(pa.array(texts, pa.large_string())).to_pylist()


@pytest.mark.parametrize("source", ["own", "listed"])
def test_hostile_statuses_are_mapped_by_what_new_wrote(tmp_path, source):
    by_tidied = {tidied: text for text in hostile(source) for tidied in tidy([text]) if tidied}
    texts = list(by_tidied.values())[:20]
    with open(tmp_path / "members.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Member ID", "Status", "Member type"])
        writer.writerows([f"m{at}", texts[at % len(texts)], texts[at % len(texts)]] for at in range(3 * len(texts)))
    home = tmp_path / "engagement"
    assert run("new", home, "--members", tmp_path / "members.csv").exit_code == 0
    file = home / "engagement.yml"
    proposed = read_yaml(file)["values"]["members.status"]
    assert tidy(list(proposed)) == list(dict.fromkeys(tidy(list(proposed))))
    written = file.read_text("utf-8").replace("as_of: last_month_end", "as_of: 2025-12-31")
    # Whoever reads the file gives every text a meaning.
    meant = re.sub(r"(?m)^(    .*: )'?[a-z_-]*'?( +# (?:FILL IN|CHECK))", r"\1grace\2", written)
    file.write_text(meant, "utf-8")
    result = run("check", home, "--request", tmp_path / "request.html")
    assert result.exit_code == 0, result.output
    clean = clean_tables(read_tables(read_engagement(home)))
    assert set(clean.members["status"].dropna()) == {"grace"}
    kept = clean.members["member_type"]
    assert set(kept.dropna()) <= set(tidy(texts))
    # What reads as "no answer" is blank, and the ledger has what stood there.
    said = clean.ledger[clean.ledger["column"] == "member_type"]["row"]
    assert set(clean.members.index[kept.isna()] + 2) <= set(said) or kept.notna().all()
