"""The index file is a cache: spoiled under a worker that is killed, it costs a rebuild, and everything is proposed all the same."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.failures.town import Town
from tests.stack import ERRANDS, RunningStack, until

pytestmark = pytest.mark.stack


def test_a_worker_keeps_its_index_when_it_stops_and_does_without_when_the_file_is_spoiled(
    town: Town, broken_stack: RunningStack
) -> None:
    folder = broken_stack.var_dir / "index"
    needs = town.submit_needs(5)
    town.await_peace()
    for file in files(folder):
        file.unlink()

    stopped = broken_stack.pid_of(ERRANDS)
    broken_stack.signal(ERRANDS, signal.SIGTERM)
    until(lambda: broken_stack.pid_of(ERRANDS) != stopped, "another worker is there")
    until(lambda: len(files(folder)) == 2, "what was held is kept")
    for file in files(folder):
        file.write_bytes(file.read_bytes()[:-1])
    broken_stack.kill(ERRANDS)
    town.publish_all(needs, "propose_matches")

    town.await_peace()
    town.assert_done_once(needs)
    assert "is not used (it is not what was written)" in broken_stack.log("worker-errands")


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.index"))
