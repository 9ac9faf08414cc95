"""What communes ask for and the catalogue does not have: open needs for which nothing is close enough.

Nothing is sent when it is so; the team sees where solutions are missing, the commune what its text could still say. A need
leaves the list by itself when a proposal that is « proche » arrives, when the team retains one, or when somebody answers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Select, select

from models.database import db
from models.match import Match
from models.need import Need
from models.response import Response
from models.text import Sentence, fold

#: Fewer different words than this leave the matcher little to hold on to: a need of the demonstration has ten or so when it is
#: short, thirty-five and more when it tells its story.
FEW_WORDS = 20
#: From M1 to M9; a need that asks for this level or more leaves out what is being tried today.
HIGH_MATURITY = "M7"
SHORTEST_WORD = 4

_WORD = re.compile(r"[^\W\d_]+")
# Folded. Function words, and what every need says (« commune », « agents »): they recur everywhere and say nothing.
_EMPTY_WORDS = """
afin ainsi alors apres assez aucun aucune aujourd aussi autant autre autres aux avant avec avoir avons beaucoup besoin bien bout
cela celle celles celui cent cependant certain certaine certains cette ceux chacun chaque chez chose choses cinq combien comme comment
commune communes connait contre dans deja demande demandent depuis derriere deux devant devoir dire doit doivent donc dont
elle elles encore ensuite entre envoie etaient etait etant etre eurent euros fait faire faut fois font habitants hier hors ici jamais
jour jours jusque leur leurs lors lorsque mairie mais matin meme memes mille mieux moins mois moitie monde mettre nombre notre nous
ou parce parfois parler partout passe pendant personne personnes petit petite peut peuvent place plein plus plusieurs plutot pour
connaitre essayer existe existent
pourquoi pouvoir premier premiere prend presque puis quand quatre quel quelle quelles quelque quelques quels quoi rien sans sauf savoir
selon semaine sera seront service services seul seule seulement sinon soient soir soit solution solutions sommes sont sous souvent
suis surtout tant tard tellement temps toujours tous tout toute toutes travers tres trois trop trouve trouver vers veut veulent ville
villes vient viennent voir vont votre vous vraiment
"""
_EMPTY = frozenset(_EMPTY_WORDS.split())


def unmet() -> Select[Need]:
    """Open needs that were compared and have nothing: no proposal close enough, none retained, no answer. The oldest first."""
    answered = select(Response.need_id).where(Response.status.in_(Response.RECEIVED))
    return (
        select(Need)
        .where(Need.status == "published", Need.matched_at.is_not(None))
        .where(Need.id.not_in(Match.promising()), Need.id.not_in(answered))
        .order_by(Need.published_at, Need.id)
    )


def without_solution(*, to_members: bool) -> Select[Need]:
    """What everybody may read of it (R213): open needs for which the catalogue holds nothing close and the team introduced
    nobody. The oldest first.

    Responses do not count: how many there are is nobody's to know before the deadline (domain model §6), so a need neither enters nor
    leaves a public list because somebody answered. A weak proposal that an answer turned into « converted » stays weak.
    """
    close = Match.closeness.in_(Match.GOOD) & Match.status.in_((*Match.OPEN, "converted"))
    told = (Match.status == "approved") | (
        Match.status.in_(("introduced", "converted")) & Match.introduced_at.is_not(None)
    )
    return (
        Need.shown(to_members=to_members)
        .where(Need.status == "published", Need.matched_at.is_not(None))
        .where(Need.id.not_in(select(Match.need_id).where(close | told)))
        .order_by(Need.published_at, Need.id)
    )


def is_unmet(need: Need) -> bool:
    query = unmet().where(Need.id == need.id).with_only_columns(Need.id).order_by(None)
    return db.session.scalar(query) is not None


def best_proposals(needs: Iterable[Need]) -> dict[int, Match]:
    """Number of the need → the best of what the matcher found, turned down or not; nothing of needs that have none."""
    query = select(Match).where(Match.need_id.in_([need.id for need in needs]), Match.status != "void")
    best: dict[int, Match] = {}
    for match in db.session.scalars(query.order_by(Match.need_id, Match.score.desc(), Match.rank)):
        best.setdefault(match.need_id, match)
    return best


def gaps_of(need: Need) -> list[str]:
    """What the need does not say and would help to find, as French sentences; empty when only the catalogue is missing."""
    return list(_gaps(need))


def _gaps(need: Need) -> Iterator[Any]:
    text = _text_of(need)
    if not re.search(r"\d", text) and need.beneficiaries is None:
        yield "L’échelle : combien de lieux, d’agents, d’habitants, de fois par semaine ?"
    if not need.places:
        yield "Le lieu : dans la rue, à l’école, au guichet ? Choisissez-le parmi les lieux."
    if len(set(content_words(text))) < FEW_WORDS:
        yield "Les mots du métier : nommez les objets, les gestes et les services, et racontez un cas précis."
    if need.maturity_min and need.maturity_min >= HIGH_MATURITY:
        yield Sentence(
            "La maturité : vous demandez %(level)s au moins, ce qui écarte les solutions encore à l’essai.",
            level=need.maturity_min,
        )
    if need.maturity_max and need.maturity_max < HIGH_MATURITY:
        yield Sentence(
            "La maturité : vous demandez %(level)s au plus, ce qui écarte les solutions déjà éprouvées.",
            level=need.maturity_max,
        )
    if need.budget_max_cents is not None:
        yield "Le budget : le plafond indiqué écarte les solutions qui commencent au-delà du double."


def recurring_words(needs: Iterable[Need], most: int = 6) -> list[str]:
    """Words that at least two of these needs use, those of most needs first, as one of them writes them."""
    users: Counter[str] = Counter()
    written: dict[str, str] = {}
    for need in needs:
        said = {_root(word): word for word in reversed(content_words(_text_of(need)))}
        users.update(said.keys())
        for root, word in said.items():
            written.setdefault(root, word)
    shared = [root for root, count in users.items() if count > 1]
    return [written[root] for root in sorted(shared, key=lambda root: (-users[root], root))[:most]]


def content_words(text: str) -> list[str]:
    """The words of a text that say what it is about, lower case, in order."""
    words = [word.lower() for word in _WORD.findall(text)]
    return [word for word in words if len(word) >= SHORTEST_WORD and fold(word) not in _EMPTY]


def _root(word: str) -> str:
    # Singular and plural are one word; more is not worth a stemmer here.
    return fold(word).rstrip("sx")


def _text_of(need: Need) -> str:
    return "\n".join((need.title, need.irritant, need.expected_outcome))
