"""Everything on one machine: how it starts, what it survives, and that it leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 120  # seconds; a bound for a machine that does ten other things, not a measure
ROLES = ("redis-server", "launch web", "launch worker questions", "launch worker errands", "launch clock")

pytestmark = pytest.mark.stack


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def environ(var_dir: Path, **more: str) -> dict[str, str]:
    """Ours, without what this machine says of services; production, so that no demonstration record is made."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return kept | {"VAR_DIR": str(var_dir), "APP_ENV": "production", "SECRET_KEY": "k" * 40} | more


def launch(*words: str, **more: str) -> subprocess.CompletedProcess[str]:
    var_dir = Path(more.pop("var_dir"))
    command = [sys.executable, "-m", "launch", *words]
    return subprocess.run(
        command, cwd=ROOT, env=environ(var_dir, **more), capture_output=True, text=True, check=False
    )


def until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.1)


class RunningStack:
    """`python -m launch run` in a folder and on a port of its own, as `make run` starts it."""

    def __init__(self, var_dir: Path) -> None:
        self.port = free_port()
        self.var_dir = var_dir
        self.terminal = var_dir.parent / f"terminal-{self.port}"
        with self.terminal.open("w") as terminal:
            self.running = subprocess.Popen(
                [sys.executable, "-m", "launch", "run"],
                cwd=ROOT,
                env=environ(var_dir, PORT=str(self.port)),
                stdout=terminal,
                stderr=terminal,
                start_new_session=True,
            )
        self.seen: set[int] = set()
        try:
            until(self.is_ready_or_dead, "the stack is ready")
            assert self.running.poll() is None, self.said()
            until(lambda: len(self.children()) == len(ROLES), "every process is there")
        except BaseException:
            self.stop(signal.SIGKILL)
            raise
        self.seen = set(self.children().values())

    def said(self) -> str:
        return self.terminal.read_text()

    def is_ready_or_dead(self) -> bool:
        return "Prêt" in self.said() or self.running.poll() is not None

    def children(self) -> dict[str, int]:
        """Role → pid of what this stack started and is alive."""
        listed = subprocess.run(
            ["ps", "-ww", "-eo", "pid,ppid,stat,args"], capture_output=True, text=True, check=True
        ).stdout
        rows = [line.split(None, 3) for line in listed.splitlines()[1:]]
        ours = [
            (int(pid), args)
            for pid, parent, state, args in rows
            if int(parent) == self.running.pid and "Z" not in state
        ]
        return {role: pid for pid, args in ours for role in ROLES if role in args}

    def stop(self, name: int) -> None:
        self.seen |= set(self.children().values())
        os.killpg(self.running.pid, name)
        self.running.wait(timeout=PATIENCE)

    def answers(self) -> bool:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=20) as page:
            return page.status == 200

    def left_behind(self) -> set[int]:
        return {pid for pid in self.seen if is_alive(pid)}


def is_alive(pid: int) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout
    return bool(state.strip()) and "Z" not in state


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[RunningStack]:
    running = RunningStack(tmp_path / "var")
    yield running
    if running.running.poll() is None:
        running.stop(signal.SIGKILL)


def test_everything_starts_survives_its_dead_and_stops_with_ctrl_c(stack: RunningStack) -> None:
    assert stack.answers()
    assert f"http://127.0.0.1:{stack.port}" in stack.said()

    before = stack.children()
    for role in ("launch worker questions", "launch clock", "redis-server", "launch web"):
        os.kill(before[role], signal.SIGKILL)

    def replaced() -> bool:
        now = stack.children()
        return all(
            role in now and now[role] != before[role]
            for role in ("launch worker questions", "launch clock", "launch web")
        )

    until(replaced, "killed processes are started again")

    def answers_again() -> bool:
        try:
            return stack.answers()
        except OSError:
            return False

    until(answers_again, "the page answers again")

    stack.stop(signal.SIGINT)
    assert stack.running.returncode == 0
    assert stack.left_behind() == set()
    assert not (stack.var_dir / "redis" / "redis.sock").exists()
    assert "Traceback" not in stack.said()


def test_a_second_start_keeps_what_was_written_and_two_do_not_share_a_folder(stack: RunningStack) -> None:
    database = stack.var_dir / "adopte.sqlite3"
    assert database.exists()
    refused = launch("stack", var_dir=str(stack.var_dir), PORT=str(free_port()))
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    assert "tourne déjà" in refused.stderr
    stack.stop(signal.SIGTERM)
    born = database.stat().st_ino
    again = RunningStack(stack.var_dir)
    assert again.answers()
    again.stop(signal.SIGINT)
    assert database.stat().st_ino == born
    assert again.left_behind() == set()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the children of a killed process")
def test_killed_outright_the_stack_leaves_nothing_either(stack: RunningStack) -> None:
    stack.stop(signal.SIGKILL)
    until(lambda: stack.left_behind() == set(), "orphans end by themselves")


def test_what_is_written_is_for_its_owner_only(stack: RunningStack) -> None:
    readable = [path for path in stack.var_dir.rglob("*") if path.stat().st_mode & 0o077]
    assert readable == []


def refusal(result: subprocess.CompletedProcess[str]) -> str:
    """The one sentence of a launch that did not start."""
    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr
    assert result.stderr.count("\n") == 1, result.stderr
    return result.stderr


def test_a_busy_port_is_said_with_what_to_do(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        said = refusal(launch("stack", var_dir=str(tmp_path / "var"), PORT=port))
    assert port in said
    assert "make run" in said


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert str(tmp_path / "file") in refusal(launch("stack", var_dir=str(tmp_path / "file" / "var")))


def test_a_setting_that_cannot_work_is_named(tmp_path: Path) -> None:
    assert "PORT" in refusal(launch("web", var_dir=str(tmp_path / "var"), PORT="http"))


def test_a_database_that_does_not_answer_is_said(tmp_path: Path) -> None:
    nobody = f"postgresql://u:p@127.0.0.1:{free_port()}/b"
    said = refusal(launch("setup", var_dir=str(tmp_path / "var"), DATABASE_URL=nobody))
    assert "base de données" in said
    assert "u:p" not in said


def test_a_worker_alone_needs_a_redis(tmp_path: Path) -> None:
    assert "REDIS_URL" in refusal(launch("worker", "errands", var_dir=str(tmp_path / "var")))


def test_a_package_that_is_not_installed_is_named(tmp_path: Path) -> None:
    code = "import sys, launch.checks as c; c.NEEDED = ('absent_wheel',); from launch.__main__ import main; sys.exit(main(['stack']))"
    environment = environ(tmp_path / "var", PORT=str(free_port()))
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert "absent_wheel" in refusal(result)
