"""The command line: one clear sentence per problem, and the exit code that says which kind it is."""

import json
import subprocess
import sys

import pytest

from axlib.command import main
from tests.places import BANKERS, ROOT


@pytest.fixture
def axlib_command(monkeypatch, capsys):
    """Run a command in this process; returns (exit code, standard output, standard error)."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["axlib", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        printed = capsys.readouterr()
        return left.value.code, printed.out, printed.err

    return run


def engagement(folder, members, **keys):
    folder.mkdir(exist_ok=True)
    (folder / "members.csv").write_text(members, "utf-8")
    lines = ["client: Example", "as_of: 2025-12-31", "tables: {members: members.csv}"]
    (folder / "engagement.yml").write_text("\n".join([*lines, *(f"{k}: {v}" for k, v in keys.items())]) + "\n", "utf-8")
    return folder


def test_results_are_printed_and_written_alike(axlib_command, tmp_path):
    code, out, _ = axlib_command("results", BANKERS)
    assert code == 0
    assert json.loads(out)["client"] == "Example Bankers Association"
    target = tmp_path / "results.json"
    code, printed, _ = axlib_command("results", BANKERS, "--out", target)
    assert (code, printed, target.read_text("utf-8")) == (0, "", out)


def test_results_take_parameters(axlib_command):
    code, out, _ = axlib_command("results", BANKERS, "-p", "capacity_utilisation", "0.4")
    assert code == 0
    assert json.loads(out)["capacity"]["staff"]["LT-1"]["load"] == pytest.approx(6.0)


def test_check_prints_the_accounts_and_publishes_nothing(axlib_command, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, _ = axlib_command("check", BANKERS)
    assert code == 0
    assert "964" in out
    assert "Rows set aside" in out
    assert not list(tmp_path.iterdir())


def test_params_lists_name_type_default_and_meaning(axlib_command):
    code, out, _ = axlib_command("params", ROOT / "notebooks" / "03_compare.ipynb")
    assert code == 0
    assert "retention_grace_days       int      None         days after its end for which a term still counts" in out


def test_new_proposes_and_keeps_what_is_there(axlib_command, tmp_path):
    members = tmp_path / "export.csv"
    members.write_text("Member Number,Membership Status,Annual Dues\n007,Active,$100\n008,Lapsed,$50\n", "utf-8")
    code, _, _ = axlib_command("new", tmp_path / "acme", "--members", members)
    assert code == 0
    written = (tmp_path / "acme" / "engagement.yml").read_text("utf-8")
    assert 'members: "../export.csv"' in written
    assert axlib_command("check", tmp_path / "acme")[0] == 0
    code, _, err = axlib_command("new", tmp_path / "acme", "--members", members)
    assert code == 2
    assert "is there already" in err


def test_demo_unknown_name(axlib_command, tmp_path):
    code, _, err = axlib_command("demo", "banker", tmp_path / "x")
    assert code == 2
    assert "bankers" in err


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["run", BANKERS, "-p", "retention_grace_day", "3"], 11, "Did you mean 'retention_grace_days'?"),
        (["run", BANKERS, "-p", "seed", "many"], 11, "parameter seed is 'many'; must be a whole number"),
        (["run", BANKERS, "-p", "capacity_utilisation", "1.5"], 11, "capacity.utilisation is 1.5; must be"),
        (["run", BANKERS, "-p", "retention_rejoin", "maybe"], 11, "retention.rejoin is 'maybe'; must be 'new' or"),
        (["run", BANKERS, "-p", "as_of", "yesterday"], 11, "as_of is 'yesterday'"),
        (["run", "nowhere/engagement.yml"], 11, "there is no such file"),
        (["params", "nothing.ipynb"], 2, "no notebook 'nothing.ipynb'"),
        (["check", BANKERS, "--request", "/dev/null/request.html"], 2, "request.html: cannot be written"),
        (["results", BANKERS, "--out", "/dev/null/results.json"], 2, "results.json: cannot be written"),
        (["frobnicate"], 2, "No such command"),
        (["run"], 2, "Missing argument"),
    ],
)  # fmt: skip
def test_wrong_words(axlib_command, tmp_path, monkeypatch, words, code, sentence):
    monkeypatch.chdir(tmp_path)
    got, _, err = axlib_command(*words)
    assert got == code
    assert sentence in err
    assert "Traceback" not in err
    assert not list(tmp_path.iterdir())


HEAD = "member_id,status,annual_dues\n"


@pytest.mark.parametrize(
    ("members", "keys", "code", "sentence"),
    [
        ("", {}, 10, "members.csv"),
        (HEAD, {}, 10, "members.csv"),
        ("name,status\nA,active\n", {}, 11, "member_id"),
        (HEAD + "1,gone fishing,5\n2,active,5\n", {}, 11, "gone fishing"),
        (HEAD + ",active,5\n,active,6\n", {}, 10, "member_id"),
        (HEAD + "1,active,5\n", {"retention": "{grace_day: 3}"}, 11, "unknown key 'retention.grace_day'"),
        (HEAD + "1,active,5\n", {"max_loss": "lots"}, 11, "max_loss is 'lots'"),
        (HEAD + "1,active,5\n", {"segments": "{method: rule}"}, 11, "segments.method is 'rule'"),
        (HEAD + "1,active,5\n", {"attributes": "[annual_dues]"}, 11, "must not see"),
        (HEAD + "1,active,5\n", {"attributes": "[shoe_size]"}, 11, "shoe_size"),
        (HEAD + "1,active,5\n", {"name": "../../etc"}, 11, "name is '../../etc'"),
    ],
    ids=[
        "empty file", "headers only", "no member_id", "unmapped status", "no ids", "unknown key", "wrong type",
        "wrong choice", "money as attribute", "unknown attribute", "name that leaves the folder",
    ],
)  # fmt: skip
def test_wrong_data_and_keys_end_in_a_sentence_and_publish_nothing(
    axlib_command, tmp_path, members, keys, code, sentence
):
    folder = engagement(tmp_path / "case", members, **keys)
    got, _, err = axlib_command("run", folder, "--reports", tmp_path / "reports")
    assert got == code, err
    assert sentence in err
    assert "Traceback" not in err
    assert not list((tmp_path / "reports").rglob("*.html"))


@pytest.mark.parametrize(
    ("members", "withheld"),
    [
        (HEAD + "1,active,5\n", "no terms or invoices"),
        (HEAD + "1,active,5\n2,active,9\n3,active,7\n", "no terms or invoices"),
        (HEAD + "1,lapsed,5\n2,lapsed,9\n", "no terms or invoices"),
        ("member_id,status\n1,active\n2,lapsed\n", "no terms or invoices"),
        ("member_id\n1\n2\n", "no terms or invoices"),
    ],
    ids=["one member", "all active", "all lapsed", "no dues", "ids only"],
)
def test_little_data_give_a_diagnosis_that_says_what_is_missing(axlib_command, tmp_path, members, withheld):
    folder = engagement(tmp_path / "case", members)
    code, out, err = axlib_command("results", folder)
    assert code == 0, err
    results = json.loads(out)
    assert withheld in results["retention"]["why"]
    assert results["segments"]["available"] is False
    assert "no AX attributes" in results["segments"]["why"]


def test_little_data_give_a_report(tmp_path):
    folder = engagement(tmp_path / "case", HEAD + "1,active,5\n")
    command = [sys.executable, "-m", "axlib", "run", str(folder), "--reports", str(tmp_path / "reports")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "reports" / "case" / "report.html").read_text("utf-8")
    assert "no AX attributes" in page
    assert " nan" not in page


def test_import_is_light():
    """``import axlib`` and ``axlib --help`` load none of the heavy packages."""
    heavy = ("pandas", "numpy", "scipy", "matplotlib", "seaborn", "papermill", "nbformat", "jupyterlab", "sklearn")
    program = f"import sys, axlib; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_is_there():
    program = "import axlib; print(all(callable(getattr(axlib, name)) for name in dir(axlib)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True"


def test_what_an_extra_brings_is_asked_for_by_name():
    program = "import sys; sys.modules['ipywidgets'] = None; import axlib\naxlib.explore"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.stderr.splitlines()[-1] == (
        "ImportError: axlib.explore needs ipywidgets, which is not installed. Install it: pip install 'axlib[explorer]'"
    )


def test_library_works_without_jupyterlab():
    program = (
        "import sys; sys.modules['jupyterlab'] = None; import axlib\n"
        "[getattr(axlib, name) for name in dir(axlib)]; print('fine')"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "fine", done.stderr


def test_profiles_go_out_come_back_and_are_exported(axlib_command, tmp_path):
    rows = "".join(f"{i},active,5,{i % 5},{4 - i % 5},live,1,{i % 3}\n" for i in range(8))
    head = "member_id,status,annual_dues,guidance_need,internal_capacity,preferred_mode,goal_complexity,stakes\n"
    folder = engagement(tmp_path / "case", f"{head}{rows}", segments="{method: rules}")
    code, out, err = axlib_command("profiles", "write", folder)
    assert code == 0, err
    assert out.splitlines()[0].startswith("8 profiles: 0 with a goal, 8 with AX answers")
    workbook = folder / "profiles.xlsx"
    assert str(workbook.resolve()) in out
    code, _, err = axlib_command("profiles", "write", folder)
    assert (code, "is there already" in err) == (2, True)
    before = sorted(folder.rglob("*"))
    code, out, _ = axlib_command("profiles", "read", workbook, "--write")
    assert (code, "Nothing is new." in out, sorted(folder.rglob("*"))) == (0, True, before)
    code, _, err = axlib_command("profiles", "read", tmp_path / "absent.xlsx", "--engagement", folder)
    assert (code, "no such file" in err) == (10, True)
    code, out, _ = axlib_command("profiles", "export", folder, "--profile", "wild_apricot")
    assert (code, (folder / "wild_apricot_update_2025-12-31.csv").is_file()) == (0, True)
    assert axlib_command("profiles", "export", folder, "--profile", "nobody")[0] == 2
    code, out, _ = axlib_command("profiles", "write", folder, "--pseudonymised", "--out", tmp_path / "p.xlsx")
    assert code == 0
    assert axlib_command("profiles", "read", tmp_path / "p.xlsx", "--engagement", folder)[0] == 0
