"""Pages of signing up. The answer is the same whether or not the address has an account."""

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.accounts.domain import TokenPurpose, UserKind
from marketplace.accounts.models import User
from marketplace.accounts.operations import LinkUnusable, find_token, find_user
from marketplace.accounts.pages import mail_verification
from marketplace.briefs.operations import create_brief
from marketplace.briefs.understanding import start_fields
from marketplace.db import db
from marketplace.errors import MarketplaceError
from marketplace.ids import new_token
from marketplace.notifications.operations import send_mail
from marketplace.onboarding import operations
from marketplace.onboarding.forms import BrandSignUpForm, InfluencerSignUpForm, JoinForm, PersonForm
from marketplace.web.access import public
from marketplace.web.actors import actor_of
from marketplace.web.context import now, services
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.identity import remember_sign_up
from marketplace.web.language import current_language
from marketplace.web.limits import SIGN_UP, limiter

blueprint = Blueprint("onboarding", __name__)


@blueprint.get("/sign-up")
@public
def sign_up() -> str:
    return render_template("onboarding/sign_up.html")


@blueprint.get("/sign-up/brand")
@public
def sign_up_brand() -> str:
    asked = request.args.get("q", "").strip()
    return render_template("onboarding/brand.html", form=BrandSignUpForm(data={"sentence": asked}))


@blueprint.post("/sign-up/brand")
@limiter.limit(SIGN_UP)
@public
def do_sign_up_brand() -> str | tuple[str, int] | Response:
    form = BrandSignUpForm()
    if form.validate():
        brand = {"name": form.brand_name.data, "country": form.country.data, "category": form.category.data}
        try:
            user = operations.sign_up_brand(
                db.session, passwords=services().passwords, person=_person(form), brand=brand, now=now()
            )
        except MarketplaceError as error:
            form.add_errors(error.fields)
        else:
            if user is not None and form.sentence.data:
                _begin_brief(user, form.sentence.data, home=form.country.data)
            return _answer(user, form.email.data)
    return render_template("onboarding/brand.html", form=form), UNPROCESSABLE


@blueprint.get("/sign-up/influencer")
@public
def sign_up_influencer() -> str:
    return render_template("onboarding/influencer.html", form=InfluencerSignUpForm())


@blueprint.post("/sign-up/influencer")
@limiter.limit(SIGN_UP)
@public
def do_sign_up_influencer() -> str | tuple[str, int] | Response:
    form = InfluencerSignUpForm()
    if form.validate():
        profile = {"handle": form.handle.data, "country": form.country.data, "city": form.city.data or ""}
        try:
            user = operations.sign_up_influencer(
                db.session, passwords=services().passwords, person=_person(form), profile=profile, now=now()
            )
        except MarketplaceError as error:
            form.add_errors(error.fields)
        else:
            return _answer(user, form.email.data, asked=UserKind.INFLUENCER)
    return render_template("onboarding/influencer.html", form=form), UNPROCESSABLE


@blueprint.get("/join/<token>")
@public
def join(token: str) -> str | tuple[str, int]:
    if find_token(db.session, purpose=TokenPurpose.JOIN_BRAND, token=token, now=now()) is None:
        return render_template("onboarding/join.html", form=None), UNPROCESSABLE
    return render_template("onboarding/join.html", form=JoinForm(), token=token)


@blueprint.post("/join/<token>")
@limiter.limit(SIGN_UP)
@public
def do_join(token: str) -> str | tuple[str, int] | Response:
    form = JoinForm()
    if form.validate():
        try:
            user = operations.sign_up_member(
                db.session, passwords=services().passwords, person=_person(form), token=token, now=now()
            )
        except LinkUnusable:
            return render_template("onboarding/join.html", form=None), UNPROCESSABLE
        except MarketplaceError as error:
            if not error.fields:
                raise
            form.add_errors(error.fields)
        else:
            return _answer(user, form.email.data)
    return render_template("onboarding/join.html", form=form, token=token), UNPROCESSABLE


def _begin_brief(user: User, sentence: str, *, home: str) -> None:
    """Keep what a new brand asked for on the first page as its first draft."""
    create_brief(
        db.session,
        actor=actor_of(db.session, user),
        draft=start_fields(sentence, today=now().date(), home=home),
        language=current_language(),
        now=now(),
    )


def _person(form: PersonForm) -> dict[str, str]:
    return {
        "email": form.email.data,
        "password": form.password.data,
        "display_name": form.display_name.data,
        "language": current_language(),
    }


def _answer(user: User | None, email: str, *, asked: UserKind = UserKind.BRAND) -> str:
    """Mail either the link that proves the address, or a word to who has it already; page and cookie are the same."""
    if user is not None:
        remember_sign_up(mail_verification(user))
    else:
        remember_sign_up(new_token())  # of no link
        known = find_user(db.session, email=email)
        if known is not None:
            is_elsewhere = asked == UserKind.INFLUENCER != known.kind
            send_mail(
                db.session,
                services(),
                user=known,
                kind="account.exists_elsewhere" if is_elsewhere else "account.exists",
                params={},
                path=url_for("onboarding.sign_up_influencer" if is_elsewhere else "accounts.sign_in"),
                key=f"exists:{known.id}:{now().isoformat()}",
                now=now(),
            )
    return render_template("accounts/look_into_mail.html", email=email)
