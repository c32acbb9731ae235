"""Pages of disputes: the room both sides and operators share, the ruling, the appeal, and what was decided before."""

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from marketplace.approvals.domain import ActKind
from marketplace.approvals.operations import find_waiting
from marketplace.bookings import operations as bookings
from marketplace.bookings.domain import DeliverableAction
from marketplace.bookings.forms import lines_of
from marketplace.bookings.permitted import (
    ACCEPT_RULING,
    ADD_EVIDENCE,
    DENY_POST,
    FIND_POST_LIVE,
    SHOW_POST,
)
from marketplace.bookings.refusals import StatusConflict
from marketplace.bookings.uploads import take_uploads
from marketplace.briefs.domain import CriterionKind
from marketplace.briefs.labels import criterion_label
from marketplace.db import db
from marketplace.disputes import operations, queries
from marketplace.disputes.finding_words import OUTCOME_LOOKS, finding_sentence, outcome_word
from marketplace.disputes.forms import (
    AppealForm,
    DenyPostForm,
    EvidenceForm,
    RulingForm,
    ShowPostForm,
    ruling_form,
    ruling_input,
)
from marketplace.disputes.room_marks import room_mark
from marketplace.disputes.rooms import DisputeRoom
from marketplace.errors import NotFound
from marketplace.influencers.labels import kind_label, platform_label
from marketplace.policies import Permission
from marketplace.web import address_values
from marketplace.web.access import requires, signed_in
from marketplace.web.context import current_actor, now
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.language import current_language
from marketplace.web.language import gettext as _

blueprint = Blueprint("disputes", __name__)
ROOM = "/bookings/<booking_id>/work/<deliverable_id>/dispute"
RULINGS = (DeliverableAction.RULE, DeliverableAction.RULE_APPEAL)
WORDS_MAX = 100
OPEN_PAGE = 25
#: how often an open dispute asks for news
SECONDS_BETWEEN_LOOKS = 20
MARK_MAX, NO_NEWS = 20, 204


@blueprint.get("/operate/disputes")
@requires(Permission.CASE_VIEW)
def open_disputes() -> str:
    """List what is not over, by the deadline that comes next."""
    address_values.only("after")
    after = address_values.after()
    rows = queries.list_open_disputes(db.session, now=now(), cursor=after, limit=OPEN_PAGE + 1)
    shown = rows[:OPEN_PAGE]
    following = url_for("disputes.open_disputes", after=shown[-1].cursor) if len(rows) > OPEN_PAGE else None
    return render_template(
        "disputes/open_disputes.html",
        rows=shown,
        next_url=following,
        first_url=url_for("disputes.open_disputes") if after else None,
    )


@blueprint.get(ROOM)
@requires(Permission.BOOKING_VIEW)
def room(booking_id: str, deliverable_id: str) -> str | Response:
    """Show a dispute; an open one asks by itself, with the mark of what it shows in `seen`, and gets nothing without news."""
    found = _get_room(booking_id, deliverable_id)
    if address_values.text_of("seen", MARK_MAX) == room_mark(found):
        return Response(status=NO_NEWS)
    return _page(found)


@blueprint.post(ROOM + "/evidence")
@requires(Permission.BOOKING_CONTEST)
def add_evidence(booking_id: str, deliverable_id: str) -> Response | tuple[str, int]:
    """Add text, links and files while the time for evidence runs."""
    found = _get_room(booking_id, deliverable_id, ADD_EVIDENCE)
    form = EvidenceForm()
    told = _("Added. The other side and the operator read it.")
    return _send(found, form, bookings.add_evidence, told=told) or (
        _page(found, evidence=form),
        UNPROCESSABLE,
    )


@blueprint.post(ROOM + "/show")
@requires(Permission.BOOKING_DELIVER)
def show_post(booking_id: str, deliverable_id: str) -> Response | tuple[str, int]:
    """Show that a post reported as gone is up."""
    found = _get_room(booking_id, deliverable_id, SHOW_POST)
    form = ShowPostForm()
    told = _("Shown. The brand looks at it; without an answer its report is undone.")
    return _send(found, form, bookings.show_post, told=told) or (_page(found, shown=form), UNPROCESSABLE)


@blueprint.post(ROOM + "/found")
@requires(Permission.BOOKING_REVIEW)
def find_post_live(booking_id: str, deliverable_id: str) -> Response:
    """Take the report back: the post is up."""
    found = _get_room(booking_id, deliverable_id, FIND_POST_LIVE)
    bookings.find_post_live(db.session, actor=current_actor(), contest_id=found.contest_id, now=now())
    flash(_("Your report is undone, and the strike is withdrawn."), "success")
    return redirect(_room_url(found), 303)


@blueprint.post(ROOM + "/deny")
@requires(Permission.BOOKING_REVIEW)
def deny_post(booking_id: str, deliverable_id: str) -> Response | tuple[str, int]:
    """Say that a post which was shown is not up."""
    found = _get_room(booking_id, deliverable_id, DENY_POST)
    form = DenyPostForm()
    if form.validate():
        with form.refusals():
            bookings.deny_post(
                db.session,
                actor=current_actor(),
                contest_id=found.contest_id,
                text=form.text.data or "",
                now=now(),
            )
            flash(_("The influencer was told. An operator decides."), "success")
            return redirect(_room_url(found), 303)
    return _page(found, denied=form), UNPROCESSABLE


@blueprint.post(ROOM + "/accept")
@requires(Permission.BOOKING_CONTEST)
def accept_ruling(booking_id: str, deliverable_id: str) -> Response:
    """Say that the ruling is good as it is."""
    found = _get_room(booking_id, deliverable_id, ACCEPT_RULING)
    contest = bookings.accept_ruling(
        db.session, actor=current_actor(), contest_id=found.contest_id, now=now()
    )
    if contest.closed_at is not None:
        flash(_("Both sides accepted: the decision is final, and the money moves by it."), "success")
    else:
        flash(
            _("Accepted. The money moves when the other side accepts, or when nobody can appeal any more."),
            "success",
        )
    return redirect(_room_url(found), 303)


@blueprint.post(ROOM + "/appeal")
@requires(Permission.BOOKING_CONTEST)
def appeal(booking_id: str, deliverable_id: str) -> Response | tuple[str, int]:
    """Ask another operator to decide anew."""
    found = _get_room(booking_id, deliverable_id, DeliverableAction.APPEAL)
    form = AppealForm()
    if form.validate():
        with form.refusals():
            bookings.appeal_ruling(
                db.session,
                actor=current_actor(),
                contest_id=found.contest_id,
                text=form.text.data or "",
                now=now(),
            )
            flash(
                _("Your appeal is with the operators. Somebody else than before decides about it."), "success"
            )
            return redirect(_room_url(found), 303)
    return _page(found, appeal=form), UNPROCESSABLE


@blueprint.post(ROOM + "/rule")
@requires(Permission.CASE_DECIDE)
def rule(booking_id: str, deliverable_id: str) -> Response | tuple[str, int]:
    """Decide criterion by criterion; where much is at stake a second operator is asked."""
    found = _get_room(booking_id, deliverable_id, *RULINGS)
    disputed = [each.id for each in found.criteria if each.is_disputed]
    form = ruling_form(disputed)
    if form.validate():
        with form.refusals():
            asked = operations.decide_contest(
                db.session,
                actor=current_actor(),
                contest_id=found.contest_id,
                given=ruling_input(form, disputed),
                now=now(),
            )
            if asked is not None:
                flash(
                    _("So much is at stake that a second operator must approve. Nothing has happened yet."),
                    "info",
                )
                return redirect(url_for("approvals.request", request_id=asked.id), 303)
            flash(_("Decided. Both sides read the reason in their language."), "success")
            return redirect(_room_url(found), 303)
    return _page(found, ruling=form), UNPROCESSABLE


@blueprint.get("/disputes/decided")
@signed_in
def past_rulings() -> str:
    """Show anybody who is signed in how disputes ended, without names."""
    address_values.only("kind", "words", "after")
    kinds = address_values.each_of("kind", CriterionKind)
    words = address_values.text_of("words", WORDS_MAX)
    rows = queries.list_past_rulings(db.session, kinds=kinds, words=words, cursor=address_values.after())
    shown = rows[: queries.PAGE]
    following = None
    if len(rows) > queries.PAGE:
        following = url_for("disputes.past_rulings", kind=kinds, words=words, after=shown[-1].cursor)
    return render_template(
        "disputes/past_rulings.html",
        rows=shown,
        following=following,
        kinds=kinds,
        words=words,
        all_kinds=[(each, criterion_label(each)) for each in CriterionKind],
        counts=queries.count_similar(db.session, kinds=kinds or list(CriterionKind)),
        kind_label=kind_label,
        platform_label=platform_label,
    )


def _get_room(booking_id: str, deliverable_id: str, *actions: str) -> DisputeRoom:
    found = queries.dispute_room(db.session, actor=current_actor(), deliverable_id=deliverable_id, now=now())
    if found.booking_id != booking_id:
        raise NotFound
    if actions and not set(actions) & set(found.actions):
        raise StatusConflict
    return found


def _send(
    found: DisputeRoom, form: EvidenceForm | ShowPostForm, act: Callable[..., object], *, told: str
) -> Response | None:
    """Hand text, links and files to the operation; None where something is missing, which the form then says."""
    if form.validate():
        with form.refusals(beside="files"):
            act(
                db.session,
                actor=current_actor(),
                contest_id=found.contest_id,
                text=form.text.data or "",
                links=lines_of(form.links.data),
                files=take_uploads("files"),
                now=now(),
            )
            flash(told, "success")
            return redirect(_room_url(found), 303)
    return None


def _room_url(found: DisputeRoom) -> str:
    return url_for("disputes.room", booking_id=found.booking_id, deliverable_id=found.deliverable_id)


def _page(
    found: DisputeRoom,
    *,
    evidence: EvidenceForm | None = None,
    appeal: AppealForm | None = None,
    ruling: RulingForm | None = None,
    shown: ShowPostForm | None = None,
    denied: DenyPostForm | None = None,
) -> str:
    is_arabic = current_language() == "ar"
    disputed = [each.id for each in found.criteria if each.is_disputed]
    is_due = bool(set(RULINGS) & set(found.actions))
    waiting = (
        find_waiting(db.session, kind=ActKind.RULE_CONTEST, subject_id=found.contest_id) if is_due else None
    )
    return render_template(
        "disputes/room.html",
        room=found,
        shown_mark=room_mark(found),
        seconds=SECONDS_BETWEEN_LOOKS,
        is_news=bool(address_values.text_of("seen", MARK_MAX)),
        at={"booking_id": found.booking_id, "deliverable_id": found.deliverable_id},
        work=_(", ").join((kind_label(found.kind), platform_label(found.platform))),
        back=url_for("bookings.booking", booking_id=found.booking_id),
        evidence=evidence or EvidenceForm(formdata=None),
        appeal=appeal or AppealForm(formdata=None),
        shown=shown or ShowPostForm(formdata=None),
        denied=denied or DenyPostForm(formdata=None),
        ruling=ruling or (ruling_form(disputed, is_empty=True) if is_due else None),
        may_rule=is_due and waiting is None and not found.is_own_word,
        is_for_others=is_due and found.is_own_word,
        waiting=waiting,
        criteria_names={each.id: (is_arabic and each.text_ar) or each.text for each in found.criteria},
        criterion_label=criterion_label,
        finding_sentence=finding_sentence,
        outcome_word=outcome_word,
        outcome_looks=OUTCOME_LOOKS,
    )
