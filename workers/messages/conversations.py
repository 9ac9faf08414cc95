"""Messages about conversations. What people wrote to each other is read on its page: a mail box is no place for it."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from models.activity import Activity
from models.conversation import Conversation
from models.conversation_message import ConversationMessage
from models.text import canon_line
from models.user import User
from workers.messages.message import Action, Message, Quote, link, of_the, reason_of, some, the


def message_new(to: User, conversation: Conversation, activity: Activity) -> Message:
    side = conversation.side_of(to)
    other = conversation.demand if side is conversation.counterpart else conversation.counterpart
    count = max(1, conversation.unread_by(to))
    name, subject = the(other), canon_line(conversation.subject) or _("sans titre")
    return Message(
        subject=_("Un message %(of)s : %(subject)s", of=of_the(other), subject=subject),
        blocks=some(
            ngettext(
                "Un message %(of)s vous attend, à propos de « %(subject)s ».",
                "%(num)s messages %(of)s vous attendent, à propos de « %(subject)s ».",
                count,
                of=of_the(other),
                subject=subject,
            ),
            _("Répondez sur la page : une réponse à ce courriel n’arriverait à personne."),
            _(
                "Le besoin est encore ouvert : ce qui est utile à tous doit passer par une réponse publique, pas par cette conversation."
            )
            if conversation.is_about_an_open_need
            else None,
            _(
                "Nous ne vous écrirons plus à propos de cette conversation tant que vous ne l’aurez pas ouverte."
            ),
        ),
        action=Action(_("Lire et répondre"), link("conversations.show", conversation_id=conversation.id)),
        because=_("vous prenez part à une conversation avec %(name)s", name=name),
    )


def message_reported(to: User, message: ConversationMessage, activity: Activity) -> Message:
    return Message(
        subject=_("Un message signalé : n° %(number)s", number=message.id),
        blocks=some(
            _(
                "Le message n° %(number)s, écrit par %(name)s, est signalé. La raison donnée :",
                number=message.id,
                name=canon_line(message.author.name),
            ),
            Quote(reason_of(activity)),
            _(
                "Vous pouvez le retirer. Ses mots ne vous sont pas montrés : demandez à qui l’a signalé s’il faut les connaître."
            ),
        ),
        action=Action(_("Décider"), link("conversations.redact", message_id=message.id)),
        because=_("vous êtes administrateur de la plateforme"),
    )
