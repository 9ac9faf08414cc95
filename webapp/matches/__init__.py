from webapp.matches.views import blueprint

__all__ = ["blueprint"]
