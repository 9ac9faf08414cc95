from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("needs", __name__)
