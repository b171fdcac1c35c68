"""What docs/scheduling.md tells schedulers to do is right, and works."""

import ast
import configparser
import json
import re
import shlex
import shutil
import subprocess
import sys

import papermill
import pytest
import yaml

from axlib.command import EXIT_CODES, commands
from tests.places import ROOT
from tests.reports.small_reports import is_whole, write_engagement

PAGE = (ROOT / "docs" / "scheduling.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)
#: What Airflow's PapermillOperator takes beside what every operator takes, and what it hands to papermill.
TAKES = {
    "input_nb", "output_nb", "parameters", "kernel_name", "language_name", "kernel_conn_id", "log_output", "nbconvert",
    "nbconvert_args", "task_id",
}  # fmt: skip


def block(marker):
    (found,) = [text for _, text in BLOCKS if marker in text]
    return found


def command_lines():
    """Every call of axlib on the page, as words."""
    calls = re.findall(r"axlib (?:batch|run) [^\n\"`>|]+", "\n".join(text for _, text in BLOCKS))
    assert len(calls) >= 6
    return [shlex.split(call) for call in dict.fromkeys(calls)]


@pytest.mark.parametrize("words", command_lines(), ids=" ".join)
def test_every_call_is_one_that_axlib_takes(words):
    command = commands.commands[words[1]]
    command.make_context(words[1], words[2:])


def test_exit_codes_are_those_of_the_help_and_the_readme():
    codes = re.findall(r"^\| (\d+) \|", PAGE, flags=re.MULTILINE)
    assert codes == re.findall(r"^ *(\d+)  ", EXIT_CODES, flags=re.MULTILINE)
    assert (
        codes == re.findall(r"^\| (\d+) \| ", (ROOT / "README.md").read_text("utf-8"), flags=re.MULTILINE)[: len(codes)]
    )
    for name in ("run", "batch", "backtest"):
        done = subprocess.run([sys.executable, "-m", "axlib", name, "--help"], cwd=ROOT, capture_output=True, text=True)
        assert "13  another run holds this report" in done.stdout


@pytest.mark.skipif(shutil.which("sh") is None, reason="there is no shell")
def test_the_line_of_cron_works(tmp_path):
    line = block("15 6 2 * *  cd").strip()
    *when, command = line.split(None, 5)
    assert len(when) == 5
    write_engagement(tmp_path / "data" / "acme")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    script = tmp_path / ".venv" / "bin" / "axlib"
    script.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m axlib "$@"\n', "utf-8")
    script.chmod(0o700)
    # cron's own environment is this poor.
    done = subprocess.run(
        ["sh", "-c", command.replace("/srv/axkit", str(tmp_path))],
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")
    assert is_whole(tmp_path / "reports" / "acme")
    assert "1 report, none failed" in (tmp_path / "axlib.last").read_text("utf-8")
    log = (tmp_path / "axlib.log").read_text("utf-8")
    lines = [json.loads(line) for line in log.splitlines()]
    assert [line["step"] for line in lines][:2] == ["open", "numbers"]
    assert all(line["status"] in ("done", "published") and line["report"] == "acme" for line in lines)
    assert "Member 1" not in log and "members.csv" not in log
    assert (tmp_path / "axlib.log").stat().st_mode & 0o077 == 0


def test_units_of_systemd(tmp_path):
    for name, sections in (("service", {"Unit", "Service"}), ("timer", {"Unit", "Timer", "Install"})):
        unit = block(f"axlib.{name}\n")
        parsed = configparser.ConfigParser(interpolation=None)
        parsed.optionxform = str
        parsed.read_string(unit)
        assert set(parsed.sections()) == sections
        (tmp_path / f"axlib.{name}").write_text(unit.replace("/srv/axkit/.venv/bin/axlib", "/bin/true"), "utf-8")
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not here: the units were only parsed")
    units = [str(tmp_path / "axlib.service"), str(tmp_path / "axlib.timer")]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True)
    assert "axlib." not in done.stderr, done.stderr


def test_workflow_of_github_actions():
    workflow = yaml.safe_load(block("workflow_dispatch"))
    job = workflow["jobs"]["reports"]
    assert "self-hosted" in job["runs-on"]
    # YAML 1.1 reads the key "on" as true.
    assert workflow[True]["schedule"][0]["cron"].split() == ["15", "6", "2", "*", "*"]
    told = shlex.split(job["steps"][1]["run"])[-1]
    compile(told, "step", "exec")


def test_papermill_operator_of_airflow(tmp_path):
    """The operator's own keywords, and the call of papermill that it makes of them."""
    (call,) = [node for node in ast.walk(ast.parse(block("PapermillOperator("))) if isinstance(node, ast.Call)]
    given = {keyword.arg: ast.literal_eval(keyword.value) for keyword in call.keywords}
    assert set(given) <= TAKES
    engagement = write_engagement(tmp_path / "acme")
    day = {"{{ ds }}": "2025-11-30", "/srv/axkit/data/acme/engagement.yml": str(engagement)}
    parameters = {name: day.get(value, value) for name, value in given["parameters"].items()}
    executed = papermill.execute_notebook(
        given["input_nb"].replace("/srv/axkit", str(ROOT)),
        str(tmp_path / "out.ipynb"),
        parameters=parameters,
        progress_bar=False,
        report_mode=True,
        log_output=False,
        kernel_name=given["kernel_name"],
        language=None,
        engine_name=None,
    )
    assert all(cell.execution_count for cell in executed.cells if cell.cell_type == "code")
