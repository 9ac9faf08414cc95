from webapp.spaces.views import blueprint

__all__ = ["blueprint"]
