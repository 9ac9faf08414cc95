"""What a rule says when it is broken. Each message is French and tells the person what to do."""

from __future__ import annotations


class RuleViolation(Exception):
    """A rule of the marketplace forbids this now. ``str(error)`` is a sentence to show as it is."""

    @property
    def sentences(self) -> list[str]:
        """The same, as they were written: pages translate each (webapp/languages.py)."""
        return [self.args[0]]


class IllegalMove(RuleViolation):
    """The thing is not in a state from which this action is possible (it may have changed meanwhile)."""


class NotReady(RuleViolation):
    """Something is missing or out of range.

    ``problems`` lists (field name, French sentence); the field name is that of the form, so that each sentence can
    be shown beside what it speaks of.
    """

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = problems
        super().__init__(" ".join(sentence for _, sentence in problems))

    @property
    def sentences(self) -> list[str]:
        return [sentence for _, sentence in self.problems]


class Conflict(RuleViolation):
    """Somebody else did something in between, or it exists already."""
