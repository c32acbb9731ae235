"""A brand's pages of its briefs: the list, the editor that keeps what is typed, one brief with its state and counts."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import FieldList

from marketplace.brands.models import Brand
from marketplace.brands.queries import get_own_brand
from marketplace.briefs import operations
from marketplace.briefs.budget_note import budget_note
from marketplace.briefs.domain import BriefStatus
from marketplace.briefs.fit import counts_of, price_of_draft, price_of_version
from marketplace.briefs.forms import (
    EMPTY_ROWS,
    BriefForm,
    CloseForm,
    StartForm,
    filled_form,
    offer_choices,
    typed_draft,
)
from marketplace.briefs.labels import close_reason_label, criterion_label, goal_label
from marketplace.briefs.models import Brief
from marketplace.briefs.operations import BriefChangedMeanwhile
from marketplace.briefs.preview import preview_of
from marketplace.briefs.queries import get_own_brief, list_own_briefs
from marketplace.briefs.reading import NotRead, answers_of
from marketplace.briefs.reading_words import chips_of
from marketplace.briefs.transitions import PUBLISHED, BriefActionRefused
from marketplace.briefs.understanding import UNCLEAR, read_draft, start_fields
from marketplace.briefs.unread import unread_values
from marketplace.briefs.validation import SHARE_DEFAULT, BriefIncomplete, read_terms
from marketplace.briefs.work_notes import work_notes
from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.policies import Permission
from marketplace.quotes.charging import charges_at
from marketplace.quotes.policy_records import policy_at
from marketplace.settlement import currencies_at
from marketplace.taxes.queries import tax_country
from marketplace.taxes.sides import TaxSide
from marketplace.web import address_values
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now, services
from marketplace.web.field_rows import attach_errors
from marketplace.web.forms import CONFLICT, UNPROCESSABLE
from marketplace.web.language import current_language
from marketplace.web.language import gettext as _
from marketplace.web.reading import carried_number
from marketplace.web.stored_forms import INSTEAD_OF, Meanwhile, meanwhile_of
from matching.errors import MatchingError

blueprint = Blueprint("briefs", __name__)
blueprint.add_app_template_filter(goal_label, "goal_name")
blueprint.add_app_template_filter(criterion_label, "criterion_name")
blueprint.add_app_template_filter(close_reason_label, "close_reason_name")
TOPICS_SUGGESTED = 5
NO_REVISION = -1
NOTHING_NEW = 204


def own_brand_id() -> str:
    """Return the brand of who is signed in. Raises NotFound for a user who belongs to none."""
    brand_id = current_actor().brand_id
    if brand_id is None:
        raise NotFound(_("You belong to no brand. Ask an owner for an invitation."))
    return brand_id


@blueprint.get("/briefs")
@requires(Permission.BRAND_VIEW)
def own_briefs() -> str:
    status = address_values.one_of("status", BriefStatus)
    page = list_own_briefs(db.session, brand_id=own_brand_id(), status=status, cursor=address_values.after())
    counts = counts_of(db.session, [row.brief.id for row in page.rows])
    return render_template(
        "briefs/own_briefs.html",
        page=page,
        counts=counts,
        status=status,
        statuses=list(BriefStatus),
        brand_status=db.session.get_one(Brand, own_brand_id()).status,
    )


@blueprint.get("/briefs/new")
@requires(Permission.BRIEF_DRAFT)
def new_brief() -> str:
    return render_template("briefs/new_brief.html", form=StartForm(data={"language": current_language()}))


@blueprint.post("/briefs/new")
@requires(Permission.BRIEF_DRAFT)
def create_brief() -> tuple[str, int] | Response:
    form = StartForm()
    if not form.validate():
        return render_template("briefs/new_brief.html", form=form), UNPROCESSABLE
    brief = operations.create_brief(
        db.session,
        actor=current_actor(),
        draft=start_fields(form.title.data or "", today=now().date(), home=_home()),
        language="ar" if form.language.data == "ar" else "en",
        now=now(),
    )
    return redirect(url_for("briefs.edit_brief", brief_id=brief.id), 303)


@blueprint.get("/briefs/<brief_id>/edit")
@requires(Permission.BRIEF_DRAFT)
def edit_brief(brief_id: str) -> str | Response:
    brief = get_own_brief(db.session, actor=current_actor(), brief_id=brief_id).brief
    if brief.status not in {BriefStatus.DRAFT, BriefStatus.CHANGES_REQUESTED}:
        return redirect(url_for("briefs.brief", brief_id=brief_id))
    form = filled_form(brief.draft, revision=brief.revision, suggested=_suggested(brief))
    if "check" in request.args:
        in_rows = _attach_problems(form, brief)
    else:
        in_rows = attach_errors(form, unread_values(brief.draft))
    return _editor(brief, form, in_rows=in_rows)


@blueprint.post("/briefs/<brief_id>/edit")
@requires(Permission.BRIEF_DRAFT)
def save_brief(brief_id: str) -> tuple[str, int] | Response:
    """Keep what was typed; then add a row, hand the brief in, or stay."""
    form = BriefForm()
    try:
        brief = _keep(brief_id, form, adds=request.form.get("add", ""))
    except (BriefChangedMeanwhile, BriefActionRefused) as error:
        return _not_kept(brief_id, form, error), CONFLICT
    if "submit" in request.form:
        return _hand_in(brief)
    if "use" in request.form or "refuse" in request.form:
        return _answer_reading(brief_id)
    anchor = request.form.get("add") if request.form.get("add") in EMPTY_ROWS else None
    if anchor is None:
        if unread_values(brief.draft):
            flash(_("Saved as typed. What could not be understood is named below."), "warning")
        else:
            flash(_("Saved."), "success")
    return redirect(url_for("briefs.edit_brief", brief_id=brief_id, _anchor=anchor), 303)


@blueprint.post("/briefs/<brief_id>/draft")
@requires(Permission.BRIEF_DRAFT)
def autosave(brief_id: str) -> tuple[str, int]:
    """Keep what was typed; answers only the line that says so and what was not understood, with revision and price.

    Nothing is kept once somebody else saved, until one of the two texts is chosen: that is said once, for as long as
    the other text stays the same.
    """
    form = BriefForm()
    try:
        brief = _keep(brief_id, form)
    except BriefChangedMeanwhile as error:
        if request.form.get("told") == str(error.revision):
            return "", NOTHING_NEW
        found = _meanwhile(brief_id, form, error)
        return render_template("briefs/saved.html", revision=form.revision.data, meanwhile=found), 200
    except BriefActionRefused as error:
        return render_template("briefs/saved.html", revision=form.revision.data, problem=error.message), 200
    price = price_of_draft(brief.draft, country=_country(), charges=charges_at(db.session, now()))
    not_read = _named(form, attach_errors(form, unread_values(brief.draft)))
    return render_template(
        "briefs/saved.html",
        revision=brief.revision,
        brief=brief,
        price=price,
        not_read=not_read,
        is_swap=True,
    ), 200


@blueprint.get("/briefs/<brief_id>")
@requires(Permission.BRAND_VIEW)
def brief(brief_id: str) -> str:
    own = get_own_brief(db.session, actor=current_actor(), brief_id=brief_id)
    version = own.live or own.newest
    return render_template(
        "briefs/brief.html",
        own=own,
        brief=own.brief,
        brand_status=db.session.get_one(Brand, own.brief.brand_id).status,
        version=version,
        counts=counts_of(db.session, [brief_id])[brief_id],
        price=price_of_version(version, country=_country(), charges=charges_at(db.session, now()))
        if version
        else None,
        form=CloseForm(formdata=None),
        is_published=own.brief.status in PUBLISHED,
    )


@blueprint.get("/briefs/<brief_id>/preview")
@requires(Permission.BRAND_VIEW)
def preview(brief_id: str) -> str:
    """Show the draft as influencers would see it, as far as it goes."""
    own = get_own_brief(db.session, actor=current_actor(), brief_id=brief_id)
    brand = db.session.get_one(Brand, own.brief.brand_id)
    version = preview_of(own.brief.draft)
    price = price_of_draft(own.brief.draft, country=_country(), charges=charges_at(db.session, now()))
    return render_template("briefs/preview.html", brief=own.brief, version=version, brand=brand, price=price)


@blueprint.post("/briefs/<brief_id>/<any(take_back, pause, resume, withdraw):act>")
@requires(Permission.BRIEF_MANAGE)
def act_on_brief(brief_id: str, act: str) -> Response:
    """Take back, pause, resume or withdraw."""
    acts = {
        "take_back": (operations.take_back_brief, _("Taken back. Change it and hand it in again.")),
        "pause": (operations.pause_brief, _("Paused. Nobody can apply until you resume it.")),
        "resume": (operations.resume_brief, _("Open again.")),
        "withdraw": (operations.withdraw_brief, _("Withdrawn.")),
    }
    operation, sentence = acts[act]
    operation(db.session, actor=current_actor(), brief_id=brief_id, now=now())
    flash(sentence, "success")
    target = "briefs.edit_brief" if act == "take_back" else "briefs.brief"
    return redirect(url_for(target, brief_id=brief_id), 303)


@blueprint.post("/briefs/<brief_id>/close")
@requires(Permission.BRIEF_MANAGE)
def close_brief(brief_id: str) -> Response:
    form = CloseForm()
    operations.close_brief(
        db.session, actor=current_actor(), brief_id=brief_id, reason=form.reason.data or "", now=now()
    )
    flash(_("Closed. Everybody who still waited gets an answer."), "success")
    return redirect(url_for("briefs.brief", brief_id=brief_id), 303)


@blueprint.post("/briefs/<brief_id>/copy")
@requires(Permission.BRIEF_DRAFT)
def copy_brief(brief_id: str) -> Response:
    copied = operations.copy_brief(db.session, actor=current_actor(), brief_id=brief_id, now=now())
    flash(_("This is the copy. Choose its dates."), "success")
    return redirect(url_for("briefs.edit_brief", brief_id=copied.id), 303)


def _keep(brief_id: str, form: BriefForm, *, adds: str = "") -> Brief:
    content = typed_draft(form)
    if adds in EMPTY_ROWS:
        content[adds] = [*content[adds], dict(EMPTY_ROWS[adds])]
    form.revision.data = request.form.get(INSTEAD_OF) or form.revision.data
    revision = carried_number(form.revision.data)
    return operations.autosave_draft(
        db.session,
        actor=current_actor(),
        brief_id=brief_id,
        draft=content,
        revision=revision if revision is not None else NO_REVISION,
        now=now(),
    )


def _answer_reading(brief_id: str) -> Response:
    """Take over or refuse what was read in the text, say which of two places is meant, and lead back to the chips."""
    item = request.form.get("use") or request.form.get("refuse", "")
    name, _colon, choice = item.partition(":")
    kind, _colon, word = choice.partition(":")
    answered: dict[str, Any] = {"actor": current_actor(), "brief_id": brief_id, "now": now()}
    try:
        if name == UNCLEAR and word:
            operations.answer_place(db.session, word=word, is_city=kind == "city", **answered)
        else:
            operations.answer_reading(db.session, item=item, is_right="use" in request.form, **answered)
        flash(_("Saved."), "success")
    except NotRead as error:
        flash(str(error.message), "warning")
    return redirect(url_for("briefs.edit_brief", brief_id=brief_id, _anchor="understood"), 303)


def _hand_in(brief: Brief) -> Response:
    """Hand in; when something is missing the draft is kept and the editor shows what."""
    try:
        operations.submit_brief(
            db.session, actor=current_actor(), brief_id=brief.id, policy=policy_at(now()), now=now()
        )
    except BriefIncomplete:
        return redirect(url_for("briefs.edit_brief", brief_id=brief.id, check=1), 303)
    flash(_("Handed in. An operator looks at it; you are told the answer."), "success")
    return redirect(url_for("briefs.brief", brief_id=brief.id), 303)


def _not_kept(brief_id: str, form: BriefForm, error: BriefChangedMeanwhile | BriefActionRefused) -> str:
    """Show what was typed again; where somebody else saved, replacing their text is a choice of its own."""
    brief = get_own_brief(db.session, actor=current_actor(), brief_id=brief_id).brief
    offer_choices(form)
    if isinstance(error, BriefChangedMeanwhile):
        return _editor(brief, form, meanwhile=_meanwhile(brief_id, form, error))
    form.form_errors.append(str(error.message))
    return _editor(brief, form)


def _meanwhile(brief_id: str, form: BriefForm, error: BriefChangedMeanwhile) -> Meanwhile:
    look_url = url_for("briefs.edit_brief", brief_id=brief_id)
    return meanwhile_of(form, mark=str(error.revision), names=error.names, look_url=look_url)


def _attach_problems(form: BriefForm, brief: Brief) -> list[dict[str, str]]:
    try:
        settled = currencies_at(db.session, now())
        read_terms(brief.draft, policy=policy_at(now()), settled=settled, now=now())
    except BriefIncomplete as error:
        return attach_errors(form, error.fields)
    return []


def _named(form: BriefForm, in_rows: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Return every field with an error as a link's text and target, those in rows last."""
    alone = [field for field in form if field.errors and not isinstance(field, FieldList)]
    return [
        {"field_id": str(field.id), "message": f"{field.label.text}: {field.errors[0]}"} for field in alone
    ] + list(in_rows)


def _editor(
    brief: Brief,
    form: BriefForm,
    *,
    in_rows: Sequence[dict[str, Any]] = (),
    meanwhile: Meanwhile | None = None,
) -> str:
    read = read_draft(brief.draft, today=now().date(), home=_home())
    answers = answers_of(db.session, brief.id)
    return render_template(
        "briefs/edit_brief.html",
        brief=brief,
        form=form,
        in_rows=in_rows,
        meanwhile=meanwhile,
        notes=brief.field_notes,
        work_notes=work_notes(brief.draft),
        understood=chips_of(read, answers),
        budget_note=budget_note(brief.draft, read, answers),
        price=price_of_draft(brief.draft, country=_country(), charges=charges_at(db.session, now())),
        policy=policy_at(now()),
        share_default=SHARE_DEFAULT,
    )


def _suggested(brief: Brief) -> Sequence[str]:
    """Return topics read from the text; none while the engine is away."""
    search = services().search
    text = " ".join(str(brief.draft.get(name, "")) for name in ("title", "product", "text")).strip()
    if search is None or not text:
        return ()
    try:
        return search.suggest_topics(text, TOPICS_SUGGESTED)
    except MatchingError:
        return ()


def _home() -> str:
    return get_own_brand(db.session, actor=current_actor()).country


def _country() -> str:
    """Return the country whose tax the brand pays on the fee, as its quotes will have it."""
    return tax_country(db.session, side=TaxSide.BRAND, subject_id=own_brand_id(), otherwise=_home())
