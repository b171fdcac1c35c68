"""A page as a PDF, printed by the machine's own browser: tagged, with an outline, and page numbers from the style."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from axlib.words.errors import ConfigurationError

#: Browsers that print, by the names they have on a search path; then where Windows and macOS keep them.
NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
    "microsoft-edge-stable", "msedge",
)  # fmt: skip
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files\Microsoft\Edge\Application\msedge.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
LONGEST_SECONDS = 120


def find_browser() -> Path:
    """Find a browser that can print a page.

    Raises
    ------
    ConfigurationError
        There is none.
    """
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    found = found or next((place for place in PLACES if os.path.isfile(place)), None)
    if found is None:
        raise ConfigurationError(
            "--pdf: no Chromium, Chrome or Edge is on this machine, and nothing else prints the page as it is shown. "
            "Install one (Debian: apt install chromium), or leave out --pdf and print the page from any browser."
        )
    return Path(found)


def print_page(page: Path, target: Path, *, browser: Path) -> Path:
    """Print an HTML file to PDF without a network.

    Parameters
    ----------
    page, target : Path
        The file to print, and the PDF to write.
    browser : Path
        See `find_browser`.

    Raises
    ------
    ConfigurationError
        The browser wrote no PDF, or took longer than two minutes.
    """
    with tempfile.TemporaryDirectory(prefix="axlib-print-") as profile:
        command = [
            str(browser), "--headless", "--disable-gpu", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--disable-extensions", "--no-pdf-header-footer",
            "--generate-pdf-document-outline", "--export-tagged-pdf", f"--user-data-dir={profile}",
            # Names resolve to nothing: what the page's policy forbids anyway cannot be asked for.
            "--host-resolver-rules=MAP * ~NOTFOUND", f"--print-to-pdf={target}",
            *(["--no-sandbox"] if sys.platform == "linux" and os.geteuid() == 0 else []),
            page.resolve().as_uri(),
        ]  # fmt: skip
        ended = _run(command)
    if not ended or not target.is_file() or target.read_bytes()[:5] != b"%PDF-":
        why = "wrote no PDF" if ended else f"did not end within {LONGEST_SECONDS} seconds"
        raise ConfigurationError(f"--pdf: {browser.name} {why}. Print the page by hand, or leave out --pdf.")
    return target


def _run(command: list[str]) -> bool:
    """Run a browser and whatever it starts, silently; False where it had to be ended."""
    started = subprocess.Popen(  # noqa: S603  (a browser found by name, with our own words)
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        started.wait(LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        if hasattr(os, "killpg"):
            os.killpg(started.pid, signal.SIGKILL)
        started.kill()
        started.wait()
        return False
    return True
