"""Acts that bind money ask for the password again when it was not typed lately on this device.

`@step_up` stands under the route's declaration of access. A page one asks for leads over the password page and back;
a form that was sent meanwhile is kept, field by field, and sent again once the password was right. Over the API such a
call is refused: only a browser's session can show that the password was typed.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, ClassVar, TypeVar

from flask import current_app, redirect, render_template, request, url_for
from flask_login import current_user
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from marketplace.accounts.models import UserSession
from marketplace.db import READ_METHODS, db
from marketplace.errors import MarketplaceError
from marketplace.web.context import is_api, now
from marketplace.web.language import lazy_gettext as _
from marketplace.web.shown_again import SHOWN_AGAIN

FRESH_FOR = timedelta(minutes=15)
#: a signed-in person whose password was typed too long ago
STALE = 401
PASSWORD_FIELD = "step_up_password"  # noqa: S105  # the name of a field
TARGET_FIELD = "step_up_target"
OWN_FIELDS = frozenset({PASSWORD_FIELD, TARGET_FIELD, "csrf_token", SHOWN_AGAIN})

View = TypeVar("View", bound=Callable[..., Any])
MARK = "__athar_step_up__"


class StepUpNeeded(MarketplaceError):
    """Over the API: the call wants the password typed on this device lately, which a key can never show."""

    code: ClassVar[str] = "step_up_needed"
    kind: ClassVar[str] = "forbidden"


def step_up(view: View) -> View:
    """Declare a route that wants the password typed within the last quarter of an hour."""
    setattr(view, MARK, True)
    return view


def is_fresh(session: Session, *, session_id: str | None, at: datetime) -> bool:
    """Tell whether the password was typed on this device within the last quarter of an hour."""
    fresh_at = session.scalar(select(UserSession.fresh_at).where(UserSession.id == session_id))
    return fresh_at is not None and at - fresh_at <= FRESH_FOR


def freshen(session: Session, *, session_id: str | None, at: datetime) -> None:
    """Note that the password was typed now."""
    session.execute(update(UserSession).where(UserSession.id == session_id).values(fresh_at=at))


def check_step_up() -> Response | tuple[str, int] | None:
    """Before each request, after access was checked: lead over the password page where it is owed."""
    view = current_app.view_functions.get(request.endpoint or "")
    if not getattr(view, MARK, False) or not current_user.is_authenticated:
        return None
    if is_fresh(db.session, session_id=current_user.session_id, at=now()):
        return None
    if is_api():
        raise StepUpNeeded(
            _("This asks for your password, and no key has one. Sign in on the site and do it on its page.")
        )
    if request.method in READ_METHODS:
        return redirect(url_for("step_up.confirm", next=request.full_path.rstrip("?")), 303)
    return password_page(target=request.full_path.rstrip("?"), kept=kept_fields()), STALE


def kept_fields() -> list[tuple[str, str]]:
    """Return what was typed into the form that waits, without what belongs to this page."""
    return [(name, text) for name, text in request.form.items(multi=True) if name not in OWN_FIELDS]


def password_page(
    *, target: str, kept: list[tuple[str, str]], next_url: str = "", error: str | None = None
) -> str:
    """Return the page that asks for the password; `kept` is sent on with it."""
    return render_template(
        "accounts/confirm_password.html", target=target, kept=kept, next_url=next_url, error=error
    )
