from webapp.search.views import blueprint

__all__ = ["blueprint"]
