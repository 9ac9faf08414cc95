"""A person without a browser: signs in, reads pages, follows every link of ours.

ines = Visitor(url).sign_in("ines@metropole.example", password)
for address in walk(ines): ...            # one address for each shape of page that Inès can reach
"""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

from webapp.demonstration.accounts import demonstration_accounts

#: Where a walk begins; what these pages do not link to (pages after a redirect, errors) is found on the way.
DOORS = ("/", "/plan-du-site", "/connexion", "/inscription", "/mot-de-passe-oublie", "/mon-espace", "/mon-compte",
         "/organisations/choisir", "/recherche?q=corbeilles")  # fmt: skip
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_LINK = re.compile(r'<a\s[^>]*?href="([^"]*)"', re.IGNORECASE)
#: The name of a file, a token, or a number with or without words: one page for all of them.
_VARIABLE = re.compile(r"^(\d+(-[\w-]*)?|[\w.-]*\d{6,}[\w.-]*|[A-Za-z0-9_.-]{25,})$")


@dataclass(frozen=True)
class Answer:
    """``milliseconds``: from the first byte sent to the last one received."""

    status: int
    kind: str
    text: str
    location: str
    milliseconds: float


@dataclass
class Visitor:
    """One browser's cookies and its one connection, kept open. ``name``: whom tables speak of."""

    url: str
    name: str = "visiteur"
    cookies: dict[str, str] = field(default_factory=dict)
    _line: http.client.HTTPConnection | None = None

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def time(self, path: str) -> Answer:
        """As ``get`` with the compression that browsers ask for: the text of the answer is not readable."""
        return self._ask("GET", path, encoding="br, gzip")

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        return self._ask("POST", path, urlencode(fields))

    def hang_up(self) -> Visitor:
        """Close the connection; the next request opens another."""
        if self._line is not None:
            self._line.close()
        self._line = None
        return self

    def sign_in(self, email: str, password: str) -> Visitor:
        """As a person does, through the page. Raises AssertionError when it refuses."""
        token = _TOKEN.search(self.get("/connexion").text)
        assert token, "the sign-in page has no form"
        answer = self.post("/connexion", {"csrf_token": token[1], "email": email, "password": password})
        assert answer.status == 303, f"{email} could not sign in ({answer.status})"
        self.name = email
        return self.hang_up()

    def __del__(self) -> None:
        if self._line is not None:
            self._line.close()

    def _ask(self, method: str, path: str, body: str | None = None, encoding: str = "identity") -> Answer:
        where = urlsplit(self.url)
        if self._line is None:
            self._line = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
        headers = {"Origin": self.url, "Accept-Encoding": encoding, "Accept": "text/html"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        started = time.perf_counter()
        try:
            self._line.request(method, path, body, headers)
            response = self._line.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            self._line.close()  # kept open for too long: once more, on a new one
            started = time.perf_counter()
            self._line.request(method, path, body, headers)
            response = self._line.getresponse()
        text = response.read().decode("utf-8", "replace")
        spent = 1000 * (time.perf_counter() - started)
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        kind = response.headers.get_content_type()
        return Answer(response.status, kind, text, response.headers.get("Location", ""), spent)


def everybody(url: str, only: str | None = None) -> Iterator[Visitor]:
    """A visitor, then each account of the demonstration, signed in; or the one named ``only`` (address, « visiteur »)."""
    if only in (None, Visitor.name):
        yield Visitor(url)
    for _role, email, password in demonstration_accounts():
        if only in (None, email):
            yield Visitor(url).sign_in(email, password)


def shape(address: str) -> str:
    """The same for all pages of one kind: ``/besoins/12-corbeilles?page=2`` is ``/besoins/…?page``."""
    parts = urlsplit(address)
    path = "/".join("…" if _VARIABLE.match(part) else part for part in parts.path.split("/"))
    names = sorted(parse_qs(parts.query, keep_blank_values=True))
    return path + ("?" + "&".join(names) if names else "")


def walk(visitor: Visitor, each: int = 1, most: int = 400) -> list[str]:
    """Addresses of HTML pages (status 200) that ``visitor`` reaches by links, at most ``each`` of one shape.

    Pages are read breadth first from DOORS; ``most`` bounds the number of requests. Only GET: nothing is changed but what
    opening changes (a response becomes « lue »).
    """
    waiting, seen, kept = list(DOORS), set(DOORS), []
    count: dict[str, int] = {}
    asked = 0
    while waiting and asked < most:
        address = waiting.pop(0)
        if count.get(shape(address), 0) >= each:
            continue
        asked += 1
        answer = visitor.get(address)
        found = []
        if answer.status in (301, 302, 303, 307, 308):
            found = [answer.location]
        elif answer.status == 200 and answer.kind == "text/html":
            count[shape(address)] = count.get(shape(address), 0) + 1
            kept.append(address)
            found = [unescape(link) for link in _LINK.findall(answer.text)]
        for link in found:
            inside = _inside(visitor.url, address, link)
            if inside and inside not in seen:
                seen.add(inside)
                waiting.append(inside)
    visitor.hang_up()
    return kept


def own_pages(visitor: Visitor, public: Iterable[str] | None = None) -> list[str]:
    """One address of each shape that a member reaches and a visitor does not; all of a visitor's own.

    ``public``: what a walk of a visitor reached, where it was walked already.
    """
    reached = {shape(path): path for path in reversed(walk(visitor))}
    if visitor.cookies and public is None:
        public = walk(Visitor(visitor.url))
    known = {shape(path) for path in public or ()}
    return sorted(path for form, path in reached.items() if form not in known)


def _inside(url: str, page: str, link: str) -> str | None:
    """The path and query of a link of ours, None for another host, a fragment of the page or a change of language."""
    target = urlsplit(urljoin(url + page, link))
    if target.netloc != urlsplit(url).netloc or not link or link.startswith("#"):
        return None
    if target.path.startswith("/static") or "lang" in parse_qs(target.query):
        return None
    return target.path + (f"?{target.query}" if target.query else "")
