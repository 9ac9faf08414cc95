"""The legal route assistant (``views``, ``writing``), files of clues (``clue_files``), declared purchases (``purchases``)."""

from webapp.procurement import clue_files, purchases, writing
from webapp.procurement.views import blueprint

__all__ = ["blueprint", "clue_files", "purchases", "writing"]
