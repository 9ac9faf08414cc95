"""« Mon espace »: what waits for me first, then what is mine; and the messages that I was sent."""

from webapp.spaces import acting, standing, statistics, views  # noqa: F401 - they add their routes
from webapp.spaces.area import blueprint

__all__ = ["blueprint"]
