"""CSRF protection of every unsafe request that a cookie could carry."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request
from flask_wtf.csrf import CSRFProtect

from marketplace.web.context import is_api

csrf = CSRFProtect()
SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
EXEMPT = "__athar_csrf_exempt__"
View = TypeVar("View", bound=Callable[..., Any])


def csrf_exempt(view: View) -> View:
    """Declare a route that proves its sender otherwise (a signed webhook)."""
    setattr(view, EXEMPT, True)
    return view


def _protect() -> None:
    if request.method in SAFE_METHODS or not request.endpoint:
        return
    if getattr(current_app.view_functions[request.endpoint], EXEMPT, False):
        return
    if is_api() and ("Authorization" in request.headers or not request.cookies):
        return
    csrf.protect()


def install_csrf(app: Flask) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    csrf.init_app(app)
    app.before_request(_protect)
