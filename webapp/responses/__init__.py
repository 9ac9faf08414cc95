from webapp.responses.views import blueprint

__all__ = ["blueprint"]
