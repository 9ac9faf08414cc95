"""Public figures: what the marketplace brings, each with its definition, its drawing, its table to take away."""

from webapp.figures.views import blueprint

__all__ = ["blueprint"]
