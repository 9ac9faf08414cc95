"""The life of a need as data: domain model §3, with the readings of docs/decisions/0003-lifecycles.md."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING

from models.lifecycle import Lifecycle, Move, Owed
from models.need_audiences import (
    assistant,
    author,
    curators,
    everyone_told,
    helped,
    in_dialogue,
    late_to_know,
    onlookers,
    outside_dialogue,
    owners,
    respondents,
    validators,
)
from models.open_call import is_in_open_call
from models.text import Sentence

if TYPE_CHECKING:
    from models.need import Need

#: experiment … funding_dossier: declared by the buyer; unsuccessful = infructueux; no_followup = sans suite.
OUTCOMES = (
    "experiment",
    "direct_purchase",
    "consultation_launched",
    "group",
    "funding_dossier",
    "unsuccessful",
    "no_followup",
)
TITLE_MIN, TITLE_MAX = 10, 120
IRRITANT_MIN, IRRITANT_MAX = 40, 4000
OUTCOME_MIN, OUTCOME_MAX = 20, 2000
LEAST_DAYS_OPEN = 10

Problems = Iterable[tuple[str, str]]


def is_complete(need: Need) -> Problems:
    """What is still missing before somebody else reads it."""
    if len(need.title.strip()) < TITLE_MIN:
        yield "title", Sentence("Donnez un titre d’au moins %(count)s caractères.", count=TITLE_MIN)
    if len(need.title) > TITLE_MAX:
        yield "title", Sentence("Le titre dépasse %(count)s caractères : raccourcissez-le.", count=TITLE_MAX)
    if len(need.irritant.strip()) < IRRITANT_MIN:
        yield (
            "irritant",
            Sentence(
                "Racontez ce qui ne va pas en %(count)s caractères au moins : où, quand, pour qui.",
                count=IRRITANT_MIN,
            ),
        )
    if len(need.irritant) > IRRITANT_MAX:
        yield (
            "irritant",
            Sentence("Le récit dépasse %(count)s caractères : gardez l’essentiel.", count=IRRITANT_MAX),
        )
    if len(need.expected_outcome.strip()) < OUTCOME_MIN:
        yield (
            "expected_outcome",
            Sentence("Dites ce qui irait mieux, en %(count)s caractères au moins.", count=OUTCOME_MIN),
        )
    if len(need.expected_outcome) > OUTCOME_MAX:
        yield (
            "expected_outcome",
            Sentence("Cette partie dépasse %(count)s caractères : gardez l’essentiel.", count=OUTCOME_MAX),
        )
    if not 1 <= len(need.themes or []) <= 3:
        yield "themes", "Choisissez de un à trois thèmes."
    if need.maturity_min and need.maturity_max and need.maturity_min > need.maturity_max:
        yield "maturity_max", "La maturité la plus haute doit être au moins égale à la plus basse."
    if need.closes_on is None:
        yield "closes_on", "Choisissez jusqu’à quand vous recevez des réponses."


def has_good_dates(need: Need) -> Problems:
    """The deadline counts from publication, not from the day the draft was written."""
    from models.calendar import today_in_paris

    if need.closes_on is None:
        yield "closes_on", "Choisissez jusqu’à quand vous recevez des réponses."
        return
    first = today_in_paris() + timedelta(days=LEAST_DAYS_OPEN)
    if need.closes_on < first:
        yield (
            "closes_on",
            Sentence(
                "Laissez au moins %(count)s jours pour répondre : choisissez le %(day)s ou plus tard.",
                count=LEAST_DAYS_OPEN,
                day=f"{first:%d/%m/%Y}",
            ),
        )
    questions = need.questions_close_on
    if questions is not None and not today_in_paris() < questions < need.closes_on:
        yield "questions_close_on", "Les questions se terminent avant l’échéance, un jour à venir."


def organization_is_verified(need: Need) -> Problems:
    if need.organization.status != "verified":
        yield "organization", "L’équipe de la Métropole doit d’abord vérifier votre organisation."


def is_not_first(need: Need) -> Problems:
    if need.is_first_publication:
        yield (
            "status",
            (
                "C’est la première publication de votre organisation : l’équipe de la Métropole la relit et vous aide. "
                "Validez-la, elle part en relecture."
            ),
        )


def is_first(need: Need) -> Problems:
    if not need.is_first_publication:
        yield "status", "Votre organisation a déjà publié : vous pouvez publier ce besoin vous-même."


def is_unchanged(need: Need) -> Problems:
    if need.validated_hash != need.substance_hash:
        yield "status", "Le fond a changé : un validateur de la collectivité doit relire."


def is_as_validated(need: Need) -> Problems:
    if need.validated_hash != need.substance_hash:
        yield "status", "Ce texte n’est pas celui que la collectivité a validé."


def is_before_deadline(need: Need) -> Problems:
    if not need.takes_responses:
        yield "status", "L’échéance est passée : concluez ce besoin plutôt que de le retirer."


def is_not_over(need: Need) -> Problems:
    """Between the deadline and the errand that closes, a minute at most: a change that moves the deadline would reopen in silence."""
    if need.status == "published" and not need.takes_responses:
        yield (
            "status",
            "L’échéance est passée, ce besoin se clôt dans la minute : rouvrez-le ensuite, en disant pourquoi.",
        )


def no_decision_yet(need: Need) -> Problems:
    if any(r.status in ("shortlisted", "retained", "not_retained") for r in need.responses):
        yield "status", "Une entreprise a déjà reçu votre décision : ce besoin ne peut plus rouvrir."


def not_evaluated(need: Need) -> Problems:
    """What is locked compares the responses that were there."""
    from models.evaluation import Shortlist

    evaluation = Shortlist.of(need)
    if evaluation is not None and evaluation.is_locked:
        yield "status", "L’évaluation des réponses est verrouillée : ce besoin ne peut plus rouvrir."


def seal_not_broken(need: Need) -> Problems:
    if need.sealed and any(r.read_at is not None for r in need.responses):
        yield "status", "Les plis sont ouverts : rouvrir donnerait un avantage à qui répondrait maintenant."


def has_assistant(need: Need) -> Problems:
    if need.assistant is None:
        yield "assistant", "Personne de l’équipe ne vous aide encore : demandez d’abord de l’aide."


def has_responses(need: Need) -> Problems:
    if not any(r.status in r.RECEIVED for r in need.responses):
        yield "status", "Aucune réponse n’a été reçue : il n’y a personne avec qui dialoguer."


def all_answered(need: Need) -> Problems:
    waiting = [r for r in need.responses if r.status in r.UNANSWERED]
    if waiting:
        one = "Chaque entreprise mérite une réponse : une réponse attend encore la vôtre."
        many = "Chaque entreprise mérite une réponse : %(count)s réponses attendent encore la vôtre."
        yield "responses", one if len(waiting) == 1 else Sentence(many, count=len(waiting))


READY = (is_complete, has_good_dates)

LIFECYCLE = Lifecycle(
    (
        "draft",
        "awaiting_validation",
        "in_review",
        "changes_requested",
        "published",
        "closed",
        "in_dialogue",
        "concluded",
        "withdrawn",
        "archived",
        "discarded",
    ),
    (
        Move(
            "ask_help",
            ("draft", "changes_requested"),
            None,
            "contributor",
            owes=(Owed("need_help_asked", curators),),
            stamps="assistance_asked_at",
        ),
        Move(
            "offer_help",
            ("draft", "changes_requested"),
            None,
            "curator",
            owes=(Owed("need_help_offered", helped),),
        ),
        Move(
            "assign_help",
            ("draft", "changes_requested"),
            None,
            "curator",
            owes=(Owed("need_help_assigned", assistant), Owed("need_help_offered", helped)),
        ),
        Move(
            "invite_assistant",
            ("draft", "changes_requested"),
            None,
            "contributor",
            guards=(has_assistant,),
            owes=(Owed("need_help_invited", assistant),),
        ),
        Move("end_help", ("draft", "changes_requested"), None, "contributor, assistant"),
        Move(
            "submit",
            ("draft",),
            "awaiting_validation",
            "contributor",
            guards=(*READY, is_in_open_call),
            owes=(Owed("need_to_validate", validators),),
            stamps="submitted_at",
        ),
        Move("discard", ("draft",), "discarded", "contributor"),
        Move("recall", ("awaiting_validation", "in_review"), "draft", "contributor"),
        Move(
            "send_back",
            ("awaiting_validation",),
            "draft",
            "validator",
            owes=(Owed("need_sent_back", author),),
            reason_min=10,
        ),
        Move(
            "validate",
            ("awaiting_validation",),
            "in_review",
            "validator",
            guards=(*READY, is_first),
            owes=(Owed("need_in_review", curators),),
            stamps="validated_at",
        ),
        Move(
            "publish",
            ("awaiting_validation",),
            "published",
            "validator",
            guards=(*READY, organization_is_verified, is_not_first),
            owes=(Owed("need_published", owners),),
            stamps="published_at",
        ),
        Move(
            "publish",
            ("in_review",),
            "published",
            "curator",
            guards=(*READY, organization_is_verified, is_as_validated),
            owes=(Owed("need_published", owners),),
            stamps="published_at",
        ),
        Move(
            "request_changes",
            ("in_review",),
            "changes_requested",
            "curator",
            owes=(Owed("need_changes_requested", owners),),
            reason_min=10,
        ),
        Move(
            "resubmit",
            ("changes_requested",),
            "in_review",
            "contributor",
            guards=(*READY, is_unchanged),
            owes=(Owed("need_in_review", curators),),
        ),
        Move(
            "resubmit",
            ("changes_requested",),
            "awaiting_validation",
            "contributor",
            guards=READY,
            owes=(Owed("need_to_validate", validators),),
            stamps="submitted_at",
        ),
        Move(
            "amend",
            ("published",),
            None,
            "validator",
            guards=(is_complete, is_not_over),
            owes=(Owed("need_amended", everyone_told),),
        ),
        Move("change_ceiling", ("published",), None, "validator"),
        Move(
            "extend",
            ("published",),
            None,
            "validator",
            guards=(is_not_over,),
            owes=(Owed("need_extended", everyone_told),),
        ),
        Move(
            "warn_closing",
            ("published",),
            None,
            "system",
            owes=(Owed("need_closing_soon", late_to_know),),
            stamps="closing_warned_at",
        ),
        Move(
            "reopen",
            ("closed",),
            "published",
            "validator",
            guards=(no_decision_yet, seal_not_broken, not_evaluated),
            owes=(Owed("need_reopened", everyone_told),),
            reason_min=10,
        ),
        Move(
            "close",
            ("published",),
            "closed",
            "system",
            owes=(Owed("need_closed", owners), Owed("need_closed_respondent", respondents)),
            stamps="closed_at",
        ),
        Move(
            "withdraw",
            ("published",),
            "withdrawn",
            "validator",
            guards=(is_before_deadline,),
            owes=(Owed("need_withdrawn", everyone_told),),
            stamps="withdrawn_at",
            reason_min=10,
        ),
        Move(
            "open_dialogue",
            ("closed",),
            "in_dialogue",
            "validator",
            guards=(has_responses,),
            owes=(
                Owed("need_dialogue_opened", in_dialogue),
                Owed("need_dialogue_started_with_others", outside_dialogue),
            ),
        ),
        Move(
            "conclude",
            ("closed", "in_dialogue"),
            "concluded",
            "validator",
            guards=(all_answered,),
            owes=(Owed("need_concluded", respondents), Owed("need_concluded_followed", onlookers)),
            stamps="concluded_at",
            reason_min=10,
        ),
        Move("give_feedback", ("concluded",), None, "contributor", stamps="feedback_at"),
        Move("ask_feedback", ("concluded",), None, "system", owes=(Owed("need_feedback_asked", owners),)),
        Move("archive", ("withdrawn", "concluded"), "archived", "system"),
    ),
    {
        "draft": "ce besoin est encore un brouillon",
        "awaiting_validation": "ce besoin attend son validateur",
        "in_review": "l’équipe de la Métropole relit ce besoin",
        "changes_requested": "des changements sont demandés sur ce besoin",
        "published": "ce besoin est déjà publié",
        "closed": "l’échéance de ce besoin est passée",
        "in_dialogue": "le dialogue est ouvert sur ce besoin",
        "concluded": "ce besoin est conclu",
        "withdrawn": "ce besoin a été retiré",
        "archived": "ce besoin est archivé",
        "discarded": "ce brouillon a été supprimé",
    },
)
