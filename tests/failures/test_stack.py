"""Everything on one machine: how it starts, what it survives, and that it leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.stack import free_port
from tests.stack import ROOT, RunningStack, environ, launch, running, until

pytestmark = pytest.mark.stack


@pytest.fixture
def var_dir(tmp_path: Path) -> Path:
    return tmp_path / "var"


def test_everything_survives_its_dead(broken_stack: RunningStack) -> None:
    assert broken_stack.answers()
    assert f"http://127.0.0.1:{broken_stack.port}" in broken_stack.said()

    until(broken_stack.is_whole, "what an earlier test killed is there again")
    before = broken_stack.children()
    for role in ("launch worker questions", "launch clock", "redis-server", "launch web"):
        os.kill(before[role], signal.SIGKILL)

    def replaced() -> bool:
        now = broken_stack.children()
        return all(
            role in now and now[role] != before[role]
            for role in ("launch worker questions", "launch clock", "launch web")
        )

    until(replaced, "killed processes are started again")
    until(broken_stack.answers_again, "the page answers again")


def test_two_do_not_share_a_folder(broken_stack: RunningStack) -> None:
    refused = launch("stack", var_dir=str(broken_stack.var_dir), PORT=str(free_port()))
    assert "tourne déjà" in refusal(refused)


def test_what_is_written_is_for_its_owner_only(broken_stack: RunningStack) -> None:
    readable = [path for path in broken_stack.var_dir.rglob("*") if path.stat().st_mode & 0o077]
    assert readable == []


def test_a_second_start_keeps_what_was_written_and_ctrl_c_leaves_nothing_running(var_dir: Path) -> None:
    database = var_dir / "adopte.sqlite3"
    with running(var_dir) as stack:
        stack.stop(signal.SIGTERM)
        born = database.stat().st_ino
        assert stack.left_behind() == set()
    with running(var_dir) as again:
        assert again.answers()
        again.stop(signal.SIGINT)
        assert again.running.returncode == 0
        assert again.left_behind() == set()
        assert not (var_dir / "redis" / "redis.sock").exists()
        assert "Traceback" not in again.said()
    assert database.stat().st_ino == born


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the children of a killed process")
def test_killed_outright_the_stack_leaves_nothing_either(var_dir: Path) -> None:
    with running(var_dir) as stack:
        stack.stop(signal.SIGKILL)
        until(lambda: stack.left_behind() == set(), "orphans end by themselves")


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


def test_an_encoder_that_does_not_load_is_named(tmp_path: Path) -> None:
    var_dir = str(tmp_path / "var")
    assert launch("setup", var_dir=var_dir, APP_ENV="production", SECRET_KEY="s" * 40).returncode == 0
    result = launch(
        "worker",
        "errands",
        var_dir=var_dir,
        REDIS_URL=f"redis://127.0.0.1:{free_port()}",
        ENCODER_MODEL="/nulle/part",
    )
    assert result.returncode == 2, result.stderr
    assert "ENCODER_MODEL" in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr


def test_a_package_that_is_not_installed_is_named(tmp_path: Path) -> None:
    code = "import sys, launch.checks as c; c.NEEDED = ('absent_wheel',); from launch.__main__ import main; sys.exit(main(['stack']))"
    environment = environ(tmp_path / "var", PORT=str(free_port()))
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert "absent_wheel" in refusal(result)
