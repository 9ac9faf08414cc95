"""Sample values for the style guide (/composants): one of each state that a macro can show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    RadioField,
    SelectChoice,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length

from models.calendar import today_in_paris


class SampleForm(FlaskForm):
    """Every kind of field, two of them wrong."""

    title = StringField("Le problème en une phrase", validators=[DataRequired(), Length(max=120)])
    irritant = TextAreaField("Ce qui ne va pas aujourd’hui", validators=[DataRequired(), Length(max=4000)])
    email = EmailField("Adresse électronique", validators=[DataRequired()])
    closes_on = DateField("Réponses jusqu’au")
    themes = SelectMultipleField(
        "Thèmes",
        choices=[
            SelectChoice("mobility", "Mobilités et stationnement"),
            SelectChoice("public_space", "Espace public, propreté et éclairage"),
            SelectChoice("circular_waste", "Économie circulaire et déchets"),
            SelectChoice("inclusion", "Inclusion numérique et accès aux droits"),
        ],
        validators=[DataRequired()],
    )
    intent = RadioField(
        "Ce que vous cherchez",
        choices=[
            SelectChoice("sourcing", "Savoir ce qui existe"),
            SelectChoice("experiment", "Expérimenter"),
            SelectChoice("purchase", "Acheter"),
        ],
        default="sourcing",
    )
    help_wanted = BooleanField("Je souhaite l’aide de l’équipe de la Métropole")


def everything() -> dict[str, Any]:
    """The template's context: form, needs, solution, organization, match, stages, pagination."""
    form = SampleForm(formdata=None, meta={"csrf": False}, title="Corbeilles", themes=["circular_waste"])
    form.irritant.errors = ["Dites en quelques phrases ce qui ne va pas (100 signes au moins)."]
    form.themes.errors = ["Choisissez un à trois thèmes."]
    town = SimpleNamespace(
        id=1, slug="bagnolet", display_name="Ville de Bagnolet", kind="commune", description=""
    )
    company = SimpleNamespace(
        id=2,
        slug="sondes",
        display_name="Sondes & Cie",
        kind="startup",
        description="Douze personnes à Pantin, des capteurs pour les services techniques des villes.",
    )
    needs = [
        _need(town, days, status) for days, status in ((24, "published"), (5, "published"), (-3, "closed"))
    ]
    solution = SimpleNamespace(
        id=1,
        slug="sondes",
        title="Sondes à ultrasons pour conteneurs enterrés et aériens",
        organization=company,
        pitch="Capteur de niveau de remplissage IP67, portée 255 cm, température et basculement.",
        problem_solved="Capteur à quatre transducteurs. Autonomie 8 à 10 ans à 4 messages par jour. Fixation en cinq minutes.",
        how_it_works="",
        themes=["circular_waste"],
        maturity="M8",
        price_from_cents=900000,
        status="published",
        __tablename__="solution",
    )
    return {
        "form": form,
        "needs": needs,
        "solution": solution,
        "organization": company,
        "match": _match(),
        "stages": [
            ("Déposé", "12 novembre", "past"),
            ("Validé par la ville", "13 novembre", "past"),
            ("Publié", "14 novembre", "past"),
            ("Mises en relation", "8 à relire", "now"),
            ("Réponses", "jusqu’au 4 décembre", "next"),
            ("Conclu", "", "next"),
        ],
        "pagination": SimpleNamespace(page=2, pages=7, has_prev=True, has_next=True, total=80),
        "in_a_minute": (datetime.now(UTC) + timedelta(seconds=60)).isoformat(),
        "counts": {
            "75056": 6,
            "93006": 1,
            "93066": 4,
            "94028": 2,
            "92050": 3,
            "92064": 1,
            "93053": 2,
            "93001": 5,
        },
    }


def _need(town: SimpleNamespace, days: int, status: str) -> SimpleNamespace:
    return SimpleNamespace(
        id=1,
        slug="tournees",
        title="Tournées de corbeilles faites à l’aveugle",
        organization=town,
        status=status,
        __tablename__="need",
        published_at=datetime.now(UTC) - timedelta(days=8),
        irritant="640 corbeilles de rue, vidées toutes au même rythme parce que le circuit a été dessiné en 2008. Près du métro, "
        "elles débordent dès 17 h ; ailleurs, l’équipe ouvre des sacs avec deux papiers dedans.",
        expected_outcome="Passer là où c’est plein et pas ailleurs, et libérer du temps d’équipe pour le reste.",
        themes=["circular_waste"],
        closes_on=today_in_paris() + timedelta(days=days),
        days_left=days,
    )


def _match() -> SimpleNamespace:
    return SimpleNamespace(
        score=0.83,
        closeness="very_close",
        rank=1,
        encoder_version="static-fr-1a2b3c4d",
        ranking_version="zsum-2",
        reasons=[
            {
                "kind": "sentences",
                "asked": "Passer là où c’est plein et pas ailleurs, et libérer du temps d’équipe pour le reste.",
                "found": "Capteur de niveau de remplissage IP67, portée 255 cm, température et basculement.",
                "similarity": 0.61,
            },
            {"kind": "terms", "terms": ["corbeilles", "remplissage", "débordement"]},
            {
                "kind": "close_terms",
                "pairs": [{"asked": "plein", "found": "remplissage", "similarity": 0.48}],
            },
            {"kind": "themes", "themes": ["circular_waste"]},
            {"kind": "fits", "condition": "maturity", "maturity": 8, "maturity_min": 7, "maturity_max": None},
            {"kind": "unknown", "condition": "territories", "shared": [], "asked": ["street"], "offered": []},
            {
                "kind": "contradicts",
                "condition": "budget",
                "price_from_cents": 900000,
                "price_to_cents": None,
                "budget_max_cents": 800000,
            },
        ],
    )
