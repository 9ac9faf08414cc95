"""One reading of a text for both sides: the stems that are compared, the words that are shown, the sentences.

A need says « les corbeilles débordent », a solution « corbeille connectée »: both must give the stem `corbeil`, and
the screen must show « corbeilles », the word a person wrote. So a token keeps its surface form beside its stem.

Accents are folded before stemming (people type « ecole » on a phone), upper case is folded, apostrophes split.
English solutions exist in the catalogue: their words go through the same French stemmer, which is consistent on
both sides and cheaper than guessing the language of a ten-word title.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

# A word: letters and digits; inner hyphens split (« porte-à-porte » is three words), apostrophes too.
_WORD = re.compile(r"[^\W_]+", re.UNICODE)

# Function words of both languages, without accents. Words that every need uses (« commune », « habitants ») are not
# here: BM25 sees by itself that they are everywhere.
_FUNCTION_WORDS = """
a ai aie aient ailleurs ainsi alors apres as assez au aucun aucune aujourd hui auquel aura aurait aussi autant autre
autres aux auxquels avaient avait avant avec avez avoir avons ayant beaucoup bien bon c ca car ce ceci cela celle
celles celui cependant certain certaine certaines certains ces cet cette ceux chacun chaque chez ci comme comment d
dans de deja depuis des desormais deux devant doit doivent donc dont du durant elle elles en encore enfin ensuite
entre es est et etaient etait etant ete etes etre eu eux fait faire faut fois font hors ici il ils j jamais je jusqu
jusque l la laquelle le lequel les lesquelles lesquels leur leurs lors lorsque lui m ma mais me meme memes mes mien
moi moins mon n ne ni non nos notre nous on ont ou oui par parce parfois parmi pas pendant peu peut peuvent plus
plusieurs plutot pour pourquoi pourrait presque puis puisque qu quand que quel quelle quelles quelqu quelque quelques
quels qui quoi rien s sa sans se selon sera serait seront ses seulement si sien soi soient sois soit sommes son sont
sous souvent suis sur t ta tandis tant te tel telle tellement telles tels tes toi ton toujours tous tout toute toutes
tres trop tu un une va vers voici voila vont vos votre vous y
the of and to in is are for with on at by an be this that from it its as or your our we you they their which who what
when where how can will not no all any each more most than into over so such also only other these those has have had
was were been being do does did if but out up about between after before under again then once here there own same
"""
STOP_WORDS = frozenset(_FUNCTION_WORDS.split())

# « M. », « art. 5 »: a full stop that ends no sentence.
_SHORTENED = (
    "mm mme mmes mlle dr pr me st ste av bd bld pl art al p pp ex cf env tel tél approx min max réf ref"
)
_ABBREVIATIONS = frozenset(_SHORTENED.split())

# After a full stop (and a closing quote), before a capital, a figure or an opening quote.
_STOPPED = r"(?:(?<=[.!?…])|(?<=[.!?…]»)|(?<=[.!?…][ \u00a0\u202f]»))"
_BREAK = re.compile(r"\n+|" + _STOPPED + r"[\s\u00a0\u202f]+(?=[«\"“(\-–—•]*\s*[A-ZÀ-ÖØ-Þ\d])")
_BULLET = re.compile(r"^[\s\-–—•*·▪►→✓]+")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text: `stem` is compared, `surface` is what the person wrote (lower-cased)."""

    stem: str
    surface: str


_stemming = threading.local()


def _stemmer() -> Stemmer.Stemmer:
    # PyStemmer objects are not thread-safe: one each.
    if not hasattr(_stemming, "french"):
        _stemming.french = Stemmer.Stemmer("french")
    return _stemming.french


def fold(text: str) -> str:
    """Lower case without accents or ligatures: « Œuvre à l’École » gives « oeuvre a l’ecole »."""
    lowered = unicodedata.normalize("NFKC", text).lower().replace("œ", "oe").replace("æ", "ae")
    decomposed = unicodedata.normalize("NFD", lowered)
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))


@lru_cache(maxsize=100_000)
def _stem_of(word: str) -> str:
    """The stem of a surface word, empty when it is a stop word or says nothing (one letter)."""
    folded = fold(word)
    if folded in STOP_WORDS or (len(folded) < 2 and not folded.isdigit()):
        return ""
    return _stemmer().stemWord(folded)


def tokens(text: str) -> list[Token]:
    """The words of `text` in order, without stop words."""
    surfaces = (match.group().lower() for match in _WORD.finditer(unicodedata.normalize("NFC", text)))
    return [Token(stem, surface) for surface in surfaces if (stem := _stem_of(surface))]


def stems(text: str) -> list[str]:
    """The stems of `text` in order, repeated as often as written, without stop words."""
    return [token.stem for token in tokens(text)]


def sentences(text: str) -> list[str]:
    """The sentences of `text`, stripped of bullets; an abbreviation (« M. », « art. ») does not end one."""
    pieces: list[str] = []
    joined = False
    for piece in _BREAK.split(unicodedata.normalize("NFC", text)):
        piece = piece if joined else _BULLET.sub("", piece)
        piece = piece.strip()
        if not piece:
            continue
        if joined:
            pieces[-1] = f"{pieces[-1]} {piece}"
        else:
            pieces.append(piece)
        joined = _ends_with_abbreviation(piece)
    return pieces


def _ends_with_abbreviation(piece: str) -> bool:
    if not piece.endswith(".") or piece.endswith("..."):
        return False
    last = _WORD.findall(piece)[-1] if piece[-2:-1].isalnum() else ""
    return last.lower() in _ABBREVIATIONS or (len(last) == 1 and last.isupper())
