"""The messages that a person was sent, each as one short sentence and the page of what it speaks of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models import Match, Membership, Need, Notification, Organization, Response, Solution, db
from webapp.links import address_of
from webapp.permissions import can

#: kind (models/*_lifecycle.py, workers/messages/) → what it told. A test keeps the list complete.
SENTENCES: dict[str, Any] = {
    "confirm_email": _l("Confirmez votre adresse"),
    "reset_password": _l("Un lien pour choisir un autre mot de passe"),
    "already_registered": _l("Votre adresse a déjà un compte"),
    "membership_requested": _l("Une personne demande à rejoindre votre organisation"),
    "membership_accepted": _l("Vous êtes membre de l’organisation"),
    "membership_refused": _l("Votre demande n’a pas été acceptée"),
    "organization_pending": _l("Votre organisation est en cours de vérification"),
    "organization_to_verify": _l("Une organisation est à vérifier"),
    "organization_verified": _l("Votre organisation est vérifiée"),
    "organization_suspended": _l("Votre organisation est suspendue"),
    "organization_reinstated": _l("Votre organisation est rétablie"),
    "organization_archived": _l("Votre organisation est fermée"),
    "need_help_asked": _l("Une commune demande de l’aide pour écrire"),
    "need_help_offered": _l("L’équipe vous aide à écrire"),
    "need_to_validate": _l("Un besoin attend votre validation"),
    "need_sent_back": _l("Votre besoin vous est renvoyé pour être repris"),
    "need_in_review": _l("Un besoin est à relire"),
    "need_changes_requested": _l("L’équipe demande des changements"),
    "need_draft_reminder": _l("Votre brouillon vous attend"),
    "need_published": _l("Votre besoin est publié"),
    "need_amended": _l("Un besoin a changé"),
    "need_extended": _l("L’échéance d’un besoin recule"),
    "need_withdrawn": _l("Un besoin est retiré"),
    "need_closed": _l("Votre besoin est clos : les réponses sont à lire"),
    "need_closed_respondent": _l("Le besoin auquel vous avez répondu est clos"),
    "need_dialogue_opened": _l("La commune ouvre le dialogue"),
    "need_concluded": _l("Le besoin auquel vous avez répondu est conclu"),
    "need_feedback_asked": _l("Que devient votre besoin ?"),
    "match_for_supplier": _l("Un besoin peut vous intéresser"),
    "match_for_buyer": _l("Des solutions vous sont présentées"),
    "match_reminder": _l("Une mise en relation attend votre réponse"),
    "match_declined": _l("Une mise en relation est déclinée"),
    "solution_in_review": _l("Une solution est à relire"),
    "solution_changes_requested": _l("L’équipe demande des changements sur une solution"),
    "solution_published": _l("Votre solution est en ligne"),
    "solution_changes_accepted": _l("Vos modifications sont en ligne"),
    "solution_stale": _l("Votre solution est à confirmer"),
    "solution_suspended": _l("Votre solution est suspendue"),
    "solution_reinstated": _l("Votre solution est de nouveau en ligne"),
    "solution_draft_reminder": _l("Votre brouillon de solution vous attend"),
    "response_receipt": _l("Votre réponse est bien arrivée"),
    "response_received": _l("Une réponse est arrivée"),
    "response_withdrawn": _l("Une réponse est retirée"),
    "response_clarification": _l("La commune vous demande une précision"),
    "response_clarified": _l("L’entreprise a précisé sa réponse"),
    "response_shortlisted": _l("Votre réponse est présélectionnée"),
    "response_retained": _l("Votre réponse est retenue"),
    "response_not_retained": _l("Votre réponse n’est pas retenue : voici pourquoi"),
    "response_draft_reminder": _l("Votre réponse n’est pas encore envoyée"),
}
#: What each kind of thing needs to be shown and to be judged by permissions, read in one query each.
_READ: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "need": (Need, (joinedload(Need.organization),)),
    "solution": (Solution, (joinedload(Solution.organization),)),
    "match": (
        Match,
        (
            joinedload(Match.need).joinedload(Need.organization),
            joinedload(Match.solution).joinedload(Solution.organization),
        ),
    ),
    "response": (
        Response,
        (joinedload(Response.organization), joinedload(Response.need).joinedload(Need.organization)),
    ),
    "organization": (Organization, ()),
    "membership": (Membership, (joinedload(Membership.organization),)),
}


def sentence_of(kind: str) -> str:
    return str(SENTENCES.get(kind, _l("Un message de la plateforme")))


def subjects_of(notifications: Iterable[Notification]) -> dict[tuple[str, int], tuple[str, str | None]]:
    """(kind of thing, number) → its title and its address; no address for what may not be read (any more)."""
    numbers: dict[str, set[int]] = {}
    for notification in notifications:
        numbers.setdefault(notification.subject_type, set()).add(notification.subject_id)
    found: dict[tuple[str, int], tuple[str, str | None]] = {}
    for kind in numbers.keys() & _READ.keys():
        model, options = _READ[kind]
        for thing in db.session.scalars(select(model).where(model.id.in_(numbers[kind])).options(*options)):
            found[kind, thing.id] = (_title(thing), _address(kind, thing))
    return found


def _title(thing: Any) -> str:
    match thing:
        case Match() | Response():
            return str(thing.need.title)
        case Membership():
            return str(thing.organization.display_name)
        case Organization():
            return thing.display_name
    return str(thing.title)


def _address(kind: str, thing: Any) -> str | None:
    if isinstance(thing, Membership):
        return address_of(thing) if can("organization.see_members", thing.organization) else None
    return address_of(thing) if can(f"{kind}.view", thing) else None
