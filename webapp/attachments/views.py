"""One page for each owner's documents, the document itself, and taking it away."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from models import Attachment, Need, Response, Solution, db
from models.attachment import LARGEST, MB, MOST
from webapp import uploads
from webapp.acting import me
from webapp.asking import ask_once, told, who_will_be_told
from webapp.attachments import queries
from webapp.attachments.forms import AskOnceForm, DocumentsForm, ResponseDocumentsForm
from webapp.links import address_of
from webapp.permissions import loaded
from webapp.reading import note_opening
from workers.queue import ring

blueprint = Blueprint("attachments", __name__)
for name in ("of_need", "of_solution", "of_response"):
    uploads.takes_files(f"attachments.{name}")


@blueprint.record_once
def _offer_to_templates(state: Any) -> None:
    state.app.jinja_env.globals.update(
        documents_of=queries.documents_of, may_change_documents=queries.may_change
    )


@blueprint.route("/besoins/<int:need_id>/documents", methods=["GET", "POST"])
def of_need(need_id: int) -> Any:
    return _documents(loaded(Need), DocumentsForm())


@blueprint.route("/solutions/<int:solution_id>/documents", methods=["GET", "POST"])
def of_solution(solution_id: int) -> Any:
    return _documents(loaded(Solution), DocumentsForm())


@blueprint.route("/reponses/<int:response_id>/documents", methods=["GET", "POST"])
def of_response(response_id: int) -> Any:
    return _documents(loaded(Response), ResponseDocumentsForm())


@blueprint.get("/pieces/<int:attachment_id>/<name>")
def download(attachment_id: int, name: str) -> Any:
    """Always as a file to keep, never shown in a page of ours: whatever it holds, it acts on nothing here."""
    attachment = loaded(Attachment)
    if attachment.owner_type == "response":
        note_opening(attachment.owner)
    answer = send_file(
        uploads.file_store().path_of(attachment.store_key),
        mimetype=attachment.media_type,
        as_attachment=True,
        download_name=attachment.name,
        etag=False,
        max_age=0,
    )
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


@blueprint.route("/pieces/<int:attachment_id>/retirer", methods=["GET", "POST"])
def remove(attachment_id: int) -> Any:
    attachment, form = loaded(Attachment), AskOnceForm()
    owner = attachment.owner
    if form.validate_on_submit():
        attachment.remove(by=me())
        for bell in ("sweep_files", "deliver_notifications"):
            ring(bell)
        db.session.commit()
        flash(_("Document retiré."), "success")
        return redirect(_address(owner), 303)
    return _ask_to_remove(attachment, owner, form)


def _documents(owner: Any, form: DocumentsForm) -> Any:
    """The page of an owner's documents; a POST joins the chosen files."""
    if form.validate_on_submit() and (files := form.sent()):
        return _join(owner, form, files)
    return _page(owner, form)


def _join(owner: Any, form: DocumentsForm, files: list[Any]) -> Any:
    """Keep the good ones, say what is wrong with the others."""
    kept, wrong = uploads.receive(files)
    db.session.refresh(owner, with_for_update=True)
    confidential = bool("confidential" in form and form["confidential"].data)
    joined, refused = Attachment.join(
        owner, by=me(), organization=owner.organization, files=kept, confidential=confidential
    )
    for bell in ("check_attachments", "deliver_notifications"):
        ring(bell)
    db.session.commit()
    uploads.forget(kept, but=[one.store_key for one in joined])
    for error in (*wrong, *refused):
        form.complain(error.problems)
    if not form.errors:
        flash(_said(len(joined)), "success")
        return redirect(_address(owner), 303)
    return _page(owner, form, joined=len(joined))


def _said(count: int) -> str:
    if not count:
        return _("Ces documents sont déjà joints.")
    return ngettext(
        "Document joint. Il est vérifié, puis lisible.",
        "%(num)s documents joints. Ils sont vérifiés, puis lisibles.",
        count,
    )


def _page(owner: Any, form: DocumentsForm, *, joined: int = 0) -> Any:
    told_if_public = ""
    if isinstance(owner, Need) and owner.status == "published":
        told_if_public = who_will_be_told(told(owner, "amend"))
    page = render_template(
        "attachments/documents.html",
        owner=owner,
        form=form,
        back=address_of(owner),
        joined=_said(joined) if joined else "",
        told=told_if_public,
        most=MOST[owner.subject_type],
        largest=LARGEST // MB,
    )
    return page, 422 if form.errors else 200


def _ask_to_remove(attachment: Attachment, owner: Any, form: AskOnceForm) -> Any:
    then = _("Personne ne pourra plus l’ouvrir ; la trace de son envoi reste au journal.")
    page, code = ask_once(
        form, attachment, "remove", title=_("Retirer ce document ?"), then=then, button=_("Retirer le document"),
        name=attachment.name, back=_address(owner), grave=True,
    )  # fmt: skip
    return page, code


def _address(owner: Any) -> str:
    kind = owner.subject_type
    return url_for(f"attachments.of_{kind}", **{f"{kind}_id": owner.id})
