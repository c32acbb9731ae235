"""The main navigation of each side of the market: at most five entries, so that it fits a phone's bottom bar."""

from dataclasses import dataclass

from marketplace.policies import Actor
from marketplace.web.access import may_enter
from marketplace.web.language import lazy_gettext as _
from marketplace.web.plain_addresses import plain_address

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
        ("billing.holds", _("Money"), "wallet2"),  # shown to who may act on money and does not read the books
    ),
}
ENTRIES_MOST = 5
#: the pages around everything, such as the first one: each is found under itself alone
FRAME = "web"
#: kind of actor -> feature or endpoint -> the entry under which its pages are found
PARENTS: dict[str | None, dict[str, str]] = {
    "brand": {
        "matches": "briefs.own_briefs",
        "baskets": "briefs.own_briefs",
        "searches": "briefs.own_briefs",
        "deals": "briefs.own_briefs",
        "results.report": "briefs.own_briefs",
        "deals.order": "listings.market",
        "influencers": "listings.market",
        "quotes": "bookings.own_bookings",
        "results": "bookings.own_bookings",
        "disputes": "bookings.own_bookings",
        "documents": "billing.money",
    },
    "influencer": {
        "deals": "briefs.open_briefs",
        "matches": "briefs.open_briefs",
        "quotes": "bookings.own_bookings",
        "results": "bookings.own_bookings",
        "disputes": "bookings.own_bookings",
        "documents": "billing.money",
    },
    "operator": {
        "approvals": "billing.ledger",
        "documents": "billing.ledger",
        "fees": "billing.ledger",
        "bookings": "moderation.queue",
        "disputes": "moderation.queue",
        "fairness": "home.home",
        "formulas": "home.home",
        "topics": "home.home",
        "authenticity": "home.home",
    },
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
    entries = [entry for entry in ENTRIES.get(actor.kind, ENTRIES[None]) if may_enter(entry[0])]
    entries = entries[:ENTRIES_MOST]
    current = _current(entries, endpoint, PARENTS.get(actor.kind, {}))
    return [
        NavigationEntry(href=plain_address(name), label=label, icon=icon, is_current=name == current)
        for name, label, icon in entries
    ]


def _current(
    entries: list[tuple[str, object, str]], endpoint: str | None, parents: dict[str, str]
) -> str | None:
    """Return the entry one is on, or else the one under which the page is found, or the first of the same feature."""
    names = [name for name, _label, _icon in entries]
    if endpoint in names:
        return endpoint
    feature = _feature(endpoint or "")
    if feature == FRAME:
        return None
    parent = parents.get(endpoint or "", parents.get(feature, ""))
    if parent in names:
        return parent
    wanted = _feature(parent) if parent else feature
    return next((name for name in names if _feature(name) == wanted), None)


def _feature(endpoint: str) -> str:
    return endpoint.split(".", maxsplit=1)[0]
