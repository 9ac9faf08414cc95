"""The life of an attached document as data: checked before anybody opens it, never changed, sometimes taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.lifecycle import Lifecycle, Move, Owed
from models.user import User

if TYPE_CHECKING:
    from models.attachment import Attachment

#: What the check may say against a file; its sentence is in webapp/labels and workers/messages/words.
VERDICTS = (
    "not_what_it_says",
    "active",
    "file_inside",
    "locked",
    "two_in_one",
    "too_large_inside",
    "too_many_pages",
    "unreadable",
    "virus",
    "lost",
    "too_late",
)


def uploader(attachment: Attachment) -> list[User]:
    return [attachment.uploader]


LIFECYCLE = Lifecycle(
    ("quarantined", "clean", "refused", "removed"),
    (
        Move("accept", ("quarantined",), "clean", "system", stamps="checked_at"),
        Move(
            "refuse",
            ("quarantined",),
            "refused",
            "system",
            owes=(Owed("attachment_refused", uploader),),
            stamps="checked_at",
        ),
        Move("remove", ("quarantined", "clean", "refused"), "removed", "contributor", stamps="removed_at"),
    ),
    {
        "quarantined": "ce document est en cours de vérification",
        "clean": "ce document est vérifié",
        "refused": "ce document n’est pas accepté",
        "removed": "ce document a été retiré",
    },
)
