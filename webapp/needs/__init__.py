from webapp.needs.views import blueprint

__all__ = ["blueprint"]
