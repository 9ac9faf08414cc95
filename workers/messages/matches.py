"""Messages about an introduction. The company reads of a need exactly what everybody can read (rule 2)."""

from __future__ import annotations

from flask_babel import gettext as _

from models.activity import Activity
from models.match import Match
from models.user import User
from workers.messages.message import Action, Message, Quote, The, day, link, reason_of, some, title
from workers.messages.words import DECLINED


def match_for_supplier(to: User, match: Match, activity: Activity) -> Message:
    need = match.need
    return Message(
        subject=_("Un besoin publié peut vous concerner : %(title)s", title=title(need)),
        blocks=some(
            _(
                "%(organization)s a publié un besoin. L’équipe de la Métropole pense que votre solution « %(solution)s » peut y répondre.",
                organization=The(need.organization),
                solution=title(match.solution),
            ),
            Quote(f"{title(need)}\n{need.irritant}"),
            _("Ce qui irait mieux :"),
            Quote(need.expected_outcome),
            _("Voici ce que l’équipe de la Métropole vous dit, à la collectivité et à vous :")
            if match.introduction
            else None,
            Quote(match.introduction),
            _(
                "Les réponses sont attendues jusqu’au %(day)s à 23 h 59. Si ce besoin n’est pas pour vous, déclinez depuis la même page : cela améliore les propositions suivantes.",
                day=day(need.closes_on),
            ),
        ),
        action=Action(_("Lire le besoin et répondre"), _page(match)),
        because=_because(),
        proposed=True,
    )


def match_reminder(to: User, match: Match, activity: Activity) -> Message:
    need = match.need
    return Message(
        subject=_("Toujours intéressés ? %(title)s", title=title(need)),
        blocks=(
            _(
                "Il y a deux semaines, nous vous avons présenté ce besoin publié par %(organization)s : « %(title)s ».",
                organization=need.organization.display_name,
                title=title(need),
            ),
            _(
                "Les réponses sont attendues jusqu’au %(day)s à 23 h 59. Répondez, ou déclinez en un clic : sans nouvelles, la mise en relation s’éteint d’elle-même. Nous n’écrirons plus à ce sujet.",
                day=day(need.closes_on),
            ),
        ),
        action=Action(_("Répondre ou décliner"), _page(match)),
        because=_because(),
        proposed=True,
    )


def match_declined(to: User, match: Match, activity: Activity) -> Message:
    side = activity.organization if activity is not None else None
    return Message(
        subject=_("Mise en relation déclinée : %(title)s", title=title(match.need)),
        blocks=some(
            _(
                "%(organization)s décline la mise en relation entre « %(need)s » et « %(solution)s » : %(reason)s.",
                organization=The(side or match.solution.organization),
                need=title(match.need),
                solution=title(match.solution),
                reason=str(DECLINED.get(match.reason_code or "other", DECLINED["other"])),
            ),
            Quote(reason_of(activity)),
            _("Il n’y a rien à faire. Cette raison compte dans la mesure de la qualité des propositions."),
        ),
        action=Action(_("Voir la proposition"), link("curation.show", match_id=match.id)),
        because=_("vous avez retenu cette proposition"),
        proposed=True,
    )


def _page(match: Match) -> str:
    return link("matches.show", match_id=match.id)


def _because() -> str:
    return _("votre organisation présente cette solution sur la plateforme")
