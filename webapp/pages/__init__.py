"""The pages that belong to nobody: home, map, how it works, legal pages."""

from webapp.pages.views import blueprint

__all__ = ["blueprint"]
