from __future__ import annotations

import pytest

from matching.text import sentences, stems, tokens


def test_plural_capitals_and_accents_give_one_stem() -> None:
    assert len({stems(word)[0] for word in ("corbeille", "Corbeilles", "CORBEILLES")}) == 1
    assert stems("École") == stems("ecole") == stems("E\u0301cole") == stems("écoles")
    assert stems("Œuvre") == stems("oeuvres")


def test_a_token_keeps_the_word_that_was_written() -> None:
    assert [token.surface for token in tokens("Les corbeilles de l’École")] == ["corbeilles", "école"]


def test_function_words_of_both_languages_say_nothing() -> None:
    assert stems("Il n’y a pas de ce que nous avons, with all of the") == []


def test_numbers_are_kept_and_single_letters_are_not() -> None:
    assert stems("5 kg b") == ["5", "kg"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Un. Deux ! Trois ? Oui…  Non", ["Un.", "Deux !", "Trois ?", "Oui…", "Non"]),
        ("Voir M. Dupont et Mme. Durand. Merci.", ["Voir M. Dupont et Mme. Durand.", "Merci."]),
        ("Selon l’art. L2113 du code. Fin.", ["Selon l’art. L2113 du code.", "Fin."]),
        ("- un point\n• un autre\n\n– le dernier", ["un point", "un autre", "le dernier"]),
        ("Il dit : « Bonjour. » Puis part.", ["Il dit : « Bonjour. »", "Puis part."]),
        ("Coût : 3.5 millions. 12 communes.", ["Coût : 3.5 millions.", "12 communes."]),
        ("Question\u00a0? Réponse.", ["Question\u00a0?", "Réponse."]),
        ("Il manque 500 m. Les agents courent.", ["Il manque 500 m.", "Les agents courent."]),
        ("Cela dit, etc. ... Fin.", ["Cela dit, etc. ...", "Fin."]),
        ("", []),
        ("\n \n", []),
    ],
)
def test_sentences_end_where_a_french_reader_stops(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected
