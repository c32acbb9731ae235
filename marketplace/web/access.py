"""Every route declares who may come in; a route without a declaration answers nobody and fails a test."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app, request
from flask_login import current_user

from marketplace.accounts.domain import UserKind
from marketplace.errors import Forbidden, MarketplaceError, NotFound
from marketplace.policies import NEEDS_VERIFIED_EMAIL, Permission, Subject, may
from marketplace.web.context import current_actor, is_api
from marketplace.web.language import lazy_gettext as _

View = TypeVar("View", bound=Callable[..., Any])
MARK = "__athar_access__"
STATIC_FILES = "static"  # served by Flask itself, to everyone


class SignInNeeded(MarketplaceError):
    """Nobody is signed in, and this is not for visitors."""

    code = "sign_in_needed"
    kind = "unauthenticated"


class EmailUnverified(MarketplaceError):
    """The act reaches others or binds money, and the address is not proven yet."""

    code = "email_unverified"
    kind = "forbidden"


class AccountSuspended(MarketplaceError):
    """A suspended account starts nothing new."""

    code = "account_suspended"
    kind = "forbidden"


@dataclass(frozen=True, slots=True)
class Access:
    """Who may enter: everyone (`is_public`), anyone signed in (no permission), or holders of a permission."""

    is_public: bool = False
    permission: Permission | None = None


def public(view: View) -> View:
    """Declare a route open to visitors."""
    setattr(view, MARK, Access(is_public=True))
    return view


def signed_in(view: View) -> View:
    """Declare a route open to anyone who is signed in."""
    setattr(view, MARK, Access())
    return view


def requires(permission: Permission) -> Callable[[View], View]:
    """Declare a route open to those whose role grants `permission`; the object is checked by the operation."""

    def declare(view: View) -> View:
        setattr(view, MARK, Access(permission=permission))
        return view

    return declare


def access_of(view: Callable[..., Any], method: str = "GET") -> Access | None:
    """Return a view's declaration; class-based views declare per method (HEAD counts as GET)."""
    view_class = getattr(view, "view_class", None)
    if view_class is not None:
        name = "get" if method == "HEAD" else method.lower()
        found = getattr(getattr(view_class, name, None), MARK, None)
        return found if found is not None else getattr(view_class, MARK, None)
    found = getattr(view, MARK, None)
    return found if isinstance(found, Access) else None


def may_enter(endpoint: str) -> bool:
    """Return whether the page of an endpoint exists and the current actor's role opens it, for links to it."""
    view = current_app.view_functions.get(endpoint)
    declared = access_of(view) if view is not None else None
    if declared is None:
        return False
    return declared.permission is None or may(current_actor(), declared.permission)


KEY_NEEDED = _(
    "No valid key came with this call. Send one as `Authorization: Bearer KEY`; your settings make keys and end them."
)


def check_access() -> None:
    """Before each request: refuse who may not come in. Runs before the view touches anything."""
    if request.endpoint in {None, STATIC_FILES} or request.method == "OPTIONS":
        return
    declared = access_of(current_app.view_functions[request.endpoint], request.method)
    if declared is None:
        raise Forbidden
    if declared.is_public:
        return
    if not current_user.is_authenticated:
        raise SignInNeeded(KEY_NEEDED if is_api() else _("Sign in to see this page."))
    if declared.permission is not None:
        check(declared.permission)


def check(permission: Permission, subject: Subject | None = None) -> None:
    """Refuse the current actor with the reason that helps: not verified, suspended, or not allowed.

    A foreign object answers "not found", so that ids tell nothing.
    """
    actor = current_actor()
    if may(actor, permission, subject):
        return
    if may(actor, permission):
        raise NotFound(_("There is nothing at this address, or it is not yours to see."))
    if permission in NEEDS_VERIFIED_EMAIL and not actor.is_verified and actor.kind != UserKind.OPERATOR:
        raise EmailUnverified(_("Confirm your mail address first: open the link that we sent to you."))
    if actor.is_suspended:
        raise AccountSuspended(
            _("Your account is suspended: running bookings go on, nothing new can be started.")
        )
    raise Forbidden(_("Your role does not allow this."))
