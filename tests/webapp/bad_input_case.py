"""What one needs to know to send a form: who, about which thing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from models import User


@dataclass(frozen=True)
class Case:
    """``make`` gives a new thing each time; ``person`` who may send the form about it (None: a visitor).

    ``right``: the fields of a view without page of its own, well filled in (others are read from the form of the page).
    """

    make: Callable[[], Any]
    person: Callable[[Any], User | None]
    arguments: Callable[[Any], dict[str, Any]] = lambda thing: {}
    right: Callable[[], dict[str, str]] = dict
