from __future__ import annotations

import json
from dataclasses import replace

import pytest

from matching.document import Document, Reason
from matching.encoder import Encoder, SentenceTransformerEncoder
from matching.matcher import Matcher
from tests.matching.conftest import BINS, HashingEncoder


def reasons_of(encoder: Encoder, solutions: list[Document], need: Document) -> dict[str, Reason]:
    matcher = Matcher(encoder)
    matcher.add(solutions)
    first = matcher.suggest(need)[0]
    assert first.document_id == BINS
    return {reason.kind: reason for reason in first.reasons}


def test_the_closest_sentences_are_written_in_both_texts(
    encoder: Encoder, solutions: list[Document], bins_need: Document
) -> None:
    pieces = reasons_of(encoder, solutions, bins_need)["sentences"].pieces
    assert pieces["asked"] in bins_need.text
    assert pieces["found"] in solutions[0].text
    assert "corbeilles" in pieces["asked"]
    assert "corbeilles" in pieces["found"]


def test_shared_terms_are_words_that_the_commune_wrote(
    hashing: HashingEncoder, solutions: list[Document], bins_need: Document
) -> None:
    terms = reasons_of(hashing, solutions, bins_need)["terms"].pieces["terms"]
    assert terms == ["corbeilles", "pleines", "agents"]


def test_rare_terms_come_first_and_six_at_most(hashing: HashingEncoder) -> None:
    common = Document(1, "solution", "Rue arbre eau vélo bruit lumière quai tram")
    others = [Document(n, "solution", "Rue et arbre") for n in range(2, 9)]
    matcher = Matcher(hashing)
    matcher.add([common, *others])
    need = Document(1, "need", "Rue, arbre, eau, vélo, bruit, lumière, quai, tram")
    terms = next(reason for reason in matcher.suggest(need)[0].reasons if reason.kind == "terms").pieces[
        "terms"
    ]
    assert len(terms) == 6
    assert not {"rue", "arbre"} & set(terms)


def test_themes_and_what_fits_is_unknown_or_contradicts_are_said_with_their_figures(
    hashing: HashingEncoder, solutions: list[Document], bins_need: Document
) -> None:
    need = replace(bins_need, maturity_min=7, budget_max_cents=200_000, territories=("street",))
    reasons = reasons_of(hashing, solutions, need)
    assert reasons["themes"].pieces == {"themes": ["circular_waste"]}
    assert reasons["fits"].pieces == {
        "condition": "maturity",
        "maturity": 8,
        "maturity_min": 7,
        "maturity_max": None,
    }
    assert reasons["unknown"].pieces["condition"] == "territories"
    assert reasons["contradicts"].pieces == {
        "condition": "budget",
        "price_from_cents": 300_000,
        "price_to_cents": None,
        "budget_max_cents": 200_000,
    }


def test_texts_without_anything_in_common_give_no_reason_at_all(
    encoder: Encoder, solutions: list[Document]
) -> None:
    matcher = Matcher(encoder)
    matcher.add(solutions[:1])
    (only,) = matcher.suggest(Document(1, "need", "Fiches de paie illisibles", themes=("data_ai",)))
    assert only.reasons == ()


def explained(
    encoder: Encoder, need: Document, solution: Document, *others: Document
) -> dict[str, list[Reason]]:
    matcher = Matcher(encoder)
    matcher.add([solution, *others])
    first = next(one for one in matcher.suggest(need) if one.document_id == solution.id)
    kinds: dict[str, list[Reason]] = {}
    for reason in first.reasons:
        kinds.setdefault(reason.kind, []).append(reason)
    return kinds


def test_two_different_sentences_may_meet_two_others_but_the_title_said_again_is_no_second_reason(
    encoder: Encoder,
) -> None:
    need = Document(
        1,
        "need",
        "Les corbeilles de rue débordent le dimanche",
        (
            "Chaque dimanche les corbeilles de rue débordent devant le marché.",
            "Le standard de la mairie manque la moitié des appels téléphoniques.",
        ),
    )
    solution = Document(
        9,
        "solution",
        "Une plate-forme pour tout",
        (
            "Le capteur signale les corbeilles de rue qui débordent le dimanche.",
            "Un agent vocal répond aux appels téléphoniques du standard de la mairie.",
        ),
    )
    met = [reason.pieces for reason in explained(encoder, need, solution)["sentences"]]
    assert [("corbeilles" in pieces["asked"], "corbeilles" in pieces["found"]) for pieces in met] == [
        (True, True),
        (False, False),
    ]
    assert "standard" in met[1]["asked"] and "standard" in met[1]["found"]


@pytest.mark.encoder
def test_words_that_say_nearly_the_same_are_shown_side_by_side(
    bundled: SentenceTransformerEncoder, solutions: list[Document]
) -> None:
    need = Document(1, "need", "Les bicyclettes disparaissent", ("Et le gaspillage continue au réfectoire.",))
    solution = Document(9, "solution", "Garage à vélos", ("Deux services : garage, pesée des déchets.",))
    (reason,) = explained(bundled, need, solution, *solutions)["close_terms"]
    pairs = [(pair["asked"], pair["found"]) for pair in reason.pieces["pairs"]]
    assert ("bicyclettes", "vélos") in pairs and ("gaspillage", "déchets") in pairs


def test_a_word_that_most_candidates_use_is_no_reason(hashing: HashingEncoder) -> None:
    others = [Document(n, "solution", f"Capteur numéro {n} pour la voirie") for n in range(2, 40)]
    solution = Document(1, "solution", "Capteur pour les ruches de la voirie")
    kinds = explained(hashing, Document(1, "need", "Un capteur dans nos ruches"), solution, *others)
    assert [reason.pieces["terms"] for reason in kinds["terms"]] == [["ruches"]]


def test_reasons_survive_storage_as_json(
    hashing: HashingEncoder, solutions: list[Document], bins_need: Document
) -> None:
    for reason in reasons_of(hashing, solutions, replace(bins_need, maturity_min=2)).values():
        assert Reason.from_json(json.loads(json.dumps(reason.as_json()))) == reason


def test_the_content_hash_follows_what_is_compared_and_nothing_else(bins_need: Document) -> None:
    assert replace(bins_need, id=7, language="en").content_hash == bins_need.content_hash
    assert replace(bins_need, budget_max_cents=1).content_hash != bins_need.content_hash
    assert replace(bins_need, parts=("Autre chose.",)).content_hash != bins_need.content_hash


@pytest.mark.encoder
def test_texts_without_a_common_word_are_explained_by_the_subject_they_share(
    bundled: SentenceTransformerEncoder, solutions: list[Document]
) -> None:
    need = Document(
        900, "need", "Ça sonne dans le vide", ("Le lundi personne ne décroche et les gens raccrochent.",)
    )
    callbot = Document(
        901, "solution", "Serveur vocal interactif", ("Un callbot qualifie le motif des appels.",)
    )
    hedges = Document(902, "solution", "Plantation de haies", ("Des haies champêtres posées en insertion.",))
    (subjects,) = explained(bundled, need, callbot, hedges, *solutions)["subjects"]
    assert any("standard" in name or "téléphon" in name for name in subjects.pieces["names"])
    assert "subjects" not in explained(bundled, need, hedges, callbot, *solutions)
