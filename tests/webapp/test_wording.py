"""While a need is written: names of products seen, what to write instead, what would help and is not said."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from models import Need, db
from models.differences import word_changes
from models.wording import advise, catalogue_signs, unsaid_in
from tests.client import Client
from tests.factories import World


def test_a_name_of_the_catalogue_is_seen_as_written_and_a_common_word_is_not(world: World) -> None:
    world.company("Écovélo Parking")
    text = "Nous voulons des Écovélo Parking devant la gare. Les abris à vélos débordent."
    assert [sign.excerpt for sign in catalogue_signs(text)] == ["Écovélo Parking"]
    assert list(catalogue_signs("Un écovélo parking de plus. Bagnolet est loin.")) == []


def test_a_brand_is_explained_with_the_same_sentence_without_it(world: World) -> None:
    (one,) = advise("Il nous faut des bacs de marque Zéphyr devant les écoles.")
    assert "Zéphyr" in one.excerpt and "écarte les autres" in one.why
    assert "Il nous faut des bacs devant les écoles." in str(one.instead)


@pytest.mark.parametrize("name", ["Microsoft Teams", "Salesforce", "WhatsApp", "Berger-Levrault", "iPad"])
def test_a_brand_that_everybody_knows_is_seen_without_the_word_brand(name: str, world: World) -> None:
    (one,) = advise(f"Nos agents se parlent par {name}, et rien ne reste.")
    assert one.excerpt == name and "écarte les autres" in one.why


def test_plain_words_and_offices_are_no_names(world: World) -> None:
    text = (
        "Zoom sur la rue Legrand. Madame la Maire et M. le Préfet excellent à l’orange. La sage-femme note."
    )
    assert advise(text) == []


def test_somebody_named_is_seen_as_personal(world: World) -> None:
    (one,) = advise("Mme Martin-Dupuis relance chaque semaine les gardiens.")
    assert one.excerpt == "Mme Martin-Dupuis" and "donnée personnelle" in one.why


def test_the_author_reads_it_at_the_first_step_and_again_before_submitting(
    client: Client, world: World
) -> None:
    need = world.need(
        status="draft",
        irritant="Les capteurs de marque Zéphyr tombent en panne, nous voulons un formulaire en ligne.",
        intent="purchase",
    )
    client.sign_in(world.bagnolet.contributor)
    assert "marque Zéphyr" in client.get(f"/besoins/{need.id}/rediger/problem").text
    review = client.get(f"/besoins/{need.id}/rediger/review").text
    assert "À relire" in review and "Un trimestre suffit" in review and "Accessibilité (RGAA)" in review
    assert "Les données" in review
    client.post(f"/besoins/{need.id}/soumettre")
    kept = db.session.scalar(sa.select(Need).where(Need.id == need.id))
    assert kept is not None and kept.status == "awaiting_validation"  # signs never block


def test_a_complete_need_is_told_nothing_more(world: World) -> None:
    need = world.need(
        status="draft",
        places=["street"],
        beneficiaries=400,
        irritant="Chaque dimanche, trente corbeilles du marché débordent dès midi ; les agents repassent trois fois, "
        "les riverains se plaignent du bruit des camions, des odeurs, des rats et des papiers qui volent.",
    )
    assert unsaid_in(need) == []


@given(st.text(alphabet="ab \n", max_size=40), st.text(alphabet="ab \n", max_size=40))
def test_what_is_kept_and_removed_is_the_old_text_what_is_kept_and_added_the_new(old: str, new: str) -> None:
    pieces = word_changes(old, new)
    assert "".join(words for kind, words in pieces if kind != "added") == old
    assert "".join(words for kind, words in pieces if kind != "removed") == new


def test_only_the_words_that_changed_are_marked(client: Client, world: World) -> None:
    need = world.need()
    need.amend(by=world.bagnolet.validator, irritant=need.irritant.replace("dimanche", "lundi"))
    db.session.commit()
    text = client.get(f"/besoins/{need.id}-{need.slug}").text
    assert "</span>dimanche</del>" in text and "</span>lundi</ins>" in text
    assert f"/besoins/{need.id}/versions/2" in text
