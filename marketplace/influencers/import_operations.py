"""Writing imported rows: found again by `external_ref`, so that the same file twice changes nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.errors import MarketplaceError
from marketplace.influencers.channels import add_channel
from marketplace.influencers.domain import InfluencerStatus
from marketplace.influencers.figures import add_posts, record_metric
from marketplace.influencers.import_rows import ImportedChannel, ImportedInfluencer, RowProblem
from marketplace.influencers.models import Channel, Influencer
from marketplace.influencers.operations import consent_to_listing, create_influencer, edit_profile
from marketplace.policies import SYSTEM, Actor
from marketplace.web.language import lazy_gettext as _

PROGRESS_EVERY = 100


@dataclass(slots=True)
class ImportOutcome:
    """How many influencers were new, changed, the same; and what was refused."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: list[RowProblem] = field(default_factory=list)


def import_influencers(
    session: Session,
    *,
    rows: Sequence[ImportedInfluencer],
    actor: Actor = SYSTEM,
    now: datetime,
    on_progress: Callable[[int, int], None] | None = None,
) -> ImportOutcome:
    """Write the rows, each in a savepoint of its own: a refused row leaves nothing behind and stops no other.

    The caller commits, or rolls back when it wants all or nothing. `on_progress` is told (rows done, rows in all).
    """
    outcome = ImportOutcome()
    for done, row in enumerate(rows, start=1):
        try:
            with session.begin_nested():
                _write(session, row, outcome, actor=actor, now=now)
        except MarketplaceError as error:
            outcome.problems += _problems(row, error)
        if on_progress is not None and (done % PROGRESS_EVERY == 0 or done == len(rows)):
            on_progress(done, len(rows))
    return outcome


def _write(
    session: Session, row: ImportedInfluencer, outcome: ImportOutcome, *, actor: Actor, now: datetime
) -> None:
    known = session.scalar(select(Influencer).where(Influencer.external_ref == row.external_ref))
    if known is None:
        influencer = create_influencer(
            session, handle=row.handle, external_ref=row.external_ref, actor=actor, now=now, **row.profile
        )
    elif known.handle != row.handle:
        raise MarketplaceError(
            fields={"handle": _("This record is known under another handle, which stays.")}
        )
    else:
        influencer = known
    version = influencer.version
    if known is not None:
        edit_profile(session, actor=actor, influencer_id=influencer.id, now=now, **row.profile)
    if row.channel is not None:
        _write_channel(session, influencer, row, row.channel, actor=actor, now=now)
    _write_consent(session, influencer, row, actor=actor, now=now)
    if known is None:
        outcome.created += 1
    elif influencer.version != version:
        outcome.changed += 1
    else:
        outcome.unchanged += 1


def _write_channel(
    session: Session,
    influencer: Influencer,
    row: ImportedInfluencer,
    given: ImportedChannel,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    channel = session.scalar(
        select(Channel).where(
            Channel.influencer_id == influencer.id,
            Channel.platform == given.platform,
            func.lower(Channel.handle) == given.handle.lower(),
        )
    )
    if channel is None:
        channel = add_channel(
            session,
            actor=actor,
            influencer_id=influencer.id,
            platform=given.platform,
            handle=given.handle,
            url=given.url,
            now=now,
        )
    if given.followers is not None and given.followers_as_of is not None:
        record_metric(
            session,
            actor=actor,
            channel_id=channel.id,
            name="followers",
            value=given.followers,
            source=given.followers_source,
            as_of=given.followers_as_of,
            now=now,
        )
    if row.posts:
        add_posts(session, actor=actor, channel_id=channel.id, posts=row.posts, now=now)


def _write_consent(
    session: Session, influencer: Influencer, row: ImportedInfluencer, *, actor: Actor, now: datetime
) -> None:
    """Consent is taken over for a draft only: who paused their profile here is not listed again by a file."""
    if row.consented_on is None or influencer.status != InfluencerStatus.DRAFT:
        return
    influencer.consented_at = datetime.combine(row.consented_on, time(), UTC)
    consent_to_listing(session, actor=actor, influencer_id=influencer.id, now=now)


def _problems(row: ImportedInfluencer, error: MarketplaceError) -> list[RowProblem]:
    if error.fields:
        return [RowProblem(row.line, column, str(reason)) for column, reason in error.fields.items()]
    return [RowProblem(row.line, "", str(error.message))]
