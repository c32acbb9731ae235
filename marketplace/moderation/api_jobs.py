"""Jobs of the outbox over the API: how many wait, what is parked, and trying it again."""

from typing import Any

from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.moderation.api_blueprint import blueprint
from marketplace.moderation.schemas_jobs import JobsSchema, ParkedJobPageSchema
from marketplace.outbox.operations import retry_parked
from marketplace.outbox.queries import OutboxState, list_parked, outbox_state
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.context import now
from marketplace.web.language import gettext as _
from marketplace.web.schema import plain


@blueprint.read("/jobs", answer=JobsSchema)
@requires(Permission.CASE_VIEW)
def show_jobs() -> OutboxState:
    """Show how many jobs of the outbox wait and how many are parked."""
    return outbox_state(db.session)


@blueprint.read("/jobs/parked", answer=ParkedJobPageSchema)
@requires(Permission.CASE_VIEW)
def list_parked_jobs() -> dict[str, Any]:
    """List parked jobs, newest first. There is no second page: those that are tried again make room."""
    return {"items": plain(list_parked(db.session)), "next_cursor": None}


@blueprint.write("/jobs/parked/<row:job_id>/retry", answer=JobsSchema)
@requires(Permission.OUTBOX_MANAGE)
def retry_parked_job(job_id: int) -> OutboxState:
    """Try a parked job again."""
    if not retry_parked(db.session, row_id=job_id, now=now()):
        raise NotFound(_("There is no such parked job."))
    db.session.flush()
    return outbox_state(db.session)
