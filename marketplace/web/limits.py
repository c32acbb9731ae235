"""Rate limits of what can be abused: sign-in, sign-up, reset, apply, and the API as a whole."""

from http import HTTPStatus

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user

from marketplace.settings import Settings
from marketplace.web.shown_again import is_free_to_repeat

SIGN_IN = "10 per 5 minutes"
SIGN_UP = "10 per hour"
RESET = "5 per hour"
APPLY = "30 per hour"
OWN_PLACE = "60 per hour"
#: a file is drawn when it is asked for, which takes up to half a second of work
PDF = "30 per minute"
API = "600 per minute"
#: of one address: the provider sends a few a second at most and comes again after a refusal
WEBHOOK = "1200 per minute"
WEBHOOK_REJECTED = "30 per minute"


def _who() -> str:
    if current_user and current_user.is_authenticated:
        return f"user:{current_user.user.id}"
    return f"address:{get_remote_address()}"


def typed_email() -> str:
    """Limit by the address typed, whoever types it."""
    return f"email:{request.form.get('email', '').strip().casefold()[:254]}"


def scope_of(limit: str) -> str:
    """Return the name under which a page and the API's call for the same act are counted together."""
    return {APPLY: "apply"}[limit]


limiter = Limiter(key_func=_who, headers_enabled=True)
limiter.request_filter(is_free_to_repeat)


def install_limits(app: Flask, settings: Settings) -> None:
    app.config["RATELIMIT_STORAGE_URI"] = settings.rate_limit_url
    app.config["RATELIMIT_ENABLED"] = settings.mode != "test"
    app.after_request(_without_idle_wait)  # before the limiter's own, so that it runs after that
    limiter.init_app(app)


def _without_idle_wait(answer: Response) -> Response:
    """Leave `Retry-After` to refusals: the limiter puts it on every answer, where programs would wait for nothing."""
    if answer.status_code < HTTPStatus.BAD_REQUEST:
        answer.headers.pop("Retry-After", None)
    return answer
