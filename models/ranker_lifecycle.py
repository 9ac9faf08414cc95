"""The life of learned weights as data: trained by a job, tried beside the weights in service, used once a person says so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from models.database import db
from models.lifecycle import Lifecycle, Move

if TYPE_CHECKING:
    from models.ranker import RankerVersion

Problems = Iterable[tuple[str, str]]


def _was_tried(ranker: RankerVersion) -> Problems:
    if db.session.scalar(ranker.trials().limit(1)) is None:
        yield (
            "status",
            "Aucun besoin n’a encore été classé avec ces poids : attendez le prochain, pour comparer les deux ordres.",
        )


LIFECYCLE = Lifecycle(
    ("trained", "shadow", "in_service", "retired"),
    (
        Move("shadow", ("trained",), "shadow", "system"),
        Move(
            "enter_service",
            ("shadow", "retired"),
            "in_service",
            "curator",
            guards=(_was_tried,),
            stamps="entered_at",
        ),
        Move(
            "retire", ("trained", "shadow", "in_service"), "retired", "curator, system", stamps="retired_at"
        ),
    ),
    {
        "trained": "ces poids n’ont pas encore été essayés",
        "shadow": "ces poids sont déjà à l’essai",
        "in_service": "ces poids sont déjà en service",
        "retired": "ces poids ne sont plus en service",
    },
)
