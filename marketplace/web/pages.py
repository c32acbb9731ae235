"""Pages that belong to no feature: the public ones, the switch of language, health and metrics."""

import hmac
from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, render_template, request, session, url_for
from flask_login import current_user
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as BaseResponse

from marketplace.accounts.operations import choose_language
from marketplace.baskets.showcase import newest_showcase
from marketplace.db import db
from marketplace.errors import Invalid
from marketplace.fees.queries import list_fees
from marketplace.fees.words import bound_rows, cost_text, tier_rows
from marketplace.quotes.card_words import cancellation_shares, shown_card
from marketplace.quotes.charging import charges_at
from marketplace.quotes.examples import example_at
from marketplace.schema import current_revision, head_revision
from marketplace.taxes.words import rates_shown
from marketplace.web.access import public
from marketplace.web.context import now, services
from marketplace.web.language import LANGUAGES, SESSION_KEY
from marketplace.web.language import gettext as _
from marketplace.web.shown_again import SEND_AGAIN, SHOWN_AGAIN
from matching.errors import IndexUnavailable

blueprint = Blueprint("web", __name__)
#: what a proxy adds: a request that came through one is not this machine's own
FORWARDED = ("X-Forwarded-For", "Forwarded", "Via", "X-Real-Ip")


def safe_next(target: str | None, fallback: str) -> str:
    """Return `target` when it is an address on this site, else `fallback`."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return fallback
    parts = urlsplit(target)
    return fallback if parts.scheme or parts.netloc else target


@blueprint.get("/")
@public
def home() -> str | BaseResponse:
    if current_user.is_authenticated:
        return redirect(url_for("home.home"))
    example = example_at(charges_at(db.session, now()), now=now())
    quote = shown_card(example.card) if example else None
    return render_template("public/home.html", thesis=newest_showcase(db.session), quote=quote)


@blueprint.get("/how-it-works")
@public
def how_it_works() -> str:
    return render_template("public/how_it_works.html")


@blueprint.get("/prices")
@public
def pricing() -> str:
    """Tell fees, taxes and shares in words, from the records in force, with an example."""
    charges = charges_at(db.session, now())
    example = example_at(charges, now=now())
    return render_template(
        "public/pricing.html",
        views=list_fees(db.session, now=now()),
        tier_rows=tier_rows,
        bound_rows=bound_rows,
        cost_text=cost_text,
        taxes=rates_shown(charges.day),
        shares=cancellation_shares(charges.policy),
        example=shown_card(example.card) if example else None,
        example_country=example.country if example else "",
    )


@blueprint.post("/language")
@public
def set_language() -> BaseResponse:
    """Switch the language, for this session and for the account of who is signed in; lead back to the page.

    A page that answered a form is asked for with that form again, whose own fields must keep their names: language
    and address stand in the query then.
    """
    is_form = SHOWN_AGAIN in request.form
    given = request.args if is_form else request.form
    chosen = given.get("language", "")
    if chosen not in LANGUAGES:
        raise Invalid(_("Choose English or Arabic."))
    session[SESSION_KEY] = chosen
    if current_user.is_authenticated:
        choose_language(db.session, user_id=current_user.user.id, language=chosen)
    target = safe_next(given.get("next"), url_for("web.home"))
    return redirect(target, SEND_AGAIN if is_form else 302)


@blueprint.get("/healthz")
@public
def healthz() -> Response:
    """Answer while the process lives."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
@public
def readyz() -> tuple[dict[str, str], int]:
    """Answer 200 when database and schema are ready; search may be degraded."""
    parts = {
        "database": "ok",
        "schema": "ok",
        "search": "ok" if _is_search_up() else "degraded",
    }
    try:
        db.session.execute(text("SELECT 1"))
        if current_revision(db.session.connection()) != head_revision():
            parts["schema"] = "behind: run `athar db upgrade`"
    except SQLAlchemyError:
        parts["database"] = "unreachable"
    is_ready = parts["database"] == "ok" and parts["schema"] == "ok"
    return parts, 200 if is_ready else 503


def _is_search_up() -> bool:
    search = services().search
    if search is None:
        return False
    try:
        search.indexed_versions([""])
    except IndexUnavailable:
        return False
    return True


def _may_read_metrics() -> bool:
    settings = services().settings
    if settings.metrics_token:
        return hmac.compare_digest(
            request.headers.get("Authorization", "").encode(), f"Bearer {settings.metrics_token}".encode()
        )
    is_forwarded = any(name in request.headers for name in FORWARDED)
    return not settings.is_production and not is_forwarded and request.remote_addr in {"127.0.0.1", "::1"}


@blueprint.get("/metrics")
@public
def metrics() -> Response:
    """Prometheus text, for who sends the token; without one set, only outside production and to this machine itself.

    Behind a proxy on this machine every caller has a local address, so an address proves nothing in production.
    """
    if not _may_read_metrics():
        return Response("not here\n", status=404, mimetype="text/plain")
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
