"""A real Chromium, found by CHROMIUM or on the PATH, with one window for each person.

Chromium comes from the system (Debian's package, say): Playwright only drives it, its own downloads are not used.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from benchmarks.visitor import Visitor

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",  # a container has no user namespaces
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str | None:
    """The path of a Chromium, None where there is none."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next((found for name in NAMES if (found := shutil.which(name))), None)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, closed afterwards. Raises SystemExit with a sentence where there is none."""
    path = find_chromium()
    if path is None:
        raise SystemExit("No Chromium: install one (apt install chromium) or give its path by CHROMIUM.")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


def open_window(browser: Browser, visitor: Visitor, width: int = 1280, **options: Any) -> BrowserContext:
    """A window of its own with the cookies of ``visitor``: signed in without passing the page again."""
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="fr-FR", **options)
    host = urlsplit(visitor.url).hostname or ""
    context.add_cookies(
        [
            {"name": name, "value": value, "domain": host, "path": "/"}
            for name, value in visitor.cookies.items()
        ]
    )
    return context
