"""What a person follows: needs, solutions, organisations, themes. Theirs alone."""

from webapp.following.views import blueprint

__all__ = ["blueprint"]
