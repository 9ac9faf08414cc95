"""The checklists of the team before a need or a solution is published: signs only (models/wording.py), the person decides."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from models import Need, Solution
from models.wording import (
    boast_signs,
    catalogue_signs,
    claim_signs,
    contract_signs,
    personal_signs,
    text_of,
)


@dataclass(frozen=True)
class Point:
    """One line of the checklist « pas un marché déguisé »: what to look at, the words that were seen."""

    question: str
    seen: list[str]
    clear: str


def read_closely(need: Need) -> list[Point]:
    """The checklist of a need, each point with what a machine can see of it."""
    text = text_of(need)
    signs = [*contract_signs(text), *catalogue_signs(text)]
    seen = {
        kind: list(dict.fromkeys(s.excerpt for s in signs if s.kind == kind))
        for kind in ("brand", "contract")
    }
    dates = [sentence for field, sentence in _problems(need) if field == "closes_on"]
    return [
        Point(
            _("Le texte dit un problème et un résultat, pas un objet à fournir."),
            seen["contract"],
            _("aucun mot de la commande publique repéré"),
        ),
        Point(_("Aucune marque, aucun produit nommé."), seen["brand"], _("aucune marque repérée")),
        Point(_("L’échéance laisse à chacun le temps de répondre."), dates, _("dix jours au moins")),
        _personal(text),
    ]


def read_page(solution: Solution) -> list[Point]:
    """The checklist of a solution's page, in the same way."""
    written = (solution.title, solution.pitch, solution.problem_solved, solution.how_it_works,
               solution.requirements_for_client, solution.references_note, solution.ai_note)  # fmt: skip
    text = "\n".join(written)
    proven = solution.evidence or solution.references_note
    claims = [] if proven else [sign.excerpt for sign in claim_signs(text)]
    is_priced = solution.price_unit == "free" or solution.price_from_cents is not None
    said = (
        (_("le prix"), is_priced),
        (_("l’hébergement des données"), solution.data_hosting),
        (_("l’accessibilité"), solution.accessibility),
    )
    return [
        Point(
            _("Le texte dit ce qu’elle fait et pour qui, sans superlatif."),
            [sign.excerpt for sign in boast_signs(text)],
            _("aucun superlatif repéré"),
        ),
        Point(
            _("Les chiffres annoncés ont une preuve ou une référence."),
            claims,
            _("aucun pourcentage sans preuve ni référence"),
        ),
        Point(
            _("Le prix, l’hébergement des données et l’accessibilité sont dits."),
            [_("pas encore dit : %(what)s", what=what) for what, is_said in said if not is_said],
            _("les trois sont dits"),
        ),
        _personal(text),
    ]


def _personal(text: str) -> Point:
    return Point(
        _("Aucune donnée personnelle dans le texte."),
        list(dict.fromkeys(sign.excerpt for sign in personal_signs(text))),
        _("ni personne nommée, ni téléphone, ni adresse électronique, ni numéro de sécurité sociale repérés"),
    )


def _problems(need: Need) -> list[tuple[str, str]]:
    return [
        problem
        for move in need.lifecycle.find("publish", need.status)
        for problem in need.lifecycle.problems(move, need)
    ]


def missing(need: Need) -> list[str]:
    """Why it could not be published now, sentences of the rules."""
    return [sentence for _field, sentence in _problems(need)]
