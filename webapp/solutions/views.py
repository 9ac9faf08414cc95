from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("solutions", __name__)
