"""An influencer's own profile in four parts, and the profile that brands read."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.db import db
from marketplace.errors import MarketplaceError, NotFound
from marketplace.influencers import channels, figures, operations, typed
from marketplace.influencers.audience_names import FIXED, offered_names
from marketplace.influencers.domain import FigureSource
from marketplace.influencers.forms import (
    ROWS_LEAST,
    AccountForm,
    AudienceForm,
    BusyForm,
    ChannelForm,
    FigureForm,
    PostForm,
    ProfileForm,
    attach_audience_errors,
    audience_forms,
    audience_prefix,
    empty_figure,
    filled_profile,
    offer_choices,
    typed_audience,
    typed_profile,
)
from marketplace.influencers.labels import SPLITS
from marketplace.influencers.models import Influencer
from marketplace.influencers.own_queries import get_own_influencer
from marketplace.influencers.profile import SLOTS_MAX, TOPICS_MAX, ProfileInvalid
from marketplace.influencers.profile_page import own_strength, shown_works
from marketplace.influencers.queries import get_influencer_by_handle, profile_view
from marketplace.influencers.template_words import add_word_filters
from marketplace.listings.queries import list_live_of
from marketplace.meanwhile import ChangedMeanwhile
from marketplace.policies import Permission
from marketplace.specialists.queries import specialism_of
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.forms import CONFLICT, UNPROCESSABLE, Form
from marketplace.web.language import gettext as _
from marketplace.web.reading import DraftReader
from marketplace.web.stored_forms import Meanwhile, meanwhile_of

blueprint = Blueprint("influencers", __name__)
add_word_filters(blueprint)
Answer = str | tuple[str, int] | Response


def own_row() -> Influencer:
    """Return the profile of who is signed in. Raises NotFound for a user without one."""
    return get_own_influencer(db.session, actor=current_actor())


@blueprint.get("/profile")
@requires(Permission.INFLUENCER_EDIT)
def own_profile() -> str:
    return _profile_page(filled_profile(own_row()))


@blueprint.post("/profile")
@requires(Permission.INFLUENCER_EDIT)
def save_profile() -> Answer:
    form, row = ProfileForm(), own_row()
    seen = form.begun_from()
    reader = DraftReader(form.data)
    slots = reader.count("open_slots", least=0, most=SLOTS_MAX, default=row.open_slots)

    def save() -> None:
        if reader.problems:
            raise ProfileInvalid(_("Some fields need another look."), fields=reader.problems)
        values = typed_profile(form, open_slots=slots)
        operations.edit_profile(
            db.session, actor=current_actor(), influencer_id=row.id, seen=seen, now=now(), **values
        )

    try:
        return _done_or_page(save, form, _profile_page, _("Saved."), "influencers.own_profile")
    except ChangedMeanwhile as error:
        found = meanwhile_of(form, mark=error.mark, names=error.names, look_url=request.path)
        return _profile_page(form, meanwhile=found), CONFLICT


@blueprint.post("/profile/<any(consent, withdraw):act>")
@requires(Permission.INFLUENCER_EDIT)
def set_listed(act: str) -> Answer:
    """Give or take back the consent to be listed."""
    operation = operations.consent_to_listing if act == "consent" else operations.withdraw_consent
    sentence = (
        _("Brands can find you now.")
        if act == "consent"
        else _("Brands can no longer find you. Running bookings go on.")
    )
    try:
        operation(db.session, actor=current_actor(), influencer_id=own_row().id, now=now())
    except operations.ProfileNotListable as error:
        for message in error.fields.values():
            flash(str(message), "error")
        return redirect(url_for("influencers.own_profile"), 303)
    flash(sentence, "success")
    return redirect(url_for("influencers.own_profile"), 303)


@blueprint.get("/profile/channels")
@requires(Permission.INFLUENCER_EDIT)
def own_channels() -> str:
    return _channels_page()


@blueprint.post("/profile/channels")
@requires(Permission.INFLUENCER_EDIT)
def add_channel() -> Answer:
    form = ChannelForm()

    def save() -> None:
        channels.add_channel(
            db.session,
            actor=current_actor(),
            influencer_id=own_row().id,
            platform=form.platform.data or "",
            handle=form.handle.data or "",
            url=form.url.data or "",
            now=now(),
        )

    sentence = _("Added. Put the code into its bio and ask for a review.")
    return _done_or_page(
        save, form, lambda f: _channels_page(channel=f), sentence, "influencers.own_channels"
    )


@blueprint.post("/profile/channels/<channel_id>")
@requires(Permission.INFLUENCER_EDIT)
def change_channel(channel_id: str) -> Answer:
    form = AccountForm(prefix=channel_id)

    def save() -> None:
        channels.change_channel(
            db.session,
            actor=current_actor(),
            channel_id=channel_id,
            handle=form.handle.data or "",
            url=form.url.data or "",
            now=now(),
        )

    return _done_or_page(
        save,
        form,
        lambda f: _channels_page(account=f, opened=channel_id),
        _("Saved."),
        "influencers.own_channels",
    )


@blueprint.post("/profile/channels/<channel_id>/proof")
@requires(Permission.INFLUENCER_EDIT)
def request_proof(channel_id: str) -> Response:
    channels.request_channel_proof(db.session, actor=current_actor(), channel_id=channel_id, now=now())
    flash(
        _("A reviewer looks for the code in the bio. You are told the answer; then you may take it out."),
        "success",
    )
    return redirect(url_for("influencers.own_channels"), 303)


@blueprint.post("/profile/channels/<channel_id>/figures")
@requires(Permission.INFLUENCER_EDIT)
def add_figure(channel_id: str) -> Answer:
    form = FigureForm()

    def save() -> None:
        name, value, as_of, sample_size = typed.read_figure(form.data)
        figures.record_metric(
            db.session,
            actor=current_actor(),
            channel_id=channel_id,
            name=name,
            value=value,
            source=FigureSource.SELF_DECLARED,
            as_of=as_of,
            sample_size=sample_size,
            now=now(),
        )

    return _done_or_page(
        save,
        form,
        lambda f: _channels_page(figure=f, opened=channel_id),
        _("Saved as self-declared."),
        "influencers.own_channels",
    )


@blueprint.post("/profile/channels/<channel_id>/audience")
@requires(Permission.INFLUENCER_EDIT)
def set_audience(channel_id: str) -> Answer:
    """Keep one kind of split, or (with the button "more") only show more rows for it."""
    kind = request.form.get("kind", "")
    if kind not in SPLITS:
        raise NotFound
    form = typed_audience(channel_id, kind)
    if "more" in request.form:
        for _row in range(ROWS_LEAST):
            form.shares.append_entry()
        return _channels_page(audience=(kind, form), opened=channel_id)
    try:
        shares, as_of = typed.read_shares(kind, form.data)
        figures.set_audience(
            db.session,
            actor=current_actor(),
            channel_id=channel_id,
            kind=kind,
            shares=shares,
            source=FigureSource.SELF_DECLARED,
            as_of=as_of,
            now=now(),
        )
    except figures.FigureInvalid as error:
        in_rows = attach_audience_errors(form, audience_prefix(channel_id, kind), error.fields)
        page = _channels_page(audience=(kind, form), in_rows=in_rows, opened=channel_id)
        return page, UNPROCESSABLE
    flash(_("Saved as self-declared."), "success")
    return redirect(url_for("influencers.own_channels"), 303)


@blueprint.get("/profile/posts")
@requires(Permission.INFLUENCER_EDIT)
def own_posts() -> str:
    return _posts_page(PostForm())


@blueprint.post("/profile/posts/<channel_id>")
@requires(Permission.INFLUENCER_EDIT)
def add_post(channel_id: str) -> Answer:
    form = PostForm()

    def save() -> None:
        post = typed.read_post(form.data)
        figures.add_post(db.session, actor=current_actor(), channel_id=channel_id, post=post, now=now())

    return _done_or_page(
        save, form, lambda f: _posts_page(f, opened=channel_id), _("Added."), "influencers.own_posts"
    )


@blueprint.get("/profile/calendar")
@requires(Permission.INFLUENCER_EDIT)
def own_calendar() -> str:
    return _calendar_page(BusyForm())


@blueprint.post("/profile/calendar")
@requires(Permission.INFLUENCER_EDIT)
def add_busy_period() -> Answer:
    form = BusyForm()

    def save() -> None:
        _set_busy([*_busy(), typed.read_days(form.data)])

    return _done_or_page(save, form, _calendar_page, _("Saved."), "influencers.own_calendar")


@blueprint.post("/profile/calendar/<starts_on>/<ends_on>/remove")
@requires(Permission.INFLUENCER_EDIT)
def remove_busy_period(starts_on: str, ends_on: str) -> Response:
    _set_busy(
        [days for days in _busy() if (days[0].isoformat(), days[1].isoformat()) != (starts_on, ends_on)]
    )
    flash(_("Removed."), "success")
    return redirect(url_for("influencers.own_calendar"), 303)


@blueprint.get("/influencers/<handle>")
@requires(Permission.MARKET_BROWSE)
def profile(handle: str) -> str:
    actor = current_actor()
    influencer = get_influencer_by_handle(db.session, handle=handle, is_own=True)
    if influencer.id != actor.influencer_id and actor.kind != "operator":
        influencer = get_influencer_by_handle(db.session, handle=handle)
    view = profile_view(db.session, influencer=influencer, today=now().date())
    return render_template(
        "influencers/profile.html",
        view=view,
        influencer=influencer,
        listings=list_live_of(db.session, influencer_id=influencer.id),
        works=shown_works(view),
        specialism=specialism_of(db.session, influencer_id=influencer.id),
        is_own=influencer.id == actor.influencer_id,
    )


def _profile_page(form: ProfileForm, *, meanwhile: Meanwhile | None = None) -> str:
    row = own_row()
    offer_choices(form)
    view = profile_view(db.session, influencer=row, today=now().date())
    strength = own_strength(db.session, view, today=now().date())
    return render_template(
        "influencers/own_profile.html",
        form=form,
        influencer=row,
        view=view,
        strength=strength,
        topics_most=TOPICS_MAX,
        meanwhile=meanwhile,
        current="profile",
    )


def _channels_page(
    *,
    channel: ChannelForm | None = None,
    account: AccountForm | None = None,
    figure: FigureForm | None = None,
    audience: tuple[str, AudienceForm] | None = None,
    in_rows: list[dict[str, str]] | None = None,
    opened: str = "",
) -> str:
    row = own_row()
    today = now().date()
    view = profile_view(db.session, influencer=row, today=today)
    audiences = {
        each.channel.id: audience_forms(each.channel.id, view.splits, today=today) for each in view.channels
    }
    accounts = {
        each.channel.id: AccountForm(formdata=None, obj=each.channel, prefix=each.channel.id)
        for each in view.channels
    }
    if account is not None:
        accounts[opened] = account
    if audience is not None and opened in audiences:
        audiences[opened] |= dict([audience])
    return render_template(
        "influencers/own_channels.html",
        influencer=row,
        view=view,
        channel_form=channel or ChannelForm(formdata=None),
        figure_form=figure or empty_figure(today),
        audiences=audiences,
        accounts=accounts,
        is_wrong_account=account is not None,
        fixed_kinds=FIXED,
        kind_names=SPLITS,
        offered_names=offered_names,
        is_wrong_figure=figure is not None,
        opened_kind=audience[0] if audience is not None else "",
        in_rows=in_rows or [],
        opened=opened,
        current="channels",
    )


def _posts_page(form: PostForm, *, opened: str = "") -> str:
    row = own_row()
    view = profile_view(db.session, influencer=row, today=now().date())
    return render_template(
        "influencers/own_posts.html", influencer=row, view=view, form=form, opened=opened, current="posts"
    )


def _calendar_page(form: BusyForm) -> str:
    row = own_row()
    view = profile_view(db.session, influencer=row, today=now().date())
    return render_template(
        "influencers/own_calendar.html", influencer=row, view=view, form=form, current="calendar"
    )


def _busy() -> list[tuple[Any, Any]]:
    view = profile_view(db.session, influencer=own_row(), today=now().date())
    return [(period.starts_on, period.ends_on) for period in view.busy]


def _set_busy(periods: list[tuple[Any, Any]]) -> None:
    operations.set_busy_periods(
        db.session, actor=current_actor(), influencer_id=own_row().id, periods=periods, now=now()
    )


def _done_or_page(
    save: Callable[[], None], form: Form, page: Callable[[Any], str], sentence: str, endpoint: str
) -> Answer:
    """Save and go to the page; a refusal that names fields comes back with what was typed."""
    try:
        save()
    except MarketplaceError as error:
        if not error.fields:
            raise
        form.add_errors(error.fields)
        return page(form), UNPROCESSABLE
    flash(sentence, "success")
    return redirect(url_for(endpoint), 303)
