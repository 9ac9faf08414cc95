"""Messages about a solution: to the company whose page it is, to the Métropole's team."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from models.activity import Activity
from models.solution import Solution
from models.user import User
from workers.messages.message import (
    Action,
    Message,
    Quote,
    The,
    day,
    of_the,
    reason_of,
    some,
    title,
    to_solution,
)


def solution_to_send(to: User, solution: Solution, activity: Activity | None) -> Message:
    return Message(
        subject=_("À relire, puis à envoyer à l’équipe : %(title)s", title=title(solution)),
        blocks=some(
            _(
                "Une personne %(of)s a écrit cette fiche et vous demande de la relire : rien ne paraît au nom d’une collectivité sans son validateur.",
                of=of_the(solution.organization),
            ),
            Quote(solution.pitch),
        ),
        action=Action(_("Relire et envoyer"), to_solution(solution, "solutions.edit", step="review")),
        because=_("vous pouvez publier au nom %(of)s", of=of_the(solution.organization)),
    )


def solution_in_review(to: User, solution: Solution, activity: Activity) -> Message:
    again = solution.is_public
    first = (
        _(
            "%(organization)s propose de changer le texte d’une fiche qui est en ligne. L’ancien texte reste visible en attendant.",
            organization=The(solution.organization),
        )
        if again
        else _(
            "%(organization)s soumet une solution. Elle sera en ligne quand l’équipe l’aura relue.",
            organization=The(solution.organization),
        )
    )
    return Message(
        subject=_("À relire : %(title)s", title=title(solution)),
        blocks=some(first, Quote(solution.pitch)),
        action=Action(_("Relire la fiche"), to_solution(solution, "curation.solution")),
        because=_("vous faites partie de l’équipe de la Métropole"),
    )


def solution_changes_requested(to: User, solution: Solution, activity: Activity) -> Message:
    online = solution.is_public
    return Message(
        subject=_("À reprendre : %(title)s", title=title(solution)),
        blocks=some(
            _("L’équipe de la Métropole a relu votre fiche et demande des changements :"),
            Quote(reason_of(activity)),
            _("L’ancien texte reste en ligne. Proposez une nouvelle version quand vous voulez.")
            if online
            else _("Corrigez la fiche, puis renvoyez-la : elle sera relue aussitôt."),
        ),
        action=Action(_("Modifier la fiche"), to_solution(solution, "solutions.edit")),
        because=_author(),
    )


def solution_published(to: User, solution: Solution, activity: Activity) -> Message:
    return Message(
        subject=_("Votre solution est en ligne : %(title)s", title=title(solution)),
        blocks=(
            _(
                "L’équipe de la Métropole a relu votre fiche : elle est publiée. Les communes la trouvent dans le catalogue."
            ),
            _(
                "Nous la comparons aux besoins ouverts, maintenant et à chaque nouveau besoin. Quand l’équipe juge que l’un d’eux vous concerne, elle vous écrit."
            ),
            _("Nous vous demanderons dans un an si la fiche est toujours juste."),
        ),
        action=Action(_("Voir la fiche"), to_solution(solution)),
        because=_member(),
    )


def solution_changes_accepted(to: User, solution: Solution, activity: Activity) -> Message:
    return Message(
        subject=_("Votre nouvelle version est en ligne : %(title)s", title=title(solution)),
        blocks=(
            _("L’équipe de la Métropole a accepté vos modifications. Le nouveau texte remplace l’ancien."),
        ),
        action=Action(_("Voir la fiche"), to_solution(solution)),
        because=_author(),
    )


def solution_stale(to: User, solution: Solution, activity: Activity) -> Message:
    """A month before the page is a year old, on that day, and a month later."""
    if solution.status == "stale":
        subject = _("Votre fiche n’est plus à jour : %(title)s", title=title(solution))
        first = _(
            "Votre fiche n’a pas été confirmée depuis un an. Elle reste visible, avec la mention « à confirmer ». Trois mois après son anniversaire, sans nouvelles de vous, elle sera archivée."
        )
    else:
        subject = _("Toujours d’actualité ? %(title)s", title=title(solution))
        first = _(
            "Votre fiche aura bientôt un an. Confirmez d’ici au %(day)s qu’elle est toujours juste, ou corrigez-la.",
            day=day(solution.fresh_until),
        )
    return Message(
        subject=subject,
        blocks=(first, _("Un clic suffit si rien n’a changé.")),
        action=Action(_("Confirmer ou corriger la fiche"), to_solution(solution)),
        because=_member(),
    )


def solution_suspended(to: User, solution: Solution, activity: Activity) -> Message:
    return Message(
        subject=_("Votre fiche est suspendue : %(title)s", title=title(solution)),
        blocks=some(
            _("L’équipe de la Métropole a retiré votre fiche du catalogue, pour cette raison :"),
            Quote(reason_of(activity)),
            _(
                "Si c’est une erreur, ou quand c’est réglé, écrivez à l’équipe : elle peut la remettre en ligne."
            ),
        ),
        action=Action(_("Voir la fiche"), to_solution(solution)),
        because=_member(),
    )


def solution_reinstated(to: User, solution: Solution, activity: Activity) -> Message:
    return Message(
        subject=_("Votre fiche est de nouveau en ligne : %(title)s", title=title(solution)),
        blocks=(
            _(
                "L’équipe de la Métropole a remis votre fiche dans le catalogue. Elle est de nouveau comparée aux besoins ouverts."
            ),
        ),
        action=Action(_("Voir la fiche"), to_solution(solution)),
        because=_member(),
    )


def solution_draft_reminder(to: User, solution: Solution, activity: Any) -> Message:
    return Message(
        subject=_("Votre fiche vous attend : %(title)s", title=title(solution)),
        blocks=(
            _(
                "Vous avez commencé à décrire une solution, et elle n’a pas bougé depuis plusieurs jours. Tout ce que vous avez écrit est gardé."
            ),
            _(
                "Une phrase de présentation, quelques lignes sur son fonctionnement : elle peut partir en relecture."
            ),
        ),
        action=Action(_("Reprendre ma fiche"), to_solution(solution, "solutions.edit")),
        because=_("vous avez commencé cette fiche"),
    )


def _author() -> str:
    return _("vous avez écrit cette fiche")


def _member() -> str:
    return _("cette fiche est celle de votre organisation")
