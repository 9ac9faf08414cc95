"""The words of a response as one side reads them: the company what it goes on writing, everybody else what it sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from models import Response, ResponseVersion, Solution, db


@dataclass(frozen=True)
class Written:
    """The words of a response as one side reads them: ``said.summary``, ``said.answer``… and the solution they name."""

    said: dict[str, Any]
    solution: Solution | None
    version: ResponseVersion | None = None


def as_read(response: Response, *, by_company: bool) -> Written:
    """What the company goes on writing for itself; for everybody else what it sent last, and nothing it wrote since."""
    if by_company:
        return Written(response.contents, response.solution)
    assert response.sent is not None, "guarded by response.view"
    return as_sent(response.sent)


def as_sent(version: ResponseVersion) -> Written:
    number = version.contents.get("solution_id")
    solution = db.session.get(Solution, number) if number else None
    return Written(version.contents, solution, version)
