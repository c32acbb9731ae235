"""Briefs over the API: the brand's own, and the open ones that influencers read."""

from collections.abc import Mapping
from typing import Any

from marketplace.briefs import operations, queries
from marketplace.briefs.draft_bodies import changed_fields, currencies_of, draft_of, shown_draft
from marketplace.briefs.fit import read_open_brief
from marketplace.briefs.queries import OpenBrief, OwnBrief
from marketplace.briefs.schemas import (
    BriefCloseSchema,
    BriefDraftSchema,
    BriefPageSchema,
    BriefPatchSchema,
    BriefQuery,
    BriefSchema,
    BriefSubmitSchema,
    OpenBriefPageSchema,
    OpenBriefSchema,
)
from marketplace.briefs.validation import BriefIncomplete
from marketplace.db import db
from marketplace.policies import Permission
from marketplace.quotes.policy_records import policy_at
from marketplace.web.access import requires
from marketplace.web.api import ApiBlueprint
from marketplace.web.context import current_actor, now
from marketplace.web.cursors import TimePageQuery
from marketplace.web.language import current_language
from marketplace.web.language import gettext as _
from marketplace.web.schema import plain
from marketplace.web.strict_input import InputInvalid

blueprint = ApiBlueprint("briefs", description="What brands look for.")


def _shown(own: OwnBrief) -> dict[str, Any]:
    versions = {"newest": plain(own.newest), "live": plain(own.live)}
    return {**plain(own.brief), **shown_draft(own.brief.draft), **versions}


def _own(brief_id: str) -> dict[str, Any]:
    return _shown(queries.get_own_brief(db.session, actor=current_actor(), brief_id=brief_id))


def _open(found: OpenBrief) -> dict[str, Any]:
    return {**plain(found.brief), "brand": plain(found.brand), "version": plain(found.version)}


def _check_currencies(body: Mapping[str, Any], currency: str | None) -> None:
    """Refuse a draft with two currencies: a brief is paid in one."""
    found = currencies_of(body)
    wanted = found.get("currency") or found.get("budget.currency") or currency
    wrong = {path: _("Use the currency of the budget.") for path, code in found.items() if code != wanted}
    if wrong:
        raise InputInvalid(_("A brief has one currency."), fields=dict(wrong))


@blueprint.read("/briefs", answer=BriefPageSchema, query=BriefQuery)
@requires(Permission.BRAND_VIEW)
def list_own_briefs(query: dict[str, Any]) -> dict[str, Any]:
    """List the briefs of your brand, newest first."""
    page = queries.list_own_briefs(db.session, brand_id=current_actor().brand_id or "", **query)
    return {"items": [_shown(row) for row in page.rows], "next_cursor": page.next_cursor}


@blueprint.write("/briefs", answer=BriefSchema, body=BriefDraftSchema, status=201, found_at="/briefs/{id}")
@requires(Permission.BRIEF_DRAFT)
def create_brief(body: dict[str, Any]) -> dict[str, Any]:
    """Begin a brief; an empty object begins an empty draft.

    Nothing is required before it is handed in, which names every field that is missing. What you leave out begins
    with the usual values. A brief that was read may be sent as it is: it begins a copy of its draft.
    """
    _check_currencies(body, next(iter(currencies_of(body).values()), None))
    brief = operations.create_brief(
        db.session, actor=current_actor(), draft=draft_of(body), language=current_language(), now=now()
    )
    return _own(brief.id)


@blueprint.read("/briefs/<id:brief_id>", answer=BriefSchema)
@requires(Permission.BRAND_VIEW)
def show_brief(brief_id: str) -> dict[str, Any]:
    """Show a brief of your brand with its draft, its newest and its published version."""
    return _own(brief_id)


@blueprint.write("/briefs/<id:brief_id>", answer=BriefSchema, body=BriefPatchSchema, method="PATCH")
@requires(Permission.BRIEF_DRAFT)
def change_brief(body: dict[str, Any], brief_id: str) -> dict[str, Any]:
    """Change fields of a draft: what is left out, or the same as before, stays as it is; null empties a field.

    Send the `revision` you read to be told (409) when somebody else saved in between.
    """
    kept = queries.get_own_brief(db.session, actor=current_actor(), brief_id=brief_id).brief.draft
    _check_currencies(body, kept.get("currency"))
    operations.autosave_draft(
        db.session,
        actor=current_actor(),
        brief_id=brief_id,
        draft=draft_of(changed_fields(body, kept)),
        revision=body.get("revision"),
        now=now(),
    )
    return _own(brief_id)


@blueprint.write(
    "/briefs/<id:brief_id>/submit", answer=BriefSchema, body=BriefSubmitSchema, is_body_optional=True
)
@requires(Permission.BRIEF_MANAGE)
def submit_brief(body: dict[str, Any], brief_id: str) -> dict[str, Any]:
    """Hand the draft in for review.

    The whole draft is checked; `errors` of a 422 names every field at fault. An operator decides then.
    """
    try:
        operations.submit_brief(
            db.session,
            actor=current_actor(),
            brief_id=brief_id,
            policy=policy_at(now()),
            revision=body.get("revision"),
            now=now(),
        )
    except BriefIncomplete as error:
        named = {name.replace("-", "."): what for name, what in error.fields.items()}
        raise BriefIncomplete(error.message, fields=named) from error
    return _own(brief_id)


@blueprint.write("/briefs/<id:brief_id>/take-back", answer=BriefSchema)
@requires(Permission.BRIEF_MANAGE)
def take_back_brief(brief_id: str) -> dict[str, Any]:
    """Take a brief out of review to change it."""
    operations.take_back_brief(db.session, actor=current_actor(), brief_id=brief_id, now=now())
    return _own(brief_id)


@blueprint.write("/briefs/<id:brief_id>/pause", answer=BriefSchema)
@requires(Permission.BRIEF_MANAGE)
def pause_brief(brief_id: str) -> dict[str, Any]:
    """Take no new applications for now."""
    operations.pause_brief(db.session, actor=current_actor(), brief_id=brief_id, now=now())
    return _own(brief_id)


@blueprint.write("/briefs/<id:brief_id>/resume", answer=BriefSchema)
@requires(Permission.BRIEF_MANAGE)
def resume_brief(brief_id: str) -> dict[str, Any]:
    """Take applications again."""
    operations.resume_brief(db.session, actor=current_actor(), brief_id=brief_id, now=now())
    return _own(brief_id)


@blueprint.write("/briefs/<id:brief_id>/withdraw", answer=BriefSchema)
@requires(Permission.BRIEF_MANAGE)
def withdraw_brief(brief_id: str) -> dict[str, Any]:
    """Give up a brief that was never published."""
    operations.withdraw_brief(db.session, actor=current_actor(), brief_id=brief_id, now=now())
    return _own(brief_id)


@blueprint.write("/briefs/<id:brief_id>/close", answer=BriefSchema, body=BriefCloseSchema)
@requires(Permission.BRIEF_MANAGE)
def close_brief(body: dict[str, Any], brief_id: str) -> dict[str, Any]:
    """End a published brief; everyone who still waits is told."""
    operations.close_brief(
        db.session, actor=current_actor(), brief_id=brief_id, reason=body["reason"], now=now()
    )
    return _own(brief_id)


@blueprint.read("/open-briefs", answer=OpenBriefPageSchema, query=TimePageQuery)
@requires(Permission.BRIEF_READ_OPEN)
def list_open_briefs(query: dict[str, Any]) -> dict[str, Any]:
    """List the open briefs, newest first."""
    page = queries.list_open_briefs(db.session, **query, today=now().date())
    return {"items": [_open(row) for row in page.rows], "next_cursor": page.next_cursor}


@blueprint.read("/open-briefs/<id:brief_id>", answer=OpenBriefSchema)
@requires(Permission.BRIEF_READ_OPEN)
def show_open_brief(brief_id: str) -> dict[str, Any]:
    """Show a published brief as influencers see it."""
    return _open(read_open_brief(db.session, actor=current_actor(), brief_id=brief_id).open_brief)
