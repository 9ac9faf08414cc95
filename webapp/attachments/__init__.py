"""Documents joined to needs, solutions and responses: join, look, open, take away."""

from webapp.attachments.views import blueprint

__all__ = ["blueprint"]
