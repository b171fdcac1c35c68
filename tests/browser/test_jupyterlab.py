"""Notebooks opened in JupyterLab and run from top to bottom, as an analyst does."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from tests.places import ROOT

READY = "() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.isReady === true"
RUN_ALL = "() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }"
DONE = """() => {
    const widget = window.jupyterapp.shell.currentWidget;
    const cells = widget.content.model.sharedModel.cells.filter(cell => cell.cell_type === 'code');
    const failed = cells.some(cell => cell.outputs.some(output => output.output_type === 'error'));
    const ran = cells.every(cell => cell.execution_count !== null);
    const idle = widget.sessionContext.session?.kernel?.status === 'idle';
    return failed || (ran && idle);
}"""
OUTPUTS = """() => window.jupyterapp.shell.currentWidget.content.model.sharedModel.cells
    .filter(cell => cell.cell_type === 'code').map(cell => cell.outputs)"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """A JupyterLab server of this environment, on the loopback, with settings of its own; returns address and token."""
    home = tmp_path_factory.mktemp("lab")
    root = home / "work"
    shutil.copytree(ROOT / "notebooks", root / "notebooks")
    shutil.copytree(ROOT / "data" / "bankers", root / "data" / "bankers")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    places = {
        "JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces", "IPYTHONDIR": "ipython",
    }  # fmt: skip
    env = os.environ | {name: str(home / folder) for name, folder in places.items()} | {"JUPYTER_PREFER_ENV_PATH": "1"}
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1",
        f"--port={port}", "--ServerApp.port_retries=0", f"--IdentityProvider.token={token}",
        f"--ServerApp.root_dir={root}", "--LabApp.expose_app_in_browser=True",
    ]  # fmt: skip
    log = (home / "lab.log").open("wb")
    server = subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                with urllib.request.urlopen(f"{address}/api?token={token}", timeout=2):
                    break
            except OSError:
                time.sleep(0.5)
        else:
            pytest.fail((home / "lab.log").read_text("utf-8")[-2000:])
        yield address, token
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
        log.close()


@pytest.mark.parametrize(
    ("name", "pictures", "tables"),
    [
        ("00_start_here", 3, 8), ("01_data", 0, 8), ("02_segments", 9, 9), ("03_compare", 13, 4),
        ("04_coverage", 13, 2), ("05_diagnostic", 17, 4),
    ],
)  # fmt: skip
def test_run_all_in_jupyterlab(lab, browser, name, pictures, tables):
    address, token = lab
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    try:
        page.goto(f"{address}/lab/tree/notebooks/{name}.ipynb?token={token}&reset")
        page.wait_for_function(READY, timeout=120_000)
        page.evaluate(RUN_ALL)
        page.wait_for_function(DONE, timeout=240_000)
        outputs = page.evaluate(OUTPUTS)
        errors = [output for cell in outputs for output in cell if output["output_type"] == "error"]
        assert errors == []
        shown = [str(output.get("data", {}).get("text/html", "")) for cell in outputs for output in cell]
        assert sum("<figure" in text and "data:image/svg+xml" in text for text in shown) == pictures
        assert sum("<table" in text and "<figure" not in text for text in shown) >= tables
    finally:
        context.close()
