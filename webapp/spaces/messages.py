"""The messages that a person was sent, each as one short sentence and the page of what it speaks of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models import (
    Attachment,
    ConsortiumMember,
    Conversation,
    ConversationMessage,
    Event,
    Interest,
    Invitation,
    Match,
    Membership,
    Need,
    Notification,
    OpenCall,
    Organization,
    Question,
    Reference,
    Registration,
    Response,
    Shortlist,
    Solution,
    db,
)
from models.need_columns import publicly_changed
from webapp.filters import uncapitalised
from webapp.links import address_of
from webapp.needs.stages import FIELD_NAMES
from webapp.permissions import can

#: kind (models/*_lifecycle.py, workers/messages/) → what it told. A test keeps the list complete.
SENTENCES: dict[str, Any] = {
    "confirm_email": _l("Confirmez votre adresse"),
    "reset_password": _l("Un lien pour choisir un autre mot de passe"),
    "already_registered": _l("Votre adresse a déjà un compte"),
    "identity_linked": _l("ProConnect est lié à votre compte"),
    "membership_requested": _l("Une personne demande à rejoindre votre organisation"),
    "membership_accepted": _l("Vous êtes membre de l’organisation"),
    "membership_refused": _l("Votre demande n’a pas été acceptée"),
    "organization_pending": _l("Votre organisation est en cours de vérification"),
    "organization_to_verify": _l("Une organisation est à vérifier"),
    "organization_verified": _l("Votre organisation est vérifiée"),
    "organization_suspended": _l("Votre organisation est suspendue"),
    "organization_reinstated": _l("Votre organisation est rétablie"),
    "charter_resign": _l("La charte a changé : elle est à signer de nouveau"),
    "charter_to_sign": _l("Un collègue attend que vous signiez la charte"),
    "organization_archived": _l("Votre organisation est fermée"),
    "organization_merged": _l("Deux organisations sont réunies"),
    "invitation_accepted": _l("Votre invitation est acceptée"),
    "invitation_declined": _l("Votre invitation est déclinée"),
    "need_help_asked": _l("Une collectivité demande de l’aide pour écrire"),
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
    "need_dialogue_opened": _l("La collectivité ouvre le dialogue"),
    "need_concluded": _l("Le besoin auquel vous avez répondu est conclu"),
    "need_closing_soon": _l("Un besoin que vous suivez ferme bientôt"),
    "need_reopened": _l("Un besoin est rouvert"),
    "need_dialogue_started_with_others": _l("La collectivité poursuit avec d’autres entreprises"),
    "need_help_assigned": _l("Un brouillon est à accompagner"),
    "need_help_invited": _l("La collectivité vous invite à écrire avec elle"),
    "need_supported": _l("Une collectivité a le même besoin"),
    "need_feedback_asked": _l("Que devient votre besoin ?"),
    "match_for_supplier": _l("Un besoin peut vous intéresser"),
    "match_for_buyer": _l("Des solutions vous sont présentées"),
    "match_reminder": _l("Une mise en relation attend votre réponse"),
    "match_declined": _l("Une mise en relation est déclinée"),
    "solution_to_send": _l("Une fiche attend que vous l’envoyiez à l’équipe"),
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
    "response_clarification": _l("La collectivité vous demande une précision"),
    "response_clarified": _l("L’entreprise a précisé sa réponse"),
    "response_shortlisted": _l("Votre réponse est présélectionnée"),
    "response_retained": _l("Votre réponse est retenue"),
    "response_not_retained": _l("Votre réponse n’est pas retenue : voici pourquoi"),
    "response_draft_reminder": _l("Votre réponse n’est pas encore envoyée"),
    "evaluation_locked": _l("L’évaluation des réponses est verrouillée"),
    "consortium_invited": _l("Une entreprise vous invite à répondre ensemble"),
    "consortium_accepted": _l("Votre partenaire accepte"),
    "consortium_refused": _l("Votre partenaire refuse"),
    "consortium_left": _l("Un partenaire quitte votre groupement"),
    "consortium_removed": _l("Vous ne répondez plus avec une autre entreprise"),
    "consortium_changed": _l("Un groupement qui vous a répondu change"),
    "digest": _l("Ce qui pouvait attendre, en un message"),
    "alert_found": _l("Vos alertes ont trouvé quelque chose"),
    "message_new": _l("Des messages vous attendent dans une conversation"),
    "message_reported": _l("Un message d’une conversation est signalé"),
    "question_received": _l("Une question est posée sur votre besoin"),
    "question_reminder": _l("Une question attend votre réponse"),
    "question_answered": _l("Des questions ont leur réponse"),
    "question_answered_privately": _l("Réponse à votre question"),
    "question_merged": _l("Votre question est réunie avec une autre"),
    "question_rejected": _l("Votre question n’aura pas de réponse : voici pourquoi"),
    "need_concluded_followed": _l("Un besoin que vous suivez est conclu"),
    "attachment_refused": _l("Un de vos documents n’est pas accepté"),
    "interest_received": _l("Une collectivité s’intéresse à votre solution"),
    "interest_reminder": _l("Une collectivité attend votre accusé de réception"),
    "interest_acknowledged": _l("L’entreprise a reçu votre demande"),
    "interest_declined": _l("L’entreprise décline votre demande"),
    "interest_expired": _l("Votre demande est restée sans réponse"),
    "interest_meeting": _l("Un rendez-vous est fixé"),
    "interest_converted": _l("La collectivité dit ce que devient sa demande"),
    "interest_stopped": _l("La collectivité ne donne pas suite à sa demande"),
    "interest_void": _l("Une demande n’a plus d’objet"),
    "unanswered_interests": _l("Des demandes sont restées sans réponse"),
    "reference_to_confirm": _l("Une entreprise vous cite en référence"),
    "reference_confirmed": _l("Une référence est confirmée"),
    "reference_contested": _l("Une référence est contestée"),
    "event_registered": _l("Votre place à un événement est gardée"),
    "event_waitlisted": _l("Vous êtes sur la liste d’attente d’un événement"),
    "event_promoted": _l("Une place s’est libérée pour vous"),
    "event_reminder": _l("Un événement vous attend bientôt"),
    "event_changed": _l("Un événement change de date, d’heure ou de lieu"),
    "event_cancelled": _l("Un événement est annulé"),
    "call_opened": _l("Un appel que vous suivez est ouvert"),
    "call_extended": _l("Un appel dure plus longtemps"),
    "call_withdrawn": _l("Un appel est retiré"),
    "call_deadline": _l("Un appel pour lequel vous écrivez se termine bientôt"),
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
    "consortium_member": (
        ConsortiumMember,
        (
            joinedload(ConsortiumMember.organization),
            joinedload(ConsortiumMember.response).joinedload(Response.need).joinedload(Need.organization),
            joinedload(ConsortiumMember.response).joinedload(Response.organization),
        ),
    ),
    "shortlist": (Shortlist, (joinedload(Shortlist.need).joinedload(Need.organization),)),
    "question": (
        Question,
        (joinedload(Question.need).joinedload(Need.organization), joinedload(Question.organization)),
    ),
    "attachment": (Attachment, ()),
    "interest": (
        Interest,
        (joinedload(Interest.organization), joinedload(Interest.solution).joinedload(Solution.organization)),
    ),
    "reference": (
        Reference,
        (
            joinedload(Reference.organization),
            joinedload(Reference.solution).joinedload(Solution.organization),
        ),
    ),
    "conversation": (Conversation, (joinedload(Conversation.demand), joinedload(Conversation.counterpart))),
    "message": (ConversationMessage, (joinedload(ConversationMessage.conversation),)),
    "organization": (Organization, ()),
    "membership": (Membership, (joinedload(Membership.organization),)),
    "invitation": (Invitation, (joinedload(Invitation.organization),)),
    "event": (Event, ()),
    "registration": (Registration, (joinedload(Registration.event),)),
    "open_call": (OpenCall, ()),
}


def sentence_of(kind: str) -> str:
    return str(SENTENCES.get(kind, _l("Un message de la plateforme")))


def changed_in(notification: Notification) -> str:
    """« titre, échéance »: what a message told that changed in a need; empty for the others."""
    if notification.kind != "need_amended" or notification.activity is None:
        return ""
    names = publicly_changed(notification.activity.details)
    return ", ".join(uncapitalised(str(FIELD_NAMES[name])) for name in names)


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
        case Match() | Response() | Question() | Shortlist():
            return str(thing.need.title)
        case ConsortiumMember():
            return str(thing.response.need.title)
        case Membership():
            return str(thing.organization.display_name)
        case Registration():
            return thing.event.title
        case Conversation():
            return thing.subject
        case ConversationMessage():
            return thing.conversation.subject
        case Attachment():
            return thing.name
        case Organization():
            return thing.display_name
    return str(thing.title)


def _address(kind: str, thing: Any) -> str | None:
    if isinstance(thing, Membership):
        return address_of(thing) if can("organization.see_members", thing.organization) else None
    if isinstance(thing, Shortlist):
        return address_of(thing) if can("need.evaluate", thing.need) else None
    return address_of(thing) if can(f"{kind}.view", thing) else None
