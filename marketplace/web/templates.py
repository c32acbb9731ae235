"""What every template may use: language, navigation, asset addresses, who is signed in."""

from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_login import current_user
from markupsafe import Markup

from marketplace.db import READ_METHODS, db
from marketplace.influencers.measures import POSTS_LEAST
from marketplace.notifications.queries import unread_count
from marketplace.web.access import may_enter
from marketplace.web.address_values import unread_values
from marketplace.web.context import current_actor, now, services
from marketplace.web.language import LANGUAGES, current_language, digits, direction
from marketplace.web.language import lazy_gettext as _
from marketplace.web.navigation import navigation
from marketplace.web.plain_addresses import plain_address
from marketplace.web.served_countries import is_country_served
from marketplace.web.shown_again import typed_fields
from marketplace.web.static_files import digest_of
from matching.market import KNOWN_FROM

#: between two pieces of a line: a space on which CSS draws the point, so that none is left where a line breaks there;
#: the sign itself is there for readers of the text alone
DOT = Markup('<span class="dot"><i>&nbsp;·</i> </span>')
ACCOUNT_LINKS: dict[str | None, tuple[tuple[str, object], ...]] = {
    "brand": (("brands.own_brand", _("Your brand")), ("moderation.own_decisions", _("Decisions about you"))),
    "influencer": (
        ("influencers.own_profile", _("Your profile")),
        ("deals.own_applications", _("Applications")),
        ("deals.invitations", _("Invitations")),
        ("billing.payout_account", _("Payout account")),
        ("moderation.own_decisions", _("Decisions about you")),
    ),
    "operator": (("formulas.operate_formulas", _("Ranking")),),
}


def asset(name: str) -> str:
    """Return the address of a static file with its digest, so that it may be cached for ever."""
    return url_for("static", filename=name, v=digest_of(name))


def has_endpoint(name: str) -> bool:
    """Return whether a page exists (features may be absent in tests)."""
    return name in current_app.view_functions


def _unread() -> dict[str, Any] | None:
    """Return the count of unread notices and where they are; what only reads has it from the session's statement."""
    if not current_user.is_authenticated:
        return None
    count = current_user.unread_count if request.method in READ_METHODS else None
    return {
        "count": unread_count(db.session, user_id=current_user.user.id) if count is None else count,
        "href": plain_address("notifications.notices"),
    }


def _account_links() -> list[dict[str, Any]]:
    """Return what the menu under one's name leads to."""
    links: tuple[tuple[str, object], ...] = (("accounts.settings", _("Settings")),)
    links = ACCOUNT_LINKS.get(current_actor().kind, ()) + links
    return [
        {"href": plain_address(name), "label": label}
        for name, label in links
        if name in current_app.view_functions
    ]


def _footer_links() -> list[dict[str, Any]]:
    """Return what stands at the foot of every page."""
    links = (
        ("web.how_it_works", _("How it works")),
        ("web.pricing", _("Prices")),
        ("formulas.how_ranking_works", _("How ranking works")),
    )
    return [
        {"href": plain_address(name), "label": label}
        for name, label in links
        if name in current_app.view_functions
    ]


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
        "digits": digits(),
        "request_id": g.get("request_id"),
        "home_url": plain_address("home.home" if current_user.is_authenticated else "web.home"),
        "sign_in_url": plain_address("accounts.sign_in"),
        "sign_up_url": plain_address("onboarding.sign_up"),
        "account_links": _account_links(),
        "footer_links": _footer_links(),
        "unread": _unread(),
        "is_demo": settings.is_demo,
        "typed_fields": typed_fields,
        "is_play_money": settings.payments == "sandbox",
    }


def install_templates(app: Flask) -> None:
    app.context_processor(_context)
    app.jinja_env.globals.update(
        asset=asset,
        dot=DOT,
        has_endpoint=has_endpoint,
        is_country_served=is_country_served,
        may_enter=may_enter,
        newcomer_below=KNOWN_FROM,
        posts_least=POSTS_LEAST,
        unread_values=unread_values,
    )
    app.jinja_env.add_extension("jinja2.ext.do")
