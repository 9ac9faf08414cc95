"""The real application for a benchmark or a browser test: started in a folder of its own, waited for, stopped by its number.

with running_stack() as stack:              # `python -m launch run`, demonstration records, everything matched
    urlopen(stack.url + "/besoins")
with running_stack("http://127.0.0.1:8000") as stack:    # one that runs already: neither started nor stopped
    ...
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa

ROOT = Path(__file__).resolve().parent.parent
START_WITHIN = (
    300  # seconds for migrations, 500 records and the first encoding on a machine that does other things
)
STOP_WITHIN = 20


class StackError(Exception):
    """It did not start, or something was waited for in vain. ``str(error)`` ends with what the terminal showed."""


@dataclass
class Stack:
    """``var_dir``, ``running`` and ``database_url`` are None for a stack that somebody else started."""

    url: str
    var_dir: Path | None = None
    running: subprocess.Popen[bytes] | None = None
    database_url: str | None = None

    @property
    def port(self) -> int:
        return urlsplit(self.url).port or 80

    def web_pids(self) -> list[int]:
        """The processes that hold the site's port, on this machine: gunicorn's arbiter and its worker."""
        return sorted(listeners(self.port))

    def said(self) -> str:
        """What it printed; nothing for a stack that somebody else started."""
        return (self.var_dir.parent / "terminal").read_text() if self.var_dir else ""

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/sante", timeout=10) as page:
                return bool(page.status == 200)
        except (OSError, urllib.error.HTTPError):
            return False

    def unmatched(self) -> int:
        """How many published needs and solutions the workers still owe a comparison."""
        assert self.database_url, "only for a stack of our own"
        engine = sa.create_engine(self.database_url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            return sum(
                connection.scalar(
                    sa.text(f"SELECT count(*) FROM {table} WHERE status = 'published' AND matched_at IS NULL")
                )
                for table in ("need", "solution")
            )

    def until(self, holds: Callable[[], bool], what: str, within: float = START_WITHIN) -> None:
        """Wait until ``holds()``. Raises StackError after ``within`` seconds, or when the stack died."""
        deadline = time.monotonic() + within
        while not holds():
            if self.running is not None and self.running.poll() is not None:
                raise StackError(f"the stack ended while it was waited for: {what}\n{self.said()[-2000:]}")
            if time.monotonic() > deadline:
                raise StackError(f"waited {within:.0f} s in vain: {what}\n{self.said()[-2000:]}")
            time.sleep(0.2)

    def keep_logs(self) -> None:
        """Print the end of every log: its folder goes away, and something went wrong."""
        for log in sorted(self.var_dir.glob("log/*.log")) if self.var_dir else []:
            print(f"---- {log.name}", log.read_text(errors="replace")[-3000:], sep="\n", file=sys.stderr)
        print("---- terminal", self.said()[-3000:], sep="\n", file=sys.stderr)

    def stop(self) -> None:
        """As Ctrl-C does; by force when it does not obey."""
        if self.running is None or self.running.poll() is not None:
            return
        self.running.send_signal(signal.SIGINT)
        try:
            self.running.wait(timeout=STOP_WITHIN)
        except subprocess.TimeoutExpired:
            os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()


@contextmanager
def running_stack(url: str | None = None, **environ: str) -> Iterator[Stack]:
    """The stack at ``url``, or a new one with demonstration records, ready and with everything matched.

    ``environ`` adds variables (DATABASE_URL…). Its folder is temporary. Raises StackError.
    """
    if url:
        stack = Stack(url.rstrip("/"))
        stack.until(stack.answers, f"{url} answers", within=10)
        yield stack
        return
    with tempfile.TemporaryDirectory(prefix="adopte-") as folder:
        stack = _start(Path(folder), environ)
        try:
            stack.until(lambda: "Prêt" in stack.said() and stack.answers(), "the site answers")
            stack.until(lambda: stack.unmatched() == 0, "workers have compared everything")
            yield stack
        except BaseException:
            stack.keep_logs()
            raise
        finally:
            stack.stop()


def _start(folder: Path, more: dict[str, str]) -> Stack:
    """`python -m launch run`, as `make run` does, without what this machine says of its own services."""
    var_dir, port = folder / "var", free_port()
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environ = kept | {"VAR_DIR": str(var_dir), "PORT": str(port), "APP_ENV": "demonstration"} | more
    with (folder / "terminal").open("wb") as terminal:
        running = subprocess.Popen(
            [sys.executable, "-m", "launch", "run"],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
    database_url = more.get("DATABASE_URL") or f"sqlite:///{var_dir / 'adopte.sqlite3'}"
    return Stack(f"http://127.0.0.1:{port}", var_dir, running, database_url)


_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    """In the child: a benchmark that is killed must not leave a stack behind."""
    if _LIBC is not None:
        _LIBC.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def listeners(port: int) -> set[int]:
    """Numbers of the processes of ours that listen to a TCP port (Linux: /proc)."""
    inodes = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            _, local, _, state, *rest = line.split()
            if state == "0A" and int(local.rpartition(":")[2], 16) == port:
                inodes.add(f"socket:[{rest[5]}]")
    return {pid for pid in _readable_pids() if inodes & _open_files(pid)}


def _readable_pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _open_files(pid: int) -> set[str]:
    targets = set()
    try:
        for file in Path(f"/proc/{pid}/fd").iterdir():
            targets.add(os.readlink(file))
    except OSError:
        pass  # it ended, it is somebody else's, or it just closed this file
    return targets


def argument_parser(description: str | None) -> argparse.ArgumentParser:
    """The options that every script here has."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--url", help="address of a running demonstration (default: start one in a temporary folder)"
    )
    parser.add_argument("--person", help="only this account, by its e-mail address, or « visiteur »")
    return parser


def table(titles: list[str], rows: list[list[object]]) -> str:
    """Rows as aligned columns: numbers to the right, words to the left."""
    cells = [
        titles,
        *[[f"{cell:.1f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows],
    ]
    widths = [max(len(line[column]) for line in cells) for column in range(len(titles))]
    numeric = [all(isinstance(row[column], int | float) for row in rows) for column in range(len(titles))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if number else cell.ljust(width)
            for cell, width, number in zip(line, widths, numeric, strict=True)
        ).rstrip()
        for line in cells
    )
