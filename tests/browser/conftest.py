"""A real Chromium before the real stack: started once in a temporary folder, on a free port, with demonstration records.

With DATABASE_URL on PostgreSQL (`make test-services`) the stack gets a database of its own there, dropped afterwards. Its Redis
is always the one it brings: workers of a shared one would take each other's jobs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from benchmarks.browser import chromium, find_chromium, open_window
from benchmarks.stack import Stack, running_stack
from benchmarks.visitor import Visitor
from tests.stack import own_database
from webapp.demonstration.accounts import PASSWORD, Account

#: A bound for a machine that does ten other things, not a measure.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if find_chromium() is None:
        pytest.skip("no Chromium: install one (apt install chromium) or give its path by CHROMIUM")
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def stack(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Stack]:
    """Asks for the browser first: nothing is started where the tests are skipped."""
    with own_database() as environ, running_stack(**environ) as stack:
        yield stack
        if request.session.testsfailed:
            stack.keep_logs()


@dataclass
class Window:
    """One person's browser window, and what it noticed. ``troubles``: errors of the console and requests to other hosts."""

    context: BrowserContext
    page: Page
    url: str
    troubles: list[str] = field(default_factory=list)

    def watch(self) -> Window:
        self.page.on("console", lambda message: self._note(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self._note(str(error)))
        self.page.on("request", lambda request: self._note_stranger(request.url))
        return self

    def open(self, path: str, until: Literal["load", "networkidle"] = "networkidle") -> Page:
        """Go to a page of the site and wait until it is quiet (half a second without a request), or loaded only."""
        self.page.goto(self.url + path, wait_until=until)
        return self.page

    def _note(self, trouble: str) -> None:
        self.troubles.append(f"{urlsplit(self.page.url).path}: {trouble}")

    def _note_stranger(self, address: str) -> None:
        target = urlsplit(address)
        if target.scheme not in ("data", "about") and target.netloc != urlsplit(self.url).netloc:
            self._note(f"asked another host: {address}")


@pytest.fixture
def window(browser: Browser, stack: Stack, sessions: dict[str, Visitor]) -> Iterator[Callable[..., Window]]:
    """Opens windows: ``window(CURATOR, width=360)``; without an account, a visitor's. All are closed at the end."""
    opened: list[BrowserContext] = []

    def open_one(account: Account | None = None, **options: Any) -> Window:
        visitor = member(stack, sessions, account) if account else Visitor(stack.url)
        context = open_window(browser, visitor, **options)
        opened.append(context)
        return Window(context, context.new_page(), stack.url).watch()

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture(scope="session")
def sessions() -> dict[str, Visitor]:
    """Who signed in already: one sign-in a person is enough, and the site counts them."""
    return {}


def member(stack: Stack, sessions: dict[str, Visitor], account: Account) -> Visitor:
    if account.email not in sessions:
        sessions[account.email] = Visitor(stack.url).sign_in(account.email, PASSWORD)
    return sessions[account.email]
