"""What was bought before, which way of buying was looked up, what a company says is new: so that these pages are not empty."""

from __future__ import annotations

from datetime import timedelta

from models import DeclaredPurchase, Guidance
from models.calendar import today_in_paris
from webapp.demonstration import accounts
from webapp.demonstration.cast import Cast

_CLUES = {
    "1": ("2", "Dans deux mairies, sept visiteurs sur dix ont fini leur démarche sans interprète, contre trois avant (relevé de six mois)."),
    "2": ("1", "Des traducteurs existent sur téléphone ; nous n’en connaissons pas qui affichent les deux langues face à face au guichet."),
    "3": ("1", "Une amélioration : l’écran est transparent, l’agent et le visiteur continuent à se regarder."),
    "4": ("2", "Quatre guichets depuis l’automne 2024, dont deux dans la Métropole."),
    "5": ("1", "Deux ans dans un incubateur du territoire."),
    "8": ("2", "Dans le produit, et dans l’organisation de l’accueil."),
    "9": ("2", "L’écran et son logiciel font l’essentiel du prix."),
}  # fmt: skip


def tell_all(cast: Cast) -> None:
    """After the scenes: they leave the needs and companies that this speaks of."""
    _document_novelty(cast)
    commune = cast.open_public_body(accounts.COMMUNE)
    author, validator = cast.author(commune), cast.validator(commune)
    bought = today_in_paris() - timedelta(days=200)
    DeclaredPurchase.declare(
        buyer=commune, by=validator, kind="experiment", supplier=cast.solutions["S004"].organization, bought_on=bought,
        amount_cents=1_800_000,
    )  # fmt: skip
    guidance = Guidance.begin(organization=commune, by=author, inputs={"own_cents": 5_600_000})
    guidance.compute(by=author)


def _document_novelty(cast: Cast) -> None:
    solution = cast.solutions["S012"]
    clues = {number: {"level": level, "text": text} for number, (level, text) in _CLUES.items()}
    solution.document_innovation(by=solution.author, clues=clues)
