"""What two sides write to each other, and documents joined: to a message, to a response that is being written."""

from __future__ import annotations

import io

from flask import current_app
from sqlalchemy import select

from models import Attachment, Conversation, Need, Response, db
from models.attachment import LARGEST
from models.file_store import FileStore, Received
from webapp.demonstration.cast import Cast


def write_all(cast: Cast) -> None:
    """The commune asks, the company answers with a document; another waits in its draft. The workers check both."""
    asked = _response(cast, "N025", "S012")
    commune, company = cast.validator(asked.need.organization), asked.author
    conversation = Conversation.open(asked, by=commune)
    conversation.write(
        by=commune,
        body="Bonjour,\n\nPourriez-vous nous montrer l’outil à l’accueil de la mairie, un matin de la semaine prochaine ? "
        "Deux agents y assisteraient.",
    )
    conversation.write(
        by=company,
        body="Bonjour,\n\nMardi à 10 h nous convient. Vous trouverez ci-joint le déroulé de la démonstration : comptez "
        "quarante minutes, et une prise de courant.",
        files=[
            (
                "Déroulé de la démonstration.pdf",
                _page("Déroulé de la démonstration", "40 minutes à l’accueil."),
            )
        ],
    )
    draft = _response(cast, "N139", "S012")
    sheet = _page("Fiche technique", "Données hébergées en France.")
    Attachment.join(
        draft, by=draft.author, organization=draft.organization, files=[("Fiche technique.pdf", sheet)]
    )


def _response(cast: Cast, need: str, solution: str) -> Response:
    company = cast.solutions[solution].organization
    query = (
        select(Response)
        .join(Need)
        .where(Need.id == cast.needs[need].id, Response.organization_id == company.id)
    )
    return db.session.scalars(query).one()


def _page(title: str, words: str) -> Received:
    """A page of a PDF, kept as an upload would be. Loaded here: only the preparation draws."""
    from reportlab.pdfgen.canvas import Canvas

    written = io.BytesIO()
    canvas = Canvas(written, invariant=1)
    canvas.setTitle(title)
    for height, size, line in (
        (760, 20, title),
        (720, 12, words),
        (60, 9, "Document d’essai : une démonstration."),
    ):
        canvas.setFont("Helvetica", size)
        canvas.drawString(72, height, line)
    canvas.save()
    written.seek(0)
    return FileStore(current_app.config["SETTINGS"].files_dir).keep(written, most=LARGEST)
