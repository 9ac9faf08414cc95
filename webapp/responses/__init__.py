from webapp.responses import comparing, consortium, judging  # noqa: F401  (its routes join the blueprint)
from webapp.responses.views import blueprint

__all__ = ["blueprint"]
