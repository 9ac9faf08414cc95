"""How an organisation is called in a sentence."""

from __future__ import annotations

import pytest

from models import Organization, naming


@pytest.mark.parametrize(
    ("name", "the", "of", "to"),
    [
        ("Ville de Bondy", "la Ville de Bondy", "de la Ville de Bondy", "à la Ville de Bondy"),
        ("EPT Est Ensemble", "l’EPT Est Ensemble", "de l’EPT Est Ensemble", "à l’EPT Est Ensemble"),
        ("Département de l’Eure", "le Département de l’Eure", "du Département de l’Eure", "au Département de l’Eure"),
        ("Région Centre", "la Région Centre", "de la Région Centre", "à la Région Centre"),
        ("Eau de Paris", "Eau de Paris", "d’Eau de Paris", "à Eau de Paris"),
    ],
)  # fmt: skip
def test_a_public_body_is_called_with_the_article_of_its_first_word(
    name: str, the: str, of: str, to: str
) -> None:
    body = Organization(display_name=name, kind="other_public")
    assert (naming.the(body), naming.of(body), naming.to(body)) == (the, of, to)


def test_a_company_is_called_by_its_plain_name_whatever_its_first_word() -> None:
    company = Organization(display_name="Centre & Cie", kind="sme")
    assert (naming.the(company), naming.of(company), naming.to(company)) == (
        "Centre & Cie", "de Centre & Cie", "à Centre & Cie",
    )  # fmt: skip
    assert naming.of(Organization(display_name="Écovélo", kind="startup")) == "d’Écovélo"
