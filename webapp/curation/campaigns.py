"""Letters to companies that nobody has joined: written, started, followed, reminded once, stopped. Only by a person."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from models import Campaign, CompanyInvitation, db
from models.campaign import REMIND_AFTER
from models.database import count_rows
from webapp.acting import me
from webapp.curation.aim import canon_aim, names_of
from webapp.curation.forms import CampaignForm
from webapp.curation.views import blueprint
from webapp.languages import said
from webapp.permissions import loaded
from webapp.search.queries import paginate
from workers.queue import ring

PER_PAGE = 25


@blueprint.get("/curation/campagnes")
def campaigns() -> str:
    query = select(Campaign).options(joinedload(Campaign.made_by)).order_by(Campaign.id.desc())
    return render_template("curation/campaigns.html", page=paginate(query, per_page=10))


@blueprint.route("/curation/campagnes/nouvelle", methods=["GET", "POST"])
def new_campaign() -> Any:
    form, made = CampaignForm(), []
    if form.validate_on_submit() and form.obeys(lambda: made.append(_draft(form))):
        db.session.commit()
        return redirect(url_for("curation.campaign", campaign_id=made[0].id), 303)
    return render_template("curation/new_campaign.html", form=form), 422 if form.errors else 200


def _draft(form: CampaignForm) -> Campaign:
    naf, places = canon_aim(form.naf.data or "", form.places.data or "")
    return Campaign.draft(by=me(), naf=naf, places=places, **form.chosen("title", "text"))


@blueprint.get("/curation/campagnes/<int:campaign_id>")
def campaign(campaign_id: int) -> str:
    campaign = loaded(Campaign)
    letters = _letters(campaign)
    return render_template(
        "curation/campaign.html",
        campaign=campaign,
        places=names_of(campaign.places),
        readers=count_rows(campaign.unwritten()),
        aimed=count_rows(campaign.aimed_at()),
        page=paginate(letters, per_page=PER_PAGE),
        fates=Counter(letter.fate for letter in db.session.scalars(letters)),
        remind_from=campaign.started_at + REMIND_AFTER if campaign.started_at else None,
    )


def _letters(campaign: Campaign) -> Select[CompanyInvitation]:
    mine = select(CompanyInvitation).where(CompanyInvitation.campaign_id == campaign.id)
    return mine.options(joinedload(CompanyInvitation.organization)).order_by(CompanyInvitation.id)


@blueprint.post("/curation/campagnes/<int:campaign_id>/lancer")
def start_campaign(campaign_id: int) -> Any:
    loaded(Campaign).start(by=me())
    return _after(campaign_id, _("La campagne est lancée : les lettres partent une à une."))


@blueprint.post("/curation/campagnes/<int:campaign_id>/relancer")
def remind_campaign(campaign_id: int) -> Any:
    loaded(Campaign).remind(by=me())
    return _after(campaign_id, _("La relance part. Il n’y en aura pas d’autre."))


@blueprint.post("/curation/campagnes/<int:campaign_id>/arreter")
def stop_campaign(campaign_id: int) -> Any:
    loaded(Campaign).stop(by=me())
    return _after(campaign_id, _("Campagne arrêtée : ce qui n’est pas parti ne partira pas."))


def _after(campaign_id: int, sentence: str) -> Any:
    ring("write_campaigns")
    db.session.commit()
    flash(said(sentence), "success")
    return redirect(url_for("curation.campaign", campaign_id=campaign_id), 303)
