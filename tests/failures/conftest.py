"""One stack for the tests that break it: each must leave it whole, and finds it whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.failures.town import Town
from tests.stack import RunningStack, own_database, running, until


@pytest.fixture(scope="package")
def broken_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    with own_database() as database, running(tmp_path_factory.mktemp("stack") / "var", **database) as stack:
        yield stack


@pytest.fixture(scope="package")
def founded(broken_stack: RunningStack) -> Town:
    """Organisations and a catalogue, compared and told before the first failure."""
    town = Town(broken_stack)
    with town.open():
        town.found()
    until(town.owes_nothing, "the workers have done everything")
    return town


@pytest.fixture
def town(founded: Town, broken_stack: RunningStack) -> Iterator[Town]:
    """Its database is at hand for the time of a test, beside the processes that use it too."""
    until(broken_stack.is_whole, "what an earlier test killed is there again")
    with founded.open():
        yield founded
