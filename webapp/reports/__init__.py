"""The report of the committee (COPIL): its figures, the opinion of the team, the frozen copy to take away (R023)."""

from webapp.reports.views import blueprint

__all__ = ["blueprint"]
