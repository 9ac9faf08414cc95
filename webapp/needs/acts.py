"""What may be done with a need now, by the person who looks: the button, what happens next, who will be told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from models import Need, evaluation
from models.need_audiences import validators
from webapp.permissions import can


@dataclass(frozen=True)
class Act:
    """``way``: button (a POST at once) or page (asks something first). ``always``: shown even while a guard says no,
    because its page explains what is missing."""

    action: str
    label: Any
    then: Any
    way: str = "button"
    quiet: bool = True
    grave: bool = False
    always: bool = False

    def address(self, need: Need) -> str:
        return url_for(f"needs.{self.action}", need_id=need.id)


#: In the order in which they are shown; the first that is not quiet is what is expected of the reader.
ACTS = (
    Act(
        "publish",
        _l("Publier"),
        _l(
            "Le besoin devient public tout de suite. Les solutions proches sont cherchées dans la minute, l’équipe de la Métropole les relit, et vous êtes prévenus des entreprises présentées."
        ),
        quiet=False,
    ),
    Act(
        "validate",
        _l("Valider et transmettre à l’équipe"),
        _l(
            "C’est votre première publication : l’équipe de la Métropole relit le texte et le publie. Elle vous écrit si un point est à préciser."
        ),
        quiet=False,
    ),
    Act(
        "resubmit",
        _l("Renvoyer après modification"),
        _l(
            "L’équipe de la Métropole relit. Si le fond a changé, un validateur de la collectivité relit d’abord."
        ),
        quiet=False,
    ),
    Act(
        "answer_responses",
        _l("Répondre aux entreprises…"),
        _l("Présélectionner, retenir ou décliner : chacune apprend votre décision au même moment."),
        way="page",
        quiet=False,
    ),
    Act(
        "open_dialogue",
        _l("Ouvrir le dialogue"),
        _l("Les entreprises qui ont répondu apprennent que vous les contactez pour préciser leurs réponses."),
        quiet=False,
    ),
    Act(
        "conclude",
        _l("Conclure…"),
        _l(
            "Vous dites comment ce besoin se termine ; chaque entreprise qui a répondu reçoit votre explication."
        ),
        way="page",
        quiet=False,
        always=True,
    ),
    Act(
        "send_back",
        _l("Renvoyer à l’auteur…"),
        _l("L’auteur reçoit vos remarques et reprend le texte."),
        way="page",
    ),
    Act(
        "amend",
        _l("Modifier…"),
        _l("Une nouvelle version ; toutes les personnes concernées sont prévenues au même moment."),
        way="page",
    ),
    Act(
        "extend",
        _l("Reporter l’échéance…"),
        _l("Toutes les personnes concernées sont prévenues au même moment."),
        way="page",
    ),
    Act(
        "reopen",
        _l("Rouvrir…"),
        _l("Le besoin reçoit de nouveau des réponses ; toutes les personnes concernées sont prévenues."),
        way="page",
    ),
    Act(
        "copy",
        _l("Reprendre comme nouveau brouillon"),
        _l("Les mêmes mots dans un nouveau besoin ; dates et montants sont à choisir."),
    ),
    Act(
        "give_feedback",
        _l("Dire ce qu’il en reste…"),
        _l("Quelques phrases, publiques, utiles aux communes qui ont le même problème."),
        way="page",
    ),
    Act(
        "invite_assistant",
        _l("Inviter à écrire avec nous"),
        _l(
            "La personne de l’équipe qui vous aide peut modifier ce brouillon, jusqu’à ce que vous le soumettiez."
        ),
    ),
    Act(
        "end_help",
        _l("Terminer l’aide à l’écriture"),
        _l("Seuls les membres de la collectivité écrivent dans ce brouillon."),
    ),
    Act(
        "ask_help",
        _l("Demander de l’aide à l’équipe"),
        _l("Une personne de la Métropole lit votre brouillon et vous appelle ou vous écrit."),
    ),
    Act(
        "recall",
        _l("Reprendre en brouillon"),
        _l("Le texte revient dans les brouillons ; personne n’est prévenu."),
    ),
    Act(
        "withdraw",
        _l("Retirer…"),
        _l("Le besoin ne reçoit plus de réponses ; votre raison est publique."),
        way="page",
        grave=True,
    ),
    Act("discard", _l("Supprimer ce brouillon…"), _l("Personne ne le verra plus."), way="page", grave=True),
)


NO_MOVES = ("answer_responses", "copy")
#: What is decided about the companies: never by who declared a tie with one of them.
CHOICES = ("answer_responses", "open_dialogue", "conclude")


def possible_acts(need: Need) -> list[Act]:
    """What this person may do with ``need`` in its present state. Submitting is done on the page that reads again."""
    shown = []
    tied = is_tied(need)
    for act in ACTS:
        if not _is_of_now(act, need) or not can(f"need.{act.action}", need):
            continue
        if act.action in ("publish", "validate") and waits_for_other_eyes(need):
            continue
        if tied and act.action in CHOICES:
            continue
        if act.action == "send_back" and current_user.id == need.author_id:
            continue  # « Reprendre en brouillon » is theirs
        if act.action == "ask_help" and need.assistance_asked_at is not None:
            continue
        if act.always or act.action in NO_MOVES or need.may(act.action):
            shown.append(act)
    return shown


def _is_of_now(act: Act, need: Need) -> bool:
    """Whether the state of the need is one for this act. Two acts are no move of the need itself."""
    if act.action == "answer_responses":
        waits = any(response.status in response.UNANSWERED for response in need.responses)
        return need.status in ("closed", "in_dialogue") and waits
    if act.action == "copy":
        return need.status in ("concluded", "withdrawn", "archived")
    if (
        act.action in ("invite_assistant", "end_help")
        and (act.action == "end_help") != need.assistant_may_edit
    ):
        return False
    return bool(need.lifecycle.find(act.action, need.status))


def is_tied(need: Need) -> bool:
    """Whether this person declared a tie with a company, while the choice is still to be made."""
    return need.status in ("closed", "in_dialogue") and evaluation.is_tied(current_user, need)


def waits_for_other_eyes(need: Need) -> bool:
    """Whoever wrote last may not validate where the organisation asks for two regards (model §2)."""
    return _is_own(need) and current_user.id not in {person.id for person in validators(need)}


def has_only_own_eyes(need: Need) -> bool:
    """Who wrote last is the only validator of an organisation that asks for two regards: it may go on, and the journal says so."""
    return _is_own(need) and [person.id for person in validators(need)] == [current_user.id]


def _is_own(need: Need) -> bool:
    return need.organization.four_eyes and bool(current_user.id == need.last_writer_id)


def missing_in(need: Need) -> list[tuple[str, str]]:
    """(field, sentence): what is still to write before somebody else reads it."""
    action = "submit" if need.status == "draft" else "resubmit"
    moves = need.lifecycle.find(action, need.status)
    found = need.lifecycle.problems(moves[-1], need) if moves else []
    return list({field: (field, sentence) for field, sentence in reversed(found)}.values())[::-1]
