"""Writing a demo: whole, again, and never over somebody's own work."""

from functools import cache

import pytest

from axlib.tables import demos
from axlib.tables.demo.bankers import bankers_files
from axlib.tables.demos import DEMOS, write_demo
from axlib.words.errors import UsageError

files_of = cache(lambda seed: bankers_files(seed=seed))


@pytest.fixture(autouse=True)
def made_once(monkeypatch):
    monkeypatch.setitem(demos._WRITERS, "bankers", lambda *, seed, noise: dict(files_of(seed)))


def test_writes_and_writes_again(tmp_path):
    paths = write_demo("bankers", tmp_path / "a" / "demo")
    assert all(path.is_file() for path in paths)
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}
    assert write_demo("bankers", tmp_path / "a" / "demo") == paths
    assert before == {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}


def test_replaces_its_own_files_by_those_of_another_seed(tmp_path):
    first = {path: path.read_bytes() for path in write_demo("bankers", tmp_path)}
    second = {path: path.read_bytes() for path in write_demo("bankers", tmp_path, seed=1)}
    changed = {path.name for path in first if first[path] != second[path]}
    assert changed == {"members.csv", "invoices.csv", "activities.xlsx", "demo.json"}


def test_refuses_to_overwrite_what_was_changed_and_then_writes_nothing(tmp_path):
    write_demo("bankers", tmp_path)
    (tmp_path / "staff.csv").write_text("mine")
    (tmp_path / "engagement.yml").write_text("mine, too")
    members = (tmp_path / "export" / "members.csv").read_bytes()
    with pytest.raises(UsageError) as caught:
        write_demo("bankers", tmp_path, seed=1)
    assert len(caught.value.problems) == 2
    assert "staff.csv" in str(caught.value)
    assert "engagement.yml" in str(caught.value)
    assert (tmp_path / "staff.csv").read_text() == "mine"
    assert (tmp_path / "export" / "members.csv").read_bytes() == members


@pytest.mark.parametrize("record", ["", "[]", '{"files": 3}', "{"])
def test_a_strange_record_is_somebody_elses(tmp_path, record):
    (tmp_path / "demo.json").write_text(record)
    with pytest.raises(UsageError, match=r"demo\.json"):
        write_demo("bankers", tmp_path)


@pytest.mark.parametrize("name", ["banker", "Bankers", "zzz", ""])
def test_unknown_demo_is_refused(tmp_path, name):
    with pytest.raises(UsageError, match="bankers"):
        write_demo(name, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_bad_seed_and_bad_folder_are_refused(tmp_path):
    with pytest.raises(UsageError, match="-1"):
        write_demo("bankers", tmp_path, seed=-1)
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot write"):
        write_demo("bankers", tmp_path / "file")


def test_every_demo_has_its_line():
    assert all(line and "\n" not in line for line in DEMOS.values())
