"""Who may do what: one pure table, asked by HTML pages, the API and the command line alike."""

from dataclasses import dataclass
from enum import StrEnum

from marketplace.accounts.domain import BrandRole, OperatorRole, UserKind


class Permission(StrEnum):
    """Verbs on things. The docstring of `may` tells how a subject narrows them."""

    ACCOUNT_USE = "account:use"
    API_KEY_MANAGE = "api_key:manage"
    MARKET_BROWSE = "market:browse"
    BRAND_VIEW = "brand:view"
    BRAND_EDIT = "brand:edit"
    BRAND_MEMBERS = "brand:members"
    BRIEF_DRAFT = "brief:draft"
    BRIEF_MANAGE = "brief:manage"
    BRIEF_READ_OPEN = "brief:read_open"
    MATCH_RUN = "match:run"
    SEARCH_MANAGE = "saved_search:manage"
    INVITE = "invitation:send"
    APPLICATION_ANSWER = "application:answer"
    ORDER_PLACE = "order:place"
    QUOTE_VIEW = "quote:view"
    QUOTE_ACCEPT = "quote:accept"
    INFLUENCER_EDIT = "influencer:edit"
    LISTING_EDIT = "listing:edit"
    APPLY = "application:submit"
    INVITATION_ANSWER = "invitation:answer"
    BOOKING_VIEW = "booking:view"
    BOOKING_PAY = "booking:pay"
    BOOKING_REVIEW = "booking:review"
    BOOKING_DELIVER = "booking:deliver"
    BOOKING_ANSWER_ORDER = "booking:answer_order"
    BOOKING_CANCEL = "booking:cancel"
    BOOKING_CONTEST = "booking:contest"
    BOOKING_MESSAGE = "booking:message"
    BOOKING_FREEZE = "booking:freeze"
    PAYOUT_ACCOUNT = "payout_account:manage"
    MONEY_VIEW = "money:view"
    CASE_VIEW = "case:view"
    CASE_DECIDE = "case:decide"
    APPEAL_FILE = "appeal:file"
    APPEAL_DECIDE = "appeal:decide"
    ACCOUNT_SUSPEND = "account:suspend"
    OUTBOX_MANAGE = "outbox:manage"
    MONEY_CASES_VIEW = "money_case:view"
    MONEY_ACT = "money:act"
    ACT_APPROVE = "act:approve"
    LEDGER_VIEW = "ledger:view"
    AUDIT_VIEW = "audit:view"
    FORMULA_MANAGE = "formula:manage"
    TOPIC_MANAGE = "topic:manage"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. `kind` is None for a visitor, "system" for timers and the worker."""

    kind: str | None
    user_id: str | None = None
    brand_id: str | None = None
    brand_role: str | None = None
    influencer_id: str | None = None
    operator_role: str | None = None
    session_id: str | None = None
    is_verified: bool = False
    is_suspended: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose thing it is. None = nobody's side; a booking or quote names both sides."""

    brand_id: str | None = None
    influencer_id: str | None = None
    user_id: str | None = None


VISITOR = Actor(kind=None)
SYSTEM = Actor(kind="system", is_verified=True)

_ANY_SIGNED_IN = frozenset({Permission.ACCOUNT_USE, Permission.API_KEY_MANAGE, Permission.MARKET_BROWSE})
_BUYER = frozenset({
    Permission.BRAND_VIEW, Permission.BRIEF_DRAFT, Permission.MATCH_RUN, Permission.INVITE, Permission.QUOTE_VIEW,
    Permission.BOOKING_VIEW, Permission.BOOKING_MESSAGE, Permission.MONEY_VIEW, Permission.APPEAL_FILE,
})  # fmt: skip
_APPROVER = _BUYER | {
    Permission.BRIEF_MANAGE, Permission.SEARCH_MANAGE, Permission.APPLICATION_ANSWER, Permission.ORDER_PLACE,
    Permission.QUOTE_ACCEPT, Permission.BOOKING_PAY, Permission.BOOKING_REVIEW, Permission.BOOKING_CANCEL, Permission.BOOKING_CONTEST,
}  # fmt: skip
_OWNER = _APPROVER | {Permission.BRAND_EDIT, Permission.BRAND_MEMBERS}
_INFLUENCER = frozenset({
    Permission.INFLUENCER_EDIT, Permission.LISTING_EDIT, Permission.APPLY, Permission.INVITATION_ANSWER,
    Permission.BRIEF_READ_OPEN, Permission.QUOTE_VIEW, Permission.BOOKING_VIEW, Permission.BOOKING_DELIVER,
    Permission.BOOKING_ANSWER_ORDER, Permission.BOOKING_CANCEL, Permission.BOOKING_CONTEST,
    Permission.BOOKING_MESSAGE, Permission.PAYOUT_ACCOUNT, Permission.MONEY_VIEW, Permission.APPEAL_FILE,
})  # fmt: skip
_READER = frozenset({
    Permission.CASE_VIEW, Permission.BOOKING_VIEW, Permission.QUOTE_VIEW, Permission.BRAND_VIEW,
    Permission.BRIEF_READ_OPEN, Permission.AUDIT_VIEW,
})  # fmt: skip
_MODERATOR = _READER | {Permission.CASE_DECIDE, Permission.APPEAL_DECIDE, Permission.ACT_APPROVE}
# Who may act on money, or approve such an act, reads what it is about (chargebacks, holds, claims, calls, one booking's
# entries); the books as a whole are read by finance.
_SENIOR = _MODERATOR | {
    Permission.ACCOUNT_SUSPEND,
    Permission.BOOKING_FREEZE,
    Permission.OUTBOX_MANAGE,
    Permission.MONEY_CASES_VIEW,
    Permission.MONEY_ACT,
}
_FINANCE = _READER | {
    Permission.MONEY_VIEW,
    Permission.LEDGER_VIEW,
    Permission.OUTBOX_MANAGE,
    Permission.BOOKING_FREEZE,
    Permission.MONEY_CASES_VIEW,
    Permission.MONEY_ACT,
    Permission.ACT_APPROVE,
}

ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    BrandRole.BUYER: _BUYER,
    BrandRole.APPROVER: _APPROVER,
    BrandRole.OWNER: _OWNER,
    UserKind.INFLUENCER: _INFLUENCER,
    OperatorRole.READER: _READER,
    OperatorRole.MODERATOR: _MODERATOR,
    OperatorRole.SENIOR: _SENIOR,
    OperatorRole.FINANCE: _FINANCE,
    OperatorRole.ADMIN: _SENIOR | _FINANCE | {Permission.FORMULA_MANAGE, Permission.TOPIC_MANAGE},
}

#: A suspended account starts nothing new; running bookings go on.
STARTS_SOMETHING_NEW = frozenset({
    Permission.BRIEF_MANAGE, Permission.INVITE, Permission.ORDER_PLACE, Permission.QUOTE_ACCEPT,
    Permission.APPLICATION_ANSWER, Permission.APPLY, Permission.INVITATION_ANSWER, Permission.LISTING_EDIT,
    Permission.BRIEF_DRAFT, Permission.BOOKING_PAY,
})  # fmt: skip
#: What binds money or reaches other people asks for a proven mail address.
NEEDS_VERIFIED_EMAIL = STARTS_SOMETHING_NEW - {Permission.BRIEF_DRAFT, Permission.LISTING_EDIT}


def permissions_of(actor: Actor) -> frozenset[Permission]:
    """Return what the actor's role allows on their own things."""
    if actor.kind is None:
        return frozenset({Permission.MARKET_BROWSE})
    if actor.kind == "system":
        return frozenset(Permission)
    role = actor.brand_role or actor.operator_role or actor.kind
    granted = ROLE_PERMISSIONS.get(role, frozenset()) | _ANY_SIGNED_IN
    if actor.is_suspended:
        granted -= STARTS_SOMETHING_NEW
    if not actor.is_verified:
        granted -= NEEDS_VERIFIED_EMAIL
    return granted


def is_own(actor: Actor, subject: Subject) -> bool:
    """Return whether the subject is the actor's, or of a side the actor belongs to."""
    return (
        (actor.user_id is not None and actor.user_id == subject.user_id)
        or (actor.brand_id is not None and actor.brand_id == subject.brand_id)
        or (actor.influencer_id is not None and actor.influencer_id == subject.influencer_id)
    )


def may(actor: Actor, permission: Permission, subject: Subject | None = None) -> bool:
    """Return whether the actor may; with a subject, brands and influencers only on their own, operators on any."""
    if permission not in permissions_of(actor):
        return False
    if subject is None or actor.kind in {"system", UserKind.OPERATOR}:
        return True
    return is_own(actor, subject)
