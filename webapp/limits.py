"""How often one address may knock. Accounts are counted in the database (models/sign_in.py), which holds without Redis."""

from __future__ import annotations

from flask import Flask
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user

limiter = Limiter(key_func=get_remote_address)

#: Figures of Warehouse (PyPI), a little wider: a town hall shares one address.
SIGN_IN = "30 per 5 minutes; 300 per day"
#: Each press may ask the provider for its description.
PROCONNECT = "120 per hour"
REGISTER = "20 per hour"
MAIL = "10 per hour"
SEARCH = "120 per minute"
#: Beside a text: each account for itself, a question every quarter of a second at most.
BESIDE = "300 per minute"


def each_account() -> str:
    """Counts a signed-in person rather than an address: a whole town hall may write behind one."""
    return f"account {current_user.id}" if current_user.is_authenticated else get_remote_address()


def init_app(app: Flask) -> None:
    redis_url = app.config["SETTINGS"].redis_url
    app.config.update(
        RATELIMIT_STORAGE_URI=redis_url.replace("unix://", "redis+unix://", 1) if redis_url else "memory://",
        # A frozen Redis must not hold a page: half a second, then each process counts for itself.
        RATELIMIT_STORAGE_OPTIONS={"socket_timeout": 0.5, "socket_connect_timeout": 0.5} if redis_url else {},
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=bool(redis_url),
        RATELIMIT_HEADERS_ENABLED=False,
    )
    limiter.init_app(app)
