from webapp.evaluation import report, sheets  # noqa: F401  (their routes join the blueprint)
from webapp.evaluation.views import blueprint

__all__ = ["blueprint"]
