"""A brand's side of applications: the list of a brief by state, one application, shortlisting, refusing, quoting."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from marketplace.briefs.queries import get_own_brief
from marketplace.db import db
from marketplace.deals import operations, queries
from marketplace.deals.applicant_places import places_of
from marketplace.deals.domain import ApplicationStatus, InvitationStatus
from marketplace.deals.forms import RefuseForm
from marketplace.deals.offers import count_applications, count_invitations
from marketplace.deals.pages_blueprint import blueprint
from marketplace.deals.sentences import refusal_sentence
from marketplace.matches.sentences import refusal_label
from marketplace.policies import Permission
from marketplace.web import address_values
from marketplace.web.access import requires
from marketplace.web.context import current_actor, now
from marketplace.web.forms import UNPROCESSABLE
from marketplace.web.language import gettext as _
from marketplace.web.list_windows import Window


@dataclass(frozen=True, slots=True)
class Tab:
    """Which applications and invitations stand under a tab: by what happened, on whichever way it came about."""

    applications: tuple[ApplicationStatus, ...] = ()
    invitations: tuple[InvitationStatus, ...] = ()


TABS: dict[str, Tab] = {
    "new": Tab((ApplicationStatus.SUBMITTED,)),
    "shortlisted": Tab((ApplicationStatus.SHORTLISTED,)),
    "quoted": Tab(
        (ApplicationStatus.QUOTED, ApplicationStatus.BOOKED),
        (InvitationStatus.QUOTED, InvitationStatus.BOOKED),
    ),
    "refused": Tab(
        (
            ApplicationStatus.REFUSED,
            ApplicationStatus.WITHDRAWN,
            ApplicationStatus.LAPSED,
            ApplicationStatus.ENDED,
        ),
        (
            InvitationStatus.DECLINED,
            InvitationStatus.WITHDRAWN,
            InvitationStatus.LAPSED,
            InvitationStatus.ENDED,
        ),
    ),
    "invited": Tab(invitations=tuple(InvitationStatus)),
}
INVITATIONS_SHOWN = 100


@blueprint.get("/briefs/<brief_id>/applications")
@requires(Permission.MATCH_RUN)
def applications(brief_id: str) -> str:
    """List the applications to a brief by state, and the invitations sent for it."""
    actor = current_actor()
    own = get_own_brief(db.session, actor=actor, brief_id=brief_id)
    counts = _counts(brief_id)
    tab = address_values.one_of("tab", TABS, next((key for key in TABS if counts[key]), "new"))
    window = Window.read("deals.applications", brief_id=brief_id, tab=tab)
    rows = queries.list_applications(
        db.session,
        actor=actor,
        brief_id=brief_id,
        statuses=TABS[tab].applications,
        limit=window.limit,
        after=window.after,
    )
    invitations = queries.list_invitations(
        db.session,
        actor=actor,
        brief_id=brief_id,
        statuses=TABS[tab].invitations,
        limit=0 if window.after else INVITATIONS_SHOWN,
    )
    shown = window.cut(rows)
    return render_template(
        "deals/applications.html",
        brief=own.brief,
        tab=tab,
        tab_items=_tabs(brief_id, tab, counts),
        rows=shown,
        places=places_of(db.session, shown),
        refusal_label=refusal_label,
        window=window.links(rows),
        invitations=invitations,
        refusal_sentence=refusal_sentence,
    )


def _counts(brief_id: str) -> dict[str, int]:
    """Return how many stand under each tab."""
    applied = count_applications(db.session, brief_id=brief_id)
    invited = count_invitations(db.session, brief_id=brief_id)
    return {
        key: sum(applied.get(status, 0) for status in tab.applications)
        + sum(invited.get(status, 0) for status in tab.invitations)
        for key, tab in TABS.items()
    }


def _tabs(brief_id: str, tab: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    labels = {
        "new": _("New"),
        "shortlisted": _("Shortlisted"),
        "quoted": _("Quoted"),
        "refused": _("Refused"),
        "invited": _("Invited"),
    }
    return [
        {
            "href": url_for("deals.applications", brief_id=brief_id, tab=key),
            "label": label,
            "is_current": key == tab,
            "count": counts[key],
        }
        for key, label in labels.items()
    ]


@blueprint.get("/applications/<application_id>")
@requires(Permission.QUOTE_VIEW)
def application(application_id: str) -> str:
    return _application_page(application_id, RefuseForm(formdata=None))


def _application_page(application_id: str, form: RefuseForm) -> str:
    actor = current_actor()
    found = queries.get_application(db.session, actor=actor, application_id=application_id)
    is_brand = actor.brand_id is not None
    places = places_of(db.session, [found]) if is_brand else {}
    return render_template(
        "deals/application.html",
        application=found,
        form=form,
        is_brand=is_brand,
        place=places.get(found.id),
        refusal_label=refusal_label,
        refusal=refusal_sentence(found.refusal_code) if found.refusal_code else None,
    )


@blueprint.post("/applications/<application_id>/shortlist")
@requires(Permission.INVITE)
def shortlist(application_id: str) -> Response:
    moved = operations.shortlist_application(
        db.session, actor=current_actor(), application_id=application_id, now=now()
    )
    flash(_("Shortlisted. The influencer is told."), "success")
    return redirect(url_for("deals.applications", brief_id=moved.brief_id, tab="shortlisted"), 303)


@blueprint.post("/applications/<application_id>/quote")
@requires(Permission.APPLICATION_ANSWER)
def make_quote(application_id: str) -> Response:
    """Derive the quote from what the influencer agreed to; its page accepts and pays."""
    quote = operations.quote_application(
        db.session, actor=current_actor(), application_id=application_id, now=now()
    )
    return redirect(url_for("quotes.quote", quote_id=quote.id), 303)


@blueprint.post("/applications/<application_id>/refuse")
@requires(Permission.APPLICATION_ANSWER)
def refuse(application_id: str) -> Response | tuple[str, int]:
    form = RefuseForm()
    if form.validate():
        with form.refusals():
            moved = operations.refuse_application(
                db.session,
                actor=current_actor(),
                application_id=application_id,
                code=form.code.data,
                note=form.note.data or "",
                now=now(),
            )
            flash(_("Refused. The influencer reads a kind sentence with the reason."), "success")
            return redirect(url_for("deals.applications", brief_id=moved.brief_id), 303)
    return _application_page(application_id, form), UNPROCESSABLE
