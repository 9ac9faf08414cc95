"""Where solutions serve already: what companies declare and communes confirm (``views``), who adopted what (``adopters``)."""

from webapp.references import adopters
from webapp.references.views import blueprint

__all__ = ["adopters", "blueprint"]
