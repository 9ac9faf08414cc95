"""The one message about a joined document: it was not let through. That it was is no news."""

from __future__ import annotations

from flask_babel import gettext as _

from models.activity import Activity
from models.attachment import Attachment
from models.text import canon_line
from models.user import User
from workers.messages.message import Action, Message, day, link
from workers.messages.words import VERDICTS


def attachment_refused(to: User, attachment: Attachment, activity: Activity) -> Message:
    name = canon_line(attachment.name)
    return Message(
        subject=_("Un document n’est pas accepté : %(name)s", name=name),
        blocks=(
            _(
                "Le document « %(name)s », joint le %(day)s, n’est pas accepté : %(reason)s.",
                name=name,
                day=day(attachment.created_at),
                reason=str(VERDICTS[attachment.verdict or "unreadable"]),
            ),
            _(
                "Personne ne peut l’ouvrir, et nous ne le gardons pas. Vos autres documents et votre texte sont intacts."
            ),
            _("Le plus sûr est de l’enregistrer en PDF, sans mot de passe, puis de le joindre à nouveau."),
        ),
        action=Action(_("Joindre un autre document"), _page_of(attachment)),
        because=_("vous avez joint ce document"),
    )


def _page_of(attachment: Attachment) -> str:
    kind = attachment.owner_type
    if kind == "message":
        return link("conversations.index")
    return link(f"attachments.of_{kind}", **{f"{kind}_id": attachment.owner_id})
