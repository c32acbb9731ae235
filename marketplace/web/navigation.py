"""The main navigation of each side of the market: at most five entries, so that it fits a phone's bottom bar."""

from dataclasses import dataclass

from flask import current_app, url_for

from marketplace.policies import Actor
from marketplace.web.language import lazy_gettext as _

#: kind of actor -> (endpoint, label, icon of the sprite)
ENTRIES: dict[str | None, tuple[tuple[str, object, str], ...]] = {
    None: (
        ("web.how_it_works", _("How it works"), "compass"),
        ("web.pricing", _("Prices"), "tag"),
    ),
    "brand": (
        ("home.home", _("Home"), "house"),
        ("briefs.own_briefs", _("Briefs"), "file-text"),
        ("listings.market", _("Influencers"), "people"),
        ("bookings.own_bookings", _("Bookings"), "calendar-check"),
        ("billing.money", _("Money"), "wallet2"),
    ),
    "influencer": (
        ("home.home", _("Home"), "house"),
        ("briefs.open_briefs", _("Open briefs"), "search"),
        ("listings.own_listings", _("Listings"), "tag"),
        ("bookings.own_bookings", _("Bookings"), "calendar-check"),
        ("billing.money", _("Money"), "wallet2"),
    ),
    "operator": (
        ("home.home", _("Overview"), "house"),
        ("moderation.queue", _("Queue"), "inbox"),
        ("billing.ledger", _("Ledger"), "journal-text"),
        ("moderation.jobs", _("Jobs"), "gear"),
        ("moderation.audit_trail", _("Audit"), "shield-check"),
    ),
}


@dataclass(frozen=True, slots=True)
class NavigationEntry:
    """One entry; `is_current` marks the page one is on or below."""

    href: str
    label: object
    icon: str
    is_current: bool
    count: int = 0


def navigation(actor: Actor, endpoint: str | None) -> list[NavigationEntry]:
    """Return the entries for this actor."""
    entries = [
        entry for entry in ENTRIES.get(actor.kind, ENTRIES[None]) if entry[0] in current_app.view_functions
    ]
    current = _current(entries, endpoint)
    return [
        NavigationEntry(href=url_for(name), label=label, icon=icon, is_current=name == current)
        for name, label, icon in entries
    ]


def _current(entries: list[tuple[str, object, str]], endpoint: str | None) -> str | None:
    """Return the entry one is on, or else the first of the same feature."""
    names = [name for name, _label, _icon in entries]
    if endpoint in names:
        return endpoint
    feature = (endpoint or "").split(".", maxsplit=1)[0]
    return next((name for name in names if name.split(".", maxsplit=1)[0] == feature), None)
