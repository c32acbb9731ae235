"""Pages of accounts: signing in and out, links from mails, settings, devices, API keys."""

from flask import Blueprint, flash, make_response, redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from marketplace.accounts import operations, queries
from marketplace.accounts.device_words import device_name
from marketplace.accounts.domain import TokenPurpose
from marketplace.accounts.forms import (
    ApiKeyForm,
    ForgotForm,
    PasswordForm,
    PreferencesForm,
    ResetForm,
    SignInForm,
)
from marketplace.accounts.links import LIFE
from marketplace.accounts.models import ApiKey, User
from marketplace.db import db
from marketplace.errors import MarketplaceError
from marketplace.notifications.operations import send_mail
from marketplace.policies import Permission
from marketplace.web.access import public, requires, signed_in
from marketplace.web.context import now, services
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.identity import sign_in as open_session
from marketplace.web.identity import sign_out as forget_cookie
from marketplace.web.identity import signed_up_here
from marketplace.web.language import SESSION_KEY
from marketplace.web.language import gettext as _
from marketplace.web.limits import RESET, SIGN_IN, limiter, typed_email
from marketplace.web.pages import safe_next

blueprint = Blueprint("accounts", __name__)


def _own_user() -> User:
    return db.session.get_one(User, current_user.user.id)


@blueprint.get("/sign-in")
@public
def sign_in() -> str | Response:
    if current_user.is_authenticated:
        return redirect(url_for("home.home"))
    return render_template("accounts/sign_in.html", form=SignInForm(), next=request.args.get("next", ""))


@blueprint.post("/sign-in")
@limiter.limit(SIGN_IN)
@limiter.limit(SIGN_IN, key_func=typed_email)
@public
def do_sign_in() -> tuple[str, int] | Response:
    form = SignInForm()
    target = request.form.get("next", "")
    user = None
    if form.validate():
        found = operations.find_user(db.session, email=form.email.data)
        encoded = found.password_hash if found is not None else None
        db.session.rollback()  # hashing takes long: SQLite's write lock must not be held meanwhile
        if services().passwords.is_right(encoded, form.password.data):
            user = operations.find_user(db.session, email=form.email.data)
        if user is None:
            form.form_errors.append(_("Mail address or password is wrong. Try again, or reset the password."))
    if user is None:
        return render_template("accounts/sign_in.html", form=form, next=target), UNPROCESSABLE
    open_session(db.session, user)
    return redirect(safe_next(target, url_for("home.home")), 303)


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> Response:
    """End this session; `everywhere` ends all."""
    if request.form.get("everywhere"):
        operations.revoke_sessions(db.session, user_id=current_user.user.id, now=now())
    elif current_user.session_id:
        operations.end_session(
            db.session, user_id=current_user.user.id, session_id=current_user.session_id, now=now()
        )
    forget_cookie()
    answer = make_response(redirect(url_for("web.home"), 303))
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


@blueprint.get("/verify/<token>")
@public
def verify(token: str) -> str | tuple[str, int]:
    """Show a button: mail scanners open links, only people press buttons. A link that does not hold says so at once."""
    found = operations.find_token(db.session, purpose=TokenPurpose.VERIFY_EMAIL, token=token, now=now())
    page = render_template("accounts/verify.html", token=token, is_usable=found is not None)
    return page if found is not None else (page, UNPROCESSABLE)


@blueprint.post("/verify/<token>")
@public
def do_verify(token: str) -> tuple[str, int] | Response:
    """Confirm an address. The browser that signed up is signed in by it; any other one is asked for the password.

    Else whoever signed up with a foreign address would have its owner use an account of which they know the password.
    """
    try:
        user = operations.verify_email(db.session, token=token, now=now())
    except operations.LinkUnusable:
        return render_template("accounts/verify.html", token=token, is_usable=False), UNPROCESSABLE
    if signed_up_here(token) and not current_user.is_authenticated:
        open_session(db.session, user)
    flash(_("Your mail address is confirmed."), "success")
    return redirect(
        url_for("home.home") if current_user.is_authenticated else url_for("accounts.sign_in"), 303
    )


@blueprint.post("/verify-again")
@limiter.limit(RESET)
@signed_in
def verify_again() -> Response:
    user = _own_user()
    if user.email_verified_at is None:
        mail_verification(user)
    flash(_("We sent you a new link. Look into your mail."), "success")
    return redirect(url_for("home.home"), 303)


def mail_verification(user: User) -> str:
    """Send the link that proves an address, and return its secret."""
    token = operations.issue_token(db.session, purpose=TokenPurpose.VERIFY_EMAIL, user_id=user.id, now=now())
    send_mail(
        db.session,
        services(),
        user=user,
        kind="account.verify",
        params=_life_of(TokenPurpose.VERIFY_EMAIL),
        path=url_for("accounts.verify", token=token),
        key=f"verify:{token}",
        now=now(),
    )
    return token


def _life_of(purpose: TokenPurpose) -> dict[str, dict[str, float]]:
    return {"life": {"seconds": LIFE[purpose].total_seconds()}}


@blueprint.get("/forgot")
@public
def forgot() -> str:
    return render_template("accounts/forgot.html", form=ForgotForm())


@blueprint.post("/forgot")
@limiter.limit(RESET)
@limiter.limit(RESET, key_func=typed_email)
@public
def do_forgot() -> str | tuple[str, int]:
    """Answer the same whether or not the address is known."""
    form = ForgotForm()
    if not form.validate():
        return render_template("accounts/forgot.html", form=form), UNPROCESSABLE
    user = operations.find_user(db.session, email=form.email.data)
    # A token is made for nobody, too: the time taken does not tell whether the address is known.
    token = operations.issue_token(
        db.session, purpose=TokenPurpose.RESET_PASSWORD, user_id=user.id if user else None, now=now()
    )
    if user is not None:
        send_mail(
            db.session,
            services(),
            user=user,
            kind="account.reset",
            params=_life_of(TokenPurpose.RESET_PASSWORD),
            path=url_for("accounts.reset", token=token),
            key=f"reset:{token}",
            now=now(),
        )
    return render_template("accounts/look_into_mail.html", email=form.email.data)


@blueprint.get("/reset/<token>")
@public
def reset(token: str) -> str:
    found = operations.find_token(db.session, purpose=TokenPurpose.RESET_PASSWORD, token=token, now=now())
    return render_template("accounts/reset.html", form=ResetForm(), token=token, is_usable=found is not None)


@blueprint.post("/reset/<token>")
@limiter.limit(RESET)
@public
def do_reset(token: str) -> tuple[str, int] | Response:
    form = ResetForm()
    if form.validate():
        try:
            user = operations.reset_password(
                db.session,
                passwords=services().passwords,
                token=token,
                password=form.password.data,
                now=now(),
            )
        except operations.PasswordTooWeak as error:
            form.add_errors(error.fields)
        else:
            _tell_password_changed(user)
            flash(_("Your new password is set. Sign in with it."), "success")
            return redirect(url_for("accounts.sign_in"), 303)
    return render_template("accounts/reset.html", form=form, token=token, is_usable=True), UNPROCESSABLE


def _tell_password_changed(user: User) -> None:
    send_mail(
        db.session,
        services(),
        user=user,
        kind="account.password_changed",
        params={},
        path=url_for("accounts.forgot"),
        key=f"password:{user.id}:{now().isoformat()}",
        now=now(),
    )


@blueprint.get("/settings")
@signed_in
def settings() -> str:
    user = current_user.user
    return render_template(
        "accounts/settings.html", form=PreferencesForm(obj=user), password_form=PasswordForm(formdata=None)
    )


@blueprint.post("/settings")
@signed_in
def save_settings() -> tuple[str, int] | Response:
    form = PreferencesForm()
    if not form.validate():
        return render_template(
            "accounts/settings.html", form=form, password_form=PasswordForm(formdata=None)
        ), UNPROCESSABLE
    operations.change_preferences(
        _own_user(),
        display_name=form.display_name.data,
        language=form.language.data,
        digits=form.digits.data,
        time_zone=form.time_zone.data,
    )
    session[SESSION_KEY] = form.language.data  # else what this device chose before would win over it
    flash(_("Saved."), "success")
    return redirect(url_for("accounts.settings"), 303)


@blueprint.post("/settings/password")
@limiter.limit(SIGN_IN)
@signed_in
def save_password() -> tuple[str, int] | Response:
    form = PasswordForm()
    if form.validate():
        try:
            operations.change_password(
                db.session,
                passwords=services().passwords,
                user=_own_user(),
                old=form.old_password.data,
                new=form.password.data,
                session_id=current_user.session_id,
                now=now(),
            )
        except MarketplaceError as error:
            form.add_errors(error.fields)
        else:
            _tell_password_changed(current_user.user)
            flash(_("Your password is changed and every other device is signed out."), "success")
            return redirect(url_for("accounts.settings"), 303)
    preferences = PreferencesForm(formdata=None, obj=current_user.user)
    return render_template("accounts/settings.html", form=preferences, password_form=form), UNPROCESSABLE


@blueprint.get("/settings/devices")
@signed_in
def devices() -> str:
    rows = queries.list_devices(db.session, user_id=current_user.user.id, now=now())
    return render_template(
        "accounts/devices.html", rows=rows, current_id=current_user.session_id, device_name=device_name
    )


@blueprint.post("/settings/devices/<session_id>/end")
@signed_in
def end_device(session_id: str) -> Response:
    operations.end_session(db.session, user_id=current_user.user.id, session_id=session_id, now=now())
    flash(_("That device is signed out."), "success")
    return redirect(url_for("accounts.devices"), 303)


@blueprint.get("/settings/api-keys")
@requires(Permission.API_KEY_MANAGE)
def api_keys() -> str:
    return render_template("accounts/api_keys.html", form=ApiKeyForm(), rows=_own_keys(), secret=None)


@blueprint.post("/settings/api-keys")
@requires(Permission.API_KEY_MANAGE)
def add_api_key() -> tuple[str, int]:
    """Show the secret once, in this answer only."""
    form = ApiKeyForm()
    if not form.validate():
        return render_template(
            "accounts/api_keys.html", form=form, rows=_own_keys(), secret=None
        ), UNPROCESSABLE
    _key, secret = operations.add_api_key(
        db.session, user=_own_user(), name=form.name.data, scopes=form.scopes.data, now=now()
    )
    return render_template(
        "accounts/api_keys.html", form=ApiKeyForm(formdata=None), rows=_own_keys(), secret=secret
    ), 200


@blueprint.post("/settings/api-keys/<key_id>/revoke")
@requires(Permission.API_KEY_MANAGE)
def revoke_api_key(key_id: str) -> Response:
    operations.revoke_api_key(db.session, user=current_user.user, key_id=key_id, now=now())
    flash(_("The key no longer works."), "success")
    return redirect(url_for("accounts.api_keys"), 303)


def _own_keys() -> list[ApiKey]:
    return queries.list_api_keys(db.session, user_id=current_user.user.id)
