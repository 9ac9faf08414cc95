"""The messages that can wait, and those which somebody asked to have at once: alerts and the digest."""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _
from flask_babel import ngettext

from models.user import User
from workers.messages.gathering import News, more_words
from workers.messages.message import Action, Block, Links, Message, link


def digest(to: User, user: User, news: News) -> Message:
    """Everything that could wait, in one message."""
    return Message(
        subject=ngettext(
            "Pour vous : %(first)s", "Pour vous, %(num)s nouvelles : %(first)s…", news.count, first=news.first
        ),
        blocks=tuple(_blocks(news)),
        action=Action(_("Voir mes alertes et ce que je suis"), link("alerts.index")),
        because=_("vous gardez des alertes, suivez des sujets ou échangez sur la plateforme"),
    )


def alert_found(to: User, user: User, news: News) -> Message:
    """What the alerts that write at once have found, in one message for all of them."""
    return Message(
        subject=ngettext(
            "Votre alerte : %(first)s",
            "Vos alertes, %(num)s nouveautés : %(first)s…",
            news.count,
            first=news.first,
        ),
        blocks=tuple(_blocks(news)),
        action=Action(_("Voir mes alertes"), link("alerts.index")),
        because=_("vous avez demandé que ces alertes vous écrivent tout de suite"),
    )


def _blocks(news: News) -> Iterator[Block]:
    for heading, lines in news.sections:
        yield heading
        yield Links(lines)
    if news.left_out:
        yield more_words(news.left_out)
    if news.by_meaning:
        yield _(
            "Pour une alerte par mots, un traitement automatique rapproche vos mots des textes publiés. Personne n’a choisi pour vous, et vous seul le voyez."
        )
        yield Links(((_("Comment les textes sont rapprochés"), link("pages.transparency")),))
