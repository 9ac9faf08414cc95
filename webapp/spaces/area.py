from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("spaces", __name__)
