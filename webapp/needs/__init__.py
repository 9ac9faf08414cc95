from webapp.needs import decisions, writing  # noqa: F401  (their routes join the blueprint)
from webapp.needs.views import blueprint

__all__ = ["blueprint"]
