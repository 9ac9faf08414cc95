"""The desk's pages of reports: begun, its opinion written, frozen by a person, taken away, put right by another one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from models import Report, db
from webapp.acting import me
from webapp.pdf import pdf_answer
from webapp.permissions import loaded
from webapp.reports.contents import Section, sections_of
from webapp.reports.files import blocks_of, lines_of, sheets_of, title_of
from webapp.reports.forms import OpinionForm, PeriodForm, period_name
from webapp.saving import saved_or_why
from webapp.search.queries import paginate
from webapp.tables import csv_answer
from webapp.workbooks import xlsx_answer

blueprint = Blueprint("reports", __name__)
blueprint.app_template_filter()(period_name)
PER_PAGE = 20


@blueprint.get("/curation/rapports")
def index() -> str:
    return render_template("reports/index.html", page=paginate(Report.listed(), per_page=PER_PAGE))


@blueprint.route("/curation/rapports/nouveau", methods=["GET", "POST"])
def create() -> Any:
    form, made = PeriodForm.begun(), []
    if form.validate_on_submit() and form.obeys(
        lambda: made.append(Report.draft(period=form.period, by=me()))
    ):
        db.session.commit()
        return _to(made[0])
    return render_template("reports/create.html", form=form), 422 if form.errors else 200


@blueprint.get("/curation/rapports/<int:report_id>")
def show(report_id: int) -> str:
    report = loaded(Report)
    return _page(report, OpinionForm(formdata=None, opinion=report.opinion))


@blueprint.post("/curation/rapports/<int:report_id>/avis")
def write(report_id: int) -> Any:
    """Keeps the opinion, and freezes where that button was pressed: what was typed is never lost by it."""
    report, form = loaded(Report), OpinionForm()
    if not form.validate_on_submit() or not form.obeys(lambda: _keep(report, form)):
        return _page(report, form), 422
    flash(
        _("Rapport figé : il ne changera plus.") if report.status == "frozen" else _("Avis enregistré."),
        "success",
    )
    return _to(report)


@blueprint.post("/curation/rapports/<int:report_id>/brouillon")
def autosave(report_id: int) -> Any:
    """Keep what is typed, finished or not. Answers with the hour, or with why it was not kept (422)."""
    report, form = loaded(Report), OpinionForm()
    if form.validate():
        report.write(by=me(), opinion=form.opinion.data or "")
        db.session.commit()
    return saved_or_why(form)


def _keep(report: Report, form: OpinionForm) -> None:
    report.write(by=me(), opinion=form.opinion.data or "")
    db.session.commit()
    if "freeze" in request.form:
        report.freeze(by=me(), contents=sections_of(report.period))
        db.session.commit()


@blueprint.post("/curation/rapports/<int:report_id>/supprimer")
def discard(report_id: int) -> Any:
    loaded(Report).discard(by=me())
    db.session.commit()
    flash(_("Projet de rapport supprimé."), "success")
    return redirect(url_for("reports.index"), 303)


@blueprint.post("/curation/rapports/<int:report_id>/refaire")
def redo(report_id: int) -> Any:
    again = loaded(Report).redo(by=me())
    db.session.commit()
    flash(_("Voici un nouveau projet : il remplacera l’ancien une fois figé."), "success")
    return _to(again)


@blueprint.get("/curation/rapports/<int:report_id>/rapport.pdf")
def as_pdf(report_id: int) -> Response:
    report = _frozen()
    return pdf_answer(title_of(report), blocks_of(report), _name(report, "pdf"))


@blueprint.get("/curation/rapports/<int:report_id>/rapport.csv")
def as_csv(report_id: int) -> Response:
    report = _frozen()
    return csv_answer(lines_of(report), _name(report, "csv"))


@blueprint.get("/curation/rapports/<int:report_id>/rapport.xlsx")
def as_xlsx(report_id: int) -> Response:
    report = _frozen()
    return xlsx_answer(sheets_of(report), _name(report, "xlsx"))


def _frozen() -> Report:
    """A draft has no copy to take away: its figures would be others tomorrow."""
    report = loaded(Report)
    return report if report.status == "frozen" else abort(404)


def _page(report: Report, form: OpinionForm) -> str:
    """One section at a time: all of them would be a very long page."""
    sections: list[Section] = report.contents or sections_of(report.period)
    asked = request.args.get("partie", "")
    return render_template(
        "reports/show.html",
        report=report,
        form=form,
        sections=sections,
        section=next((one for one in sections if one["code"] == asked), sections[0]),
        successor=db.session.scalar(report.successors().limit(1)),
    )


def _to(report: Report) -> Any:
    return redirect(url_for("reports.show", report_id=report.id), 303)


def _name(report: Report, ending: str) -> str:
    return f"rapport-{report.first_on}-{report.last_on}-{report.id}.{ending}"
