"""The kernel that runs our notebooks is certain to be this environment's."""

import json
import os
import subprocess
import sys

from tests.places import ROOT


def test_kernel_of_somebody_else_s_under_our_name_is_not_taken(tmp_path):
    """A user's own kernel called python3, such as one of a deleted environment, shadows nothing."""
    theirs = tmp_path / ".local" / "share" / "jupyter" / "kernels" / "python3"
    theirs.mkdir(parents=True)
    command = ["/nonexistent/python", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": command, "language": "python", "display_name": "Python 3"}
    (theirs / "kernel.json").write_text(json.dumps(spec), "utf-8")
    env = {**os.environ, "HOME": str(tmp_path), "JUPYTER_PREFER_ENV_PATH": "1"}
    command = [sys.executable, "-m", "jupyter_client.kernelspecapp", "list", "--json"]
    listed = json.loads(subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout)
    assert listed["kernelspecs"]["python3"]["resource_dir"].startswith(sys.prefix)


def test_every_way_in_prefers_the_environment():
    assert "JUPYTER_PREFER_ENV_PATH=1 $(BIN)/jupyter lab" in (ROOT / "Makefile").read_text("utf-8")
    assert 'os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"' in (ROOT / "axlib" / "command" / "entry.py").read_text("utf-8")
