"""Messages about a call: it opens, it lasts longer, it is withdrawn, a draft written for it is not finished."""

from __future__ import annotations

from flask_babel import gettext as _

from models.activity import Activity
from models.open_call import OpenCall
from models.user import User
from workers.messages.message import Action, Message, Quote, day, link, reason_of, some, title


def call_opened(to: User, call: OpenCall, activity: Activity) -> Message:
    return Message(
        subject=_("L’appel est ouvert : %(title)s", title=title(call)),
        blocks=some(
            _("L’appel « %(title)s » que vous suivez est ouvert jusqu’au %(day)s à 23 h 59.", title=title(call), day=day(call.closes_on)),
            _nothing_awarded(),
        ),
        action=Action(_("Lire l’appel"), _page(call)),
        because=_("vous suivez cet appel"),
    )  # fmt: skip


def call_extended(to: User, call: OpenCall, activity: Activity) -> Message:
    return Message(
        subject=_("Plus de temps : %(title)s", title=title(call)),
        blocks=(
            _("L’appel « %(title)s » dure plus longtemps : jusqu’au %(day)s à 23 h 59.", title=title(call), day=day(call.closes_on)),
            _("Chacun l’apprend au même moment."),
        ),
        action=Action(_("Lire l’appel"), _page(call)),
        because=_("vous suivez cet appel, ou que vous écrivez pour lui"),
    )  # fmt: skip


def call_withdrawn(to: User, call: OpenCall, activity: Activity) -> Message:
    return Message(
        subject=_("Retiré : l’appel « %(title)s »", title=title(call)),
        blocks=(
            _("L’appel « %(title)s » est retiré avant son dernier jour.", title=title(call)),
            Quote(reason_of(activity)),
            _("Ce qui y est publié reste en ligne. Un brouillon écrit pour lui reste à vous et peut être publié hors de l’appel."),
        ),
        action=Action(_("Lire sa page"), _page(call)),
        because=_("vous suivez cet appel, ou que vous avez écrit pour lui"),
    )  # fmt: skip


def call_deadline(to: User, call: OpenCall, activity: Activity | None) -> Message:
    return Message(
        subject=_("Votre brouillon et l’appel « %(title)s »", title=title(call)),
        blocks=(
            _("L’appel « %(title)s » se termine le %(day)s à 23 h 59. Vous avez un brouillon écrit pour lui.", title=title(call), day=day(call.closes_on)),
            _("Passé ce jour, votre texte reste à vous et peut être publié à tout moment, hors de l’appel."),
        ),
        action=Action(_("Reprendre mon brouillon"), link("spaces.home")),
        because=_("vous écrivez pour cet appel"),
    )  # fmt: skip


def _nothing_awarded() -> str:
    return _("C’est une invitation à écrire, pas un concours : rien n’y est attribué.")


def _page(call: OpenCall) -> str:
    return link("open_calls.show", open_call_id=call.id, slug=call.slug)
