"""What every template may use: language, navigation, asset addresses, who is signed in."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_login import current_user

from marketplace.web.context import current_actor, now, services
from marketplace.web.language import LANGUAGES, current_language, direction
from marketplace.web.navigation import navigation

STATIC = Path(__file__).parent.parent / "static"


@cache
def _digest(name: str) -> str:
    path = STATIC / name
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else "missing"


def asset(name: str) -> str:
    """Return the address of a static file with its digest, so that it may be cached for ever."""
    return url_for("static", filename=name, v=_digest(name))


def has_endpoint(name: str) -> bool:
    """Return whether a page exists (features may be absent in tests)."""
    return name in current_app.view_functions


def _context() -> dict[str, Any]:
    settings = services().settings
    return {
        "language": current_language(),
        "direction": direction(),
        "languages": LANGUAGES,
        "nav": navigation(current_actor(), request.endpoint),
        "actor": current_actor(),
        "user": current_user.user if current_user.is_authenticated else None,
        "now": now(),
        "is_demo": settings.is_demo,
        "is_play_money": settings.payments == "sandbox",
    }


def install_templates(app: Flask) -> None:
    app.context_processor(_context)
    app.jinja_env.globals.update(asset=asset, has_endpoint=has_endpoint)
    app.jinja_env.add_extension("jinja2.ext.do")
