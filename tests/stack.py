"""The whole application as people get it: `python -m launch run` in a folder and on a port of its own.

    with running(tmp_path / "var") as stack:       # waited for; killed at the end if the test did not stop it
        stack.kill("redis-server")                 # as a failure does: the supervisor must make it good
        Person(stack.url).sign_in(email)           # over HTTP, on the real port

In production mode, so that no demonstration record is made. Its Redis is always the one it brings; its database is SQLite,
or one of its own on the PostgreSQL of DATABASE_URL. Benchmarks and browser tests have `benchmarks/stack.py`, with records.
"""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import sqlalchemy as sa

from benchmarks.stack import free_port
from tests.factories import PASSWORD

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 120  # seconds; a bound for a machine that does ten other things, not a measure
ROLES = ("redis-server", "launch web", "launch worker questions", "launch worker errands", "launch clock")
WEB, ERRANDS, REDIS = "launch web", "launch worker errands", "redis-server"


def environ(var_dir: Path, **more: str) -> dict[str, str]:
    """Ours, without what this machine says of services; production, so that no demonstration record is made."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return kept | {"VAR_DIR": str(var_dir), "APP_ENV": "production", "SECRET_KEY": "k" * 40} | more


def launch(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    """One command of the front door, run to its end. ``var_dir`` and variables of the environment by name."""
    var_dir = Path(more.pop("var_dir"))
    command = [sys.executable, "-m", "launch", *words]
    return subprocess.run(
        command, cwd=ROOT, env=environ(var_dir, **more), capture_output=True, text=True, check=False
    )


def until(holds: Callable[[], object], what: str, *, within: float = PATIENCE, pause: float = 0.1) -> None:
    """Wait until ``holds()``. Fails after ``within`` seconds."""
    deadline = time.monotonic() + within
    while not holds():
        assert time.monotonic() < deadline, f"waited {within:.0f} s in vain: {what}"
        time.sleep(pause)


class RunningStack:
    """`python -m launch run`, as `make run` starts it. Ready, with every process there, when it is made."""

    def __init__(self, var_dir: Path, **more: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.var_dir = var_dir
        self.environ = environ(var_dir, PORT=str(self.port), **more)
        self.terminal = var_dir.parent / f"terminal-{self.port}"
        with self.terminal.open("w") as terminal:
            self.running = subprocess.Popen(
                [sys.executable, "-m", "launch", "run"],
                cwd=ROOT,
                env=self.environ,
                stdout=terminal,
                stderr=terminal,
                start_new_session=True,
            )
        self.seen: set[int] = set()
        try:
            until(self.is_ready_or_dead, "the stack is ready")
            assert self.running.poll() is None, self.said()
            until(self.is_whole, "every process is there")
        except BaseException:
            self.stop(signal.SIGKILL)
            raise
        self.seen = set(self.children().values())

    def said(self) -> str:
        return self.terminal.read_text()

    def log(self, name: str) -> str:
        """What one of its processes wrote: web, worker-errands, worker-questions, clock, redis."""
        return (self.var_dir / "log" / f"{name}.log").read_text(errors="replace")

    def is_ready_or_dead(self) -> bool:
        return "Prêt" in self.said() or self.running.poll() is not None

    def is_whole(self) -> bool:
        return len(self.children()) == len(ROLES)

    def children(self) -> dict[str, int]:
        """Role → pid of what this stack started and is alive."""
        return {role: pid for pid, args in living(self.running.pid) for role in ROLES if role in args}

    def pid_of(self, role: str) -> int:
        """The process of ``role``, waited for while it is being started again."""
        found: dict[str, int] = {}  # one look: a second one may find that it has just ended

        def is_there() -> bool:
            found.update(self.children())
            return role in found

        until(is_there, f"{role} is there", pause=0.02)
        return found[role]

    def web_worker(self) -> int:
        """The process that answers the pages: gunicorn's worker, a child of the one which the stack started."""
        until(lambda: living(self.pid_of(WEB)), "gunicorn has its worker", pause=0.02)
        return living(self.pid_of(WEB))[0][0]

    def signal(self, role: str, name: int) -> None:
        os.kill(self.pid_of(role), name)

    def kill(self, role: str) -> int:
        """As the kernel does when memory is short. Gives the number that is no more."""
        pid = self.pid_of(role)
        os.kill(pid, signal.SIGKILL)
        return pid

    @contextmanager
    def frozen(self, role: str) -> Iterator[None]:
        """There, but it answers nothing. ``role`` « launch »: the supervisor, which then starts nothing again."""
        pid = self.running.pid if role == "launch" else self.pid_of(role)
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def stop(self, name: int) -> None:
        self.seen |= set(self.children().values())
        os.killpg(self.running.pid, name)
        self.running.wait(timeout=PATIENCE)

    def answers(self) -> bool:
        return Person(self.url).get("/").status == 200

    def answers_again(self) -> bool:
        try:
            return self.answers()
        except (OSError, http.client.HTTPException):
            return False

    def left_behind(self) -> set[int]:
        return {pid for pid in self.seen if is_alive(pid)}


@contextmanager
def running(var_dir: Path, **more: str) -> Iterator[RunningStack]:
    """A stack for the time of a block; nothing of it is left afterwards."""
    stack = RunningStack(var_dir, **more)
    try:
        yield stack
    finally:
        if stack.running.poll() is None:
            stack.stop(signal.SIGKILL)


@contextmanager
def own_database() -> Iterator[dict[str, str]]:
    """What to add to the environment of a stack: nothing (SQLite), or DATABASE_URL of a new PostgreSQL database."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield {}
        return
    server = sa.create_engine(
        f"postgresql+psycopg://{url.partition('://')[2]}", isolation_level="AUTOCOMMIT", poolclass=sa.NullPool
    )
    name = f"adopte_stack_{os.getpid()}_{free_port()}"
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield {"DATABASE_URL": server.url.set(database=name).render_as_string(hide_password=False)}
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def living(parent: int) -> list[tuple[int, str]]:
    """(pid, command line) of the living children of ``parent``."""
    listed = subprocess.run(
        ["ps", "-ww", "-eo", "pid,ppid,stat,args"], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split(None, 3) for line in listed.splitlines()[1:]]
    return [(int(pid), args) for pid, above, state, args in rows if int(above) == parent and "Z" not in state]


def is_alive(pid: int) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return bool(state.strip()) and "Z" not in state


# ------------------------------------------------------------------ somebody in front of it

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    """``location``: path of a redirection, empty otherwise. ``seconds``: from the click to the last byte."""

    status: int
    text: str
    location: str
    seconds: float


@dataclass
class Person:
    """A browser without its window: keeps cookies, takes the token of forms, never sends a form twice by itself."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def sign_in(self, email: str, password: str = PASSWORD) -> Person:
        """As a person does, through the page."""
        self.cookies, self.token = {}, ""
        self.take_token("/connexion")
        answer = self.post("/connexion", email=email, password=password)
        assert answer.status == 303, f"{email} could not sign in ({answer.status})"
        self.take_token("/mon-compte")
        return self

    def take_token(self, page: str) -> None:
        found = _TOKEN.search(self.get(page).text)
        assert found, f"{page} has no form"
        self.token = found[1]

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, **fields: str) -> Answer:
        return self._ask("POST", path, urlencode({"csrf_token": self.token, **fields}))

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        where = urlsplit(self.url)
        headers = {"Origin": self.url, "Accept": "text/html", "Connection": "close"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        line = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
        started = time.monotonic()
        try:
            line.request(method, path, body, headers)
            response = line.getresponse()
            text = response.read().decode("utf-8", "replace")
        finally:
            line.close()
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, rest = cookie.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return Answer(response.status, text, response.headers.get("Location", ""), time.monotonic() - started)
