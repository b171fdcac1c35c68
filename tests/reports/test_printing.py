"""The client's page as a PDF: whole pages, tagged, with an outline; a clear sentence where nothing can print."""

import shutil
from pathlib import Path

import pytest

from axlib.reports import printing
from axlib.reports.printing import find_browser, print_page
from axlib.words.errors import ConfigurationError


def test_without_a_browser_it_is_said_what_to_do(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(printing, "PLACES", ())
    with pytest.raises(ConfigurationError, match="no Chromium, Chrome or Edge is on this machine"):
        find_browser()


@pytest.mark.parametrize("ends", ["#!/bin/sh\nexit 3\n", "#!/bin/sh\nexec sleep 60\n"])
def test_a_browser_that_prints_nothing_is_no_pdf(tmp_path, monkeypatch, ends):
    monkeypatch.setattr(printing, "LONGEST_SECONDS", 1)
    browser = tmp_path / "browser"
    browser.write_text(ends, "utf-8")
    browser.chmod(0o700)
    (tmp_path / "page.html").write_text("<p>x</p>", "utf-8")
    with pytest.raises(ConfigurationError, match=r"wrote no PDF|did not end within 1 seconds"):
        print_page(tmp_path / "page.html", tmp_path / "page.pdf", browser=browser)
    assert not (tmp_path / "page.pdf").exists()


def test_the_page_is_printed_tagged_and_with_an_outline(bankers_report, tmp_path):
    try:
        browser = find_browser()
    except ConfigurationError:
        pytest.skip("no browser is here to print with")
    page = Path(bankers_report.folder) / "client" / "report.html"
    printed = print_page(page, tmp_path / "report.pdf", browser=browser).read_bytes()
    assert printed.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in printed
    assert b"/Outlines" in printed
    assert printed.count(b"/Type /Page\n") >= 5
