"""Pages of moderation: the queue, a case, appeals; an author's decisions."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from marketplace.bookings.hearing import list_unheard
from marketplace.cursors import Cursor
from marketplace.db import db
from marketplace.disputes.queries import open_disputes_about
from marketplace.errors import NotFound
from marketplace.moderation import operations, queries
from marketplace.moderation.appeals import APPEAL_WITHIN
from marketplace.moderation.cases import CLAIM
from marketplace.moderation.consequences import ACTIONS
from marketplace.moderation.domain import SubjectType
from marketplace.moderation.forms import ACTION_LABELS, AppealAnswerForm, AppealForm, DecisionForm
from marketplace.moderation.history_reasons import with_reasons
from marketplace.moderation.models import Appeal, Decision, ModerationCase
from marketplace.moderation.next_case import next_case_id
from marketplace.moderation.outcomes import answered_appeals
from marketplace.moderation.pages_blueprint import blueprint
from marketplace.moderation.policies_data import moderation_policies
from marketplace.moderation.queue_order import QueueOrder
from marketplace.moderation.subject_views import SubjectView
from marketplace.moderation.subjects import is_alarm, view_subject
from marketplace.policies import Permission, may
from marketplace.web import address_values
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.forms import UNPROCESSABLE, offered
from marketplace.web.language import current_language
from marketplace.web.language import gettext as _
from marketplace.web.reading import carried_number

__all__ = ["blueprint"]

DAY = timedelta(days=1)
NOTE_MAX = 500


@blueprint.get("/operate/queue")
@requires(Permission.CASE_VIEW)
def queue() -> str:
    """List open cases: what is due within a day, then the oldest, last what waits for a side."""
    kind = address_values.one_of("kind", queries.SUBJECT_TYPES) or None
    after = address_values.after()
    unheard = list_unheard(db.session, now=now())
    lines = queries.list_queue(
        db.session,
        actor=current_actor(),
        order=QueueOrder(unheard, now()),
        subject_type=kind,
        after=Cursor.find(after),
        limit=queries.PAGE + 1,
    )
    counts = queries.queue_counts(db.session, since=now() - DAY)
    contests = [line.subject_id for line in lines if line.subject_type == SubjectType.DELIVERABLE]
    return render_template(
        "moderation/queue.html",
        lines=lines[: queries.PAGE],
        disputes=open_disputes_about(db.session, deliverable_ids=contests, now=now()) if contests else {},
        unheard=unheard,
        next_url=_next_cases(lines, kind),
        first_url=url_for("moderation.queue", kind=kind) if after else None,
        counts=counts,
        kind=kind,
        kinds=queries.SUBJECT_TYPES,
        claim=CLAIM,
        may_suspend=may(current_actor(), Permission.ACCOUNT_SUSPEND),
    )


def _next_cases(lines: Sequence[queries.QueueLine], kind: str | None) -> str | None:
    if len(lines) <= queries.PAGE:
        return None
    last = lines[queries.PAGE - 1]
    return url_for("moderation.queue", kind=kind, after=Cursor(last.opened_at, last.case_id).as_text())


@blueprint.get("/operate/cases/<case_id>")
@requires(Permission.CASE_VIEW)
def case(case_id: str) -> str:
    found = operations.get_case(db.session, case_id=case_id)
    return _case_page(found, DecisionForm(formdata=None, revision=str(found.revision)))


def _case_page(
    found: ModerationCase,
    form: DecisionForm,
    *,
    notes: Mapping[str, Mapping[str, str]] | None = None,
    too_long: Mapping[str, str] | None = None,
) -> str:
    view = view_subject(
        db.session,
        subject_type=found.subject_type,
        subject_id=found.subject_id,
        version_ref=found.version_ref,
    )
    form.action.choices = offered((action, ACTION_LABELS[action]) for action in ACTIONS[found.subject_type])
    is_claimed = found.claimed_until is not None and found.claimed_until > now()
    return render_template(
        "moderation/case.html",
        case=found,
        view=view,
        changes=_changes(view),
        history=with_reasons(
            db.session,
            queries.list_history(db.session, subject_type=found.subject_type, subject_id=found.subject_id),
            language=current_language(),
        ),
        decision=queries.find_decision(db.session, case_id=found.id),
        outcomes=answered_appeals(db.session, subject_type=found.subject_type, subject_id=found.subject_id),
        form=form,
        notes=notes or {},
        too_long=too_long or {},
        note_links=[{"field_id": name, "message": message} for name, message in (too_long or {}).items()],
        policies=moderation_policies(),
        booking_id=view.booking_id,
        waiting_brand=queries.find_waiting_brand(db.session, brand_id=view.brand_id)
        if found.subject_type == SubjectType.BRIEF and view.brand_id
        else None,
        is_alarm=is_alarm(found.version_ref),
        is_mine=is_claimed and found.claimed_by == current_actor().user_id,
        is_taken=is_claimed and found.claimed_by != current_actor().user_id,
    )


def _changes(view: SubjectView) -> list[dict[str, object]]:
    """Return the fields that differ from the version before."""
    if not view.before:
        return []
    return [
        {"label": name, "before": str(view.before.get(name, "")), "after": str(value)}
        for name, value in view.fields.items()
        if view.before.get(name) != value
    ]


@blueprint.post("/operate/cases/<case_id>/claim")
@requires(Permission.CASE_DECIDE)
def claim(case_id: str) -> Response:
    operations.claim_case(db.session, actor=current_actor(), case_id=case_id, now=now())
    return redirect(url_for("moderation.case", case_id=case_id), 303)


@blueprint.post("/operate/cases/<case_id>/release")
@requires(Permission.CASE_DECIDE)
def release(case_id: str) -> Response:
    operations.release_case(db.session, actor=current_actor(), case_id=case_id)
    return redirect(url_for("moderation.queue"), 303)


@blueprint.post("/operate/cases/<case_id>/seen")
@requires(Permission.CASE_DECIDE)
def close_alarm(case_id: str) -> Response:
    """Close the case of an alarm somebody has looked at."""
    operations.close_alarm(db.session, actor=current_actor(), case_id=case_id, now=now())
    flash(_("The case is closed."), "success")
    return redirect(url_for("moderation.queue"), 303)


@blueprint.post("/operate/cases/<case_id>/decide")
@requires(Permission.CASE_DECIDE)
def decide(case_id: str) -> Response | tuple[str, int]:
    """Decide, then go to the next waiting case."""
    found = operations.get_case(db.session, case_id=case_id)
    form = DecisionForm()
    form.action.choices = offered((action, ACTION_LABELS[action]) for action in ACTIONS[found.subject_type])
    revision = carried_number(form.revision.data)
    notes = _field_notes()
    too_long = _too_long(notes)
    if form.validate() and revision is not None and not too_long:
        given = operations.DecisionInput(
            action=form.action.data,
            policy_code=form.policy_code.data,
            reason_en=form.reason_en.data or "",
            reason_ar=form.reason_ar.data or "",
            field_notes=notes,
            uses_ready_reason=form.uses_ready_reason.data,
        )
        with form.refusals():
            operations.decide_case(
                db.session,
                actor=current_actor(),
                case_id=case_id,
                given=given,
                revision=revision,
                now=now(),
            )
            flash(_("Decided. The author is told in their language."), "success")
            following = next_case_id(db.session, actor=current_actor(), decided=found, now=now())
            if following is None:
                return redirect(url_for("moderation.queue"), 303)
            return redirect(url_for("moderation.case", case_id=following), 303)
    return _case_page(found, form, notes=notes, too_long=too_long), UNPROCESSABLE


def _too_long(notes: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Return what is wrong with notes that are too long to be kept whole, by the name of their input."""
    message = _("Use at most %(most)s characters.", most=NOTE_MAX)
    return {
        f"note-{name}-{language}": message
        for name, texts in notes.items()
        for language, text in texts.items()
        if len(text) > NOTE_MAX
    }


def _field_notes() -> dict[str, dict[str, str]]:
    """Read note-<field>-en and note-<field>-ar."""
    notes: dict[str, dict[str, str]] = {}
    for name, text in request.form.items():
        parts = name.split("-")
        if (
            len(parts) == 3 and parts[0] == "note" and parts[2] in {"en", "ar"} and text.strip()
        ):  # note, field, language
            notes.setdefault(parts[1], {})[parts[2]] = text.strip()
    return notes


@blueprint.get("/operate/appeals")
@requires(Permission.CASE_VIEW)
def appeals() -> str:
    rows = queries.list_appeals(db.session)
    names = queries.user_names(db.session, {decision.operator_id for _appeal, decision, _case in rows})
    return render_template("moderation/appeals.html", rows=rows, names=names)


@blueprint.get("/operate/appeals/<appeal_id>")
@requires(Permission.CASE_VIEW)
def appeal_case(appeal_id: str) -> str:
    return _appeal_page(appeal_id, AppealAnswerForm(formdata=None))


def _appeal_page(appeal_id: str, form: AppealAnswerForm) -> str:
    found = db.session.get(Appeal, appeal_id)
    if found is None:
        raise NotFound(_("There is no such appeal."))
    decision = db.session.get_one(Decision, found.decision_id)
    about = operations.get_case(db.session, case_id=decision.case_id)
    return render_template(
        "moderation/appeal_case.html",
        appeal=found,
        decision=decision,
        decided_by=queries.user_names(db.session, [decision.operator_id]).get(decision.operator_id),
        case=about,
        form=form,
        policies=moderation_policies(),
        may_suspend=may(current_actor(), Permission.ACCOUNT_SUSPEND),
    )


@blueprint.post("/operate/appeals/<appeal_id>")
@requires(Permission.APPEAL_DECIDE)
def answer_appeal(appeal_id: str) -> Response | tuple[str, int]:
    form = AppealAnswerForm()
    if not form.validate():
        return _appeal_page(appeal_id, form), UNPROCESSABLE
    operations.answer_appeal(
        db.session,
        actor=current_actor(),
        appeal_id=appeal_id,
        is_upheld=form.outcome.data == "upheld",
        answer_en=form.answer_en.data,
        answer_ar=form.answer_ar.data,
        now=now(),
    )
    flash(_("Answered. The author is told in their language."), "success")
    return redirect(url_for("moderation.appeals"), 303)


@blueprint.get("/decisions")
@requires(Permission.APPEAL_FILE)
def own_decisions() -> str:
    """Show an author what was decided about them, why, and how to appeal."""
    rows = queries.list_own_decisions(db.session, actor=current_actor())
    return render_template(
        "moderation/own_decisions.html",
        rows=rows,
        policies=moderation_policies(),
        appeal_within=APPEAL_WITHIN,
    )


@blueprint.get("/decisions/<decision_id>/appeal")
@requires(Permission.APPEAL_FILE)
def appeal(decision_id: str) -> str:
    return _own_appeal_page(decision_id, AppealForm(formdata=None))


def _own_appeal_page(decision_id: str, form: AppealForm) -> str:
    rows = queries.list_own_decisions(db.session, actor=current_actor(), decision_id=decision_id)
    if not rows:
        raise NotFound(_("There is no such decision."))
    return render_template("moderation/appeal.html", decision=rows[0][0], case=rows[0][1], form=form)


@blueprint.post("/decisions/<decision_id>/appeal")
@requires(Permission.APPEAL_FILE)
def file_appeal(decision_id: str) -> Response | tuple[str, int]:
    form = AppealForm()
    if not form.validate():
        return _own_appeal_page(decision_id, form), UNPROCESSABLE
    operations.file_appeal(
        db.session, actor=current_actor(), decision_id=decision_id, text=form.text.data, now=now()
    )
    flash(_("Your appeal is with the operators. Somebody else than before decides about it."), "success")
    return redirect(url_for("moderation.own_decisions"), 303)
