"""What the pages for readers say is so: commands, files and links exist."""

import re
from pathlib import Path

import click
import pytest

from axlib.command import commands

ROOT = Path(__file__).parents[1]
PAGES = ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md", "CHANGELOG.md", "data/README.md", "reports/README.md"]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")


@pytest.fixture(params=PAGES)
def page(request):
    return ROOT / request.param


def code_of(page: Path) -> str:
    """What stands in code, in lines or in blocks; prose may say 'make' and mean it."""
    text = page.read_text("utf-8")
    blocks = re.findall(r"```\w*\n(.*?)```", text, flags=re.DOTALL)
    spans = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return "\n".join([*blocks, *spans])


def test_every_make_target_exists(page):
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, flags=re.MULTILINE))
    named = set(re.findall(r"(?:^|\s)make ([a-z-]+)", code_of(page)))
    assert named <= targets


def test_every_command_and_option_exists(page):
    for line in code_of(page).splitlines():
        found = re.search(r"(?:^|\s|/|\\)axlib ([a-z]+)(?: (.*))?$", line.replace("\n", " "))
        if found:
            command = commands.commands.get(found[1])
            assert command, f"{page.name}: axlib {found[1]}"
            if isinstance(command, click.Group):
                name = (found[2] or "").split()[0]
                assert name in command.commands, f"{page.name}: axlib {found[1]} {name}"
                command = command.commands[name]
            options = {option for parameter in command.params for option in parameter.opts}
            assert set(re.findall(r"(?:^|\s)(-{1,2}[a-z]+(?:-[a-z]+)*)", found[2] or "")) <= options


def test_the_readme_names_every_command():
    text = (ROOT / "README.md").read_text("utf-8")
    assert all(f"`axlib {name} " in text for name in commands.commands)


def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)]+)\)", page.read_text("utf-8")):
        if not target.startswith("https://") and not target.endswith(".png"):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_the_picture_is_there():
    picture = ROOT / "docs" / "report.png"
    if not picture.exists():
        pytest.skip("docs/report.png is made from a published report")
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_named_files_of_the_kit_exist(page):
    for path in re.findall(r"(?<![\w/])(?:axlib|notebooks|tests)/[\w/]+\.\w+", page.read_text("utf-8")):
        assert (ROOT / path).exists(), f"{page.name}: {path}"


def test_named_modules_and_verbs_of_the_row_rule_exist():
    public = (ROOT / "axlib" / "__init__.py").read_text("utf-8")
    rows = re.findall(
        r"^\| (`[a-z_`, ]+`) \|.*\| (`[^|]+) \| (.+) \| .+ \|$", (ROOT / "ARCHITECTURE.md").read_text(), re.M
    )
    assert len(rows) >= 10
    for verbs, modules, plots in rows:
        for name in re.findall(r"`(\w+)`", verbs + plots):
            assert f'"{name}"' in public, name
        for module in re.findall(r"`([\w/]+)`", modules):
            assert (ROOT / "axlib" / f"{module}.py").exists(), module


def test_exit_codes_are_those_of_the_command():
    described = set(re.findall(r"^\| (\d+) \|", (ROOT / "README.md").read_text("utf-8"), flags=re.MULTILINE))
    text = (ROOT / "axlib" / "command" / "options.py").read_text("utf-8")
    shown = set(re.findall(r"^\s+(\d+)  ", text, flags=re.MULTILINE))
    assert described == shown != set()
