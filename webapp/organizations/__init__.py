from webapp.organizations.views import blueprint

__all__ = ["blueprint"]
