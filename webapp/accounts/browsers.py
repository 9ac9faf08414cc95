"""« Firefox sur Linux »: enough for a person to know their own devices, and nothing more."""

from __future__ import annotations

from flask_babel import gettext as _

# In this order: each browser also pretends to be those that follow.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_words(user_agent: str) -> str:
    """The browser and the system that ``user_agent`` claims to be."""
    browser = next((name for sign, name in _BROWSERS if sign in user_agent), _("Navigateur inconnu"))
    system = next((name for sign, name in _SYSTEMS if sign in user_agent), "")
    return _("%(browser)s sur %(system)s", browser=browser, system=system) if system else browser
