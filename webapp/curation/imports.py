"""Files of companies: receive, show what they hold, write them or not, take the refused rows away."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models import ImportRun, db
from models.text import canon_line
from webapp.acting import me
from webapp.curation.aim import canon_aim, names_of
from webapp.curation.forms import ImportForm
from webapp.curation.views import blueprint
from webapp.labels import label
from webapp.permissions import loaded
from webapp.search.queries import paginate
from webapp.tables import csv_answer
from webapp.uploads import takes_files
from workers.queue import ring

#: Refused rows shown on the page; the file has them all.
SHOWN = 25
takes_files("curation.imports")


@blueprint.route("/curation/entreprises/fichiers", methods=["GET", "POST"])
def imports() -> Any:
    form, received = ImportForm(), []
    if form.validate_on_submit() and form.obeys(lambda: received.append(_receive(form))):
        ring("run_imports")
        db.session.commit()
        return redirect(url_for("curation.import_run", import_run_id=received[0].id), 303)
    runs = select(ImportRun).options(joinedload(ImportRun.by)).order_by(ImportRun.id.desc())
    page = paginate(runs, per_page=10)
    return render_template("curation/imports.html", form=form, page=page), 422 if form.errors else 200


def _receive(form: ImportForm) -> ImportRun:
    naf, places = canon_aim(form.naf.data or "", form.places.data or "")
    name = canon_line(form.file.data.filename or "")
    return ImportRun.receive(form.file.data.read(), file_name=name, naf=naf, places=places, by=me())


@blueprint.get("/curation/entreprises/fichiers/<int:import_run_id>")
def import_run(import_run_id: int) -> str:
    run = loaded(ImportRun)
    refused = run.read_report()
    return render_template(
        "curation/import_run.html",
        run=run,
        reasons=Counter(row.reason for row in refused).most_common(),
        refused=refused[:SHOWN],
        places=names_of(run.places),
        before=db.session.scalars(run.same_before()).first(),
    )


@blueprint.post("/curation/entreprises/fichiers/<int:import_run_id>/importer")
def start_import(import_run_id: int) -> Any:
    loaded(ImportRun).start(by=me())
    ring("run_imports")
    db.session.commit()
    flash(_("L’importation commence. Vous pouvez quitter cette page."), "success")
    return redirect(url_for("curation.import_run", import_run_id=import_run_id), 303)


@blueprint.post("/curation/entreprises/fichiers/<int:import_run_id>/abandonner")
def drop_import(import_run_id: int) -> Any:
    loaded(ImportRun).drop(by=me())
    db.session.commit()
    flash(_("Fichier abandonné : rien n’a été écrit, il est effacé."), "success")
    return redirect(url_for("curation.imports"), 303)


@blueprint.get("/curation/entreprises/fichiers/<int:import_run_id>/refus.csv")
def refused_rows(import_run_id: int) -> Response:
    rows: list[list[Any]] = [[_("Ligne"), _("SIRET"), _("Raison"), _("Extrait")]]
    rows += [
        [row.line, row.siret, label("import_run.reason", row.reason), row.excerpt]
        for row in loaded(ImportRun).read_report()
    ]
    return csv_answer(rows, f"lignes-refusees-{import_run_id}.csv")
