from webapp.curation.views import blueprint

__all__ = ["blueprint"]
