from webapp.accounts.views import blueprint

__all__ = ["blueprint"]
