"""The operators' page of topics: which there are and how much each is used, adding one after a look at what it would catch."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.db import db
from marketplace.errors import Conflict, Invalid
from marketplace.matches.inline_look import TopicLook, look_at
from marketplace.matches.operations import SearchDown
from marketplace.matches.topic_numbers import count_briefs, count_specialists
from marketplace.policies import Permission, may
from marketplace.topics import operations, queries
from marketplace.topics.domain import TopicDraft
from marketplace.topics.forms import RetireForm, TopicForm
from marketplace.web import address_values
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now, services
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.language import gettext as _
from marketplace.web.topic_names import label_of, topic_name, topics_in_use
from matching.errors import IndexUnavailable
from matching.topics import Topic, read_topics

blueprint = Blueprint("topics", __name__)
PAGE, FIGURES_MOST = 50, 5


@blueprint.get("/operate/ranking/topics")
@requires(Permission.CASE_VIEW)
def operate_topics() -> str:
    """List the topics with their parents and how much each is used, what was added, and how far a build is."""
    added = queries.list_added(db.session)
    search = services().search
    space = search.topics if search is not None else None
    wanted = request.args.get("q", "").strip()
    every = sorted(topics_in_use().values(), key=label_of)
    asked = [topic for topic in every if _is_asked(topic, wanted.casefold())]
    first = min(address_values.count_from("from"), len(asked))
    return render_template(
        "topics/operate_topics.html",
        topics=asked[first : first + PAGE],
        found=len(asked),
        next_url=_page_url(wanted, first + PAGE) if first + PAGE < len(asked) else None,
        previous_url=_page_url(wanted, max(first - PAGE, 0)) if first else None,
        count=len(every),
        wanted=wanted,
        added=added,
        added_ids={view.topic.id for view in added},
        in_use=frozenset(space.ids) if space is not None else frozenset(),
        version=space.version if space is not None else None,
        specialists=count_specialists(db.session),
        briefs=count_briefs(db.session),
        build=queries.newest_build(db.session),
        may_manage=may(current_actor(), Permission.TOPIC_MANAGE),
        label_of=label_of,
        topic_name=topic_name,
        current="topics",
    )


def _page_url(wanted: str, first: int) -> str:
    pairs: dict[str, Any] = {"from": first or None, "q": wanted or None}  # what is None is left out
    return url_for("topics.operate_topics", _anchor="topics", **pairs)


def _is_asked(topic: Topic, wanted: str) -> bool:
    texts = (topic.id, topic.label_en, topic.label_ar, topic.name_en, topic.name_ar)
    return not wanted or any(wanted in text.casefold() for text in texts)


@blueprint.get("/operate/ranking/topics/new")
@requires(Permission.TOPIC_MANAGE)
def new() -> str:
    """Show the empty form."""
    return _form_page(TopicForm(formdata=None), None)


@blueprint.post("/operate/ranking/topics/new/look")
@requires(Permission.TOPIC_MANAGE)
def look() -> str | tuple[str, int]:
    """Show what the topic would catch; changes nothing."""
    form = TopicForm()
    if not _is_sound(form):
        return _form_page(form, None), UNPROCESSABLE
    return _form_page(form, _preview(form.draft()))


@blueprint.post("/operate/ranking/topics/new")
@requires(Permission.TOPIC_MANAGE)
def add() -> Response | tuple[str, int]:
    """Add the topic that was looked at; the worker brings it into use."""
    form = TopicForm()
    if not _is_sound(form):
        return _form_page(form, None), UNPROCESSABLE
    draft = form.draft()
    preview = _preview(draft)
    if preview is None:
        return _form_page(form, None), UNPROCESSABLE
    if request.form.get("looked_at") != draft.digest:  # changed since: it is shown before it is added
        return _form_page(form, preview), UNPROCESSABLE
    try:
        operations.add_topic(
            db.session,
            actor=current_actor(),
            draft=draft,
            packaged=read_topics().topics,
            nearest=preview.found.nearest[0],
            is_near_wanted=bool(form.is_near_wanted.data),
            now=now(),
        )
    except Invalid as error:
        _mark(form, error.fields)
        return _form_page(form, preview), UNPROCESSABLE
    flash(_("Added. The worker builds the index with it; lists use it when that is done."), "success")
    return redirect(url_for("topics.operate_topics"), 303)


@blueprint.get("/operate/ranking/topics/added/<topic_id>/retire")
@requires(Permission.TOPIC_MANAGE)
def retire(topic_id: str) -> str:
    """Ask for the reason."""
    return _retire_page(topic_id, RetireForm(formdata=None))


@blueprint.post("/operate/ranking/topics/added/<topic_id>/retire")
@requires(Permission.TOPIC_MANAGE)
def confirm_retire(topic_id: str) -> Response | tuple[str, int]:
    form = RetireForm()
    try:
        operations.retire_topic(
            db.session,
            actor=current_actor(),
            topic_id=topic_id,
            reason=form.reason.data or "",
            now=now(),
        )
    except Invalid as error:
        _mark(form, error.fields)
        return _retire_page(topic_id, form), UNPROCESSABLE
    except Conflict as error:
        form.reason.errors = [str(error)]
        return _retire_page(topic_id, form), UNPROCESSABLE
    flash(_("Retired. It is used until the worker has built the index without it."), "success")
    return redirect(url_for("topics.operate_topics"), 303)


@blueprint.post("/operate/ranking/topics/build")
@requires(Permission.TOPIC_MANAGE)
def build() -> Response:
    """Ask for the build again after it failed."""
    operations.ask_build(db.session, actor=current_actor(), now=now())
    flash(_("The worker builds the index again."), "success")
    return redirect(url_for("topics.operate_topics"), 303)


def _retire_page(topic_id: str, form: RetireForm) -> str:
    return render_template(
        "topics/retire.html",
        view=queries.get_added(db.session, topic_id=topic_id),
        form=form,
        label_of=label_of,
        current="topics",
    )


def _is_sound(form: TopicForm) -> bool:
    """Check the fields by the rules of topics and put what is wrong beside them."""
    _mark(form, operations.check_draft(db.session, form.draft(), packaged=read_topics().topics))
    return not form.errors


def _mark(form: Any, fields: Mapping[str, object]) -> None:
    for name, message in fields.items():
        form[name].errors = [str(message)]


def _preview(draft: TopicDraft) -> TopicLook | None:
    """Return what the topic would catch, or None while search cannot be asked."""
    try:
        return look_at(draft)
    except (SearchDown, IndexUnavailable):
        return None


def _form_page(form: TopicForm, preview: TopicLook | None) -> str:
    return render_template(
        "topics/new.html",
        form=form,
        preview=preview,
        looked_at=form.draft().digest,
        is_looked_at=request.method == "POST" and not form.errors,
        topic_name=topic_name,
        current="topics",
    )
