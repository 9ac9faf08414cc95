"""Acts that cannot be undone ask once, on a page that says who will be told."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_babel import gettext as _

from models.lifecycle import HasLifecycle


def ask_once(form: Any, thing: HasLifecycle, action: str, **words: Any) -> tuple[str, int]:
    """The page that asks before ``action``, with what was typed when it was refused.

    ``words``: title, then (what happens next), button, name (of the thing), back (an address), grave.
    """
    page = render_template(
        "ask_once.html", form=form, thing=thing, told=who_will_be_told(told(thing, action)), **words
    )
    return page, 422 if form.errors else 200


def told(thing: HasLifecycle, action: str) -> int:
    """How many people a move would owe a message to, now."""
    moves = thing.lifecycle.find(action, thing.status)
    people = {
        user.id for owed in (moves[0].owes if moves else ()) for user in owed.to(thing) if user.is_reachable
    }
    return len(people)


def who_will_be_told(count: int) -> str:
    """« 12 personnes seront prévenues. » for pages that ask once."""
    if count == 0:
        return _("Personne n’est à prévenir.")
    return (
        _("Une personne sera prévenue.")
        if count == 1
        else _("%(count)s personnes seront prévenues au même moment.", count=count)
    )
