"""Questions about a need: asked without a name, answered to everybody at the same moment."""

from webapp.questions import answering  # noqa: F401 - it adds its routes
from webapp.questions.views import blueprint

__all__ = ["blueprint"]
