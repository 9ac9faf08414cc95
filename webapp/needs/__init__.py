from webapp.needs import afterwards, answers, decisions, help, support, unmet, writing  # noqa: F401  (their routes join the blueprint)
from webapp.needs.views import blueprint

__all__ = ["blueprint"]
