from webapp.solutions.views import blueprint

__all__ = ["blueprint"]
