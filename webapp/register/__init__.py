from webapp.register.views import blueprint

__all__ = ["blueprint"]
