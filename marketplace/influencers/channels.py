"""Channels of an influencer: claimed by anyone, proven by our code in the bio and a reviewer who saw it."""

from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.ids import new_id
from marketplace.influencers.models import Channel, Influencer
from marketplace.influencers.profile import check_channel
from marketplace.influencers.records import follow_change, get_own, record
from marketplace.outbox import operations as outbox
from marketplace.policies import Actor
from marketplace.web.language import lazy_gettext as _

CHANNELS_MAX = 12
CODE_LENGTH = 6


class ChannelTaken(Conflict):
    """The account is the influencer's own already, or proven by somebody else."""

    code: ClassVar[str] = "channel_taken"


class TooManyChannels(Invalid):
    code: ClassVar[str] = "too_many_channels"


class ChannelAlreadyProven(Conflict):
    code: ClassVar[str] = "channel_already_proven"


class ChannelInReview(Conflict):
    """A reviewer looks at the account as it is."""

    code: ClassVar[str] = "channel_in_review"


def proof_code(make_id: Callable[[], str] = new_id) -> str:
    """Return a new code to be placed in a bio, e.g. ATHAR-7K2QXM."""
    return f"ATHAR-{make_id()[:CODE_LENGTH].upper()}"


def add_channel(
    session: Session, *, actor: Actor, influencer_id: str, platform: str, handle: str, url: str, now: datetime
) -> Channel:
    """Claim an account; it is labelled as not proven until a reviewer saw the code in its bio.

    Raises:
        ProfileInvalid: what is wrong in which field.
        ChannelTaken, TooManyChannels: see their classes.
        NotFound, Forbidden: not the actor's.

    """
    influencer = get_own(session, actor=actor, influencer_id=influencer_id)
    handle = handle.strip().lstrip("@")
    check_channel(platform=platform, handle=handle, url=url)
    _refuse_taken(session, platform=platform, handle=handle, influencer_id=influencer.id)
    count = session.scalar(select(func.count()).where(Channel.influencer_id == influencer.id)) or 0
    if count >= CHANNELS_MAX:
        raise TooManyChannels(_("At most %(most)s channels can be added.", most=CHANNELS_MAX))
    channel = Channel(
        influencer_id=influencer.id,
        platform=platform,
        handle=handle,
        url=url,
        proof_code=proof_code(),
        created_at=now,
    )
    session.add(channel)
    session.flush()
    after = {"channel_id": channel.id, "platform": platform}
    record(session, actor=actor, action="channel.added", influencer=influencer, now=now, after=after)
    follow_change(session, influencer_id=influencer.id, now=now)
    return channel


def change_channel(
    session: Session, *, actor: Actor, channel_id: str, handle: str, url: str, now: datetime
) -> Channel:
    """Correct the account name and address of a channel nobody has proven. Nothing happens when nothing differs.

    Raises:
        ProfileInvalid: what is wrong in which field.
        ChannelAlreadyProven, ChannelInReview, ChannelTaken: see their classes.
        NotFound, Forbidden: not the actor's.

    """
    channel, influencer = _own_channel(session, actor, channel_id)
    handle = handle.strip().lstrip("@")
    if (channel.handle, channel.url) == (handle, url):
        return channel
    if channel.proven_at is not None:
        raise ChannelAlreadyProven(
            _("This channel is proven as it is. Add another account as a channel of its own.")
        )
    if channel.proof_requested_at is not None:
        raise ChannelInReview(
            _("A reviewer looks at this channel now. Correct it once you are told the answer.")
        )
    check_channel(platform=channel.platform, handle=handle, url=url)
    if channel.handle.lower() != handle.lower():
        _refuse_taken(session, platform=channel.platform, handle=handle, influencer_id=influencer.id)
    channel.handle, channel.url = handle, url
    session.flush()
    after = {"channel_id": channel.id, "platform": channel.platform}
    record(session, actor=actor, action="channel.changed", influencer=influencer, now=now, after=after)
    follow_change(session, influencer_id=influencer.id, now=now)
    return channel


def request_channel_proof(session: Session, *, actor: Actor, channel_id: str, now: datetime) -> Channel:
    """Ask a reviewer to look for the code in the bio. Asking again while one looks changes nothing.

    Raises:
        ChannelAlreadyProven: there is nothing to prove.
        NotFound, Forbidden: not the actor's.

    """
    channel, influencer = _own_channel(session, actor, channel_id)
    if channel.proven_at is not None:
        raise ChannelAlreadyProven(_("This channel is proven already."))
    if channel.proof_requested_at is not None:
        return channel
    channel.proof_requested_at = now
    after = {"channel_id": channel.id}
    record(
        session, actor=actor, action="channel.proof_requested", influencer=influencer, now=now, after=after
    )
    outbox.put(
        session,
        "channel.proof_requested",
        {"channel_id": channel.id, "influencer_id": influencer.id},
        now=now,
        key=f"channel.proof_requested:{channel.id}:{now.isoformat()}",
    )
    return channel


def mark_channel_proven(session: Session, *, actor: Actor, channel_id: str, now: datetime) -> Channel:
    """Record that a reviewer saw the code. The caller (moderation) has checked the operator's right.

    Raises:
        ChannelAlreadyProven, ChannelTaken, NotFound: see their classes.

    """
    channel = get_channel(session, channel_id)
    if channel.proven_at is not None:
        raise ChannelAlreadyProven(_("This channel is proven already."))
    same = session.scalars(_same_account(channel.platform, channel.handle))
    if any(other.proven_at is not None for other in same):
        raise ChannelTaken(_("Somebody else has proven this account."))
    channel.proven_at, channel.proven_by, channel.proof_requested_at = now, actor.user_id, None
    _tell(session, channel, action="channel.proven", actor=actor, now=now)
    return channel


def refuse_channel_proof(session: Session, *, actor: Actor, channel_id: str, now: datetime) -> Channel:
    """Record that the code was not found; the influencer may ask again. A proven channel loses its proof."""
    channel = get_channel(session, channel_id)
    channel.proven_at = channel.proven_by = channel.proof_requested_at = None
    _tell(session, channel, action="channel.proof_refused", actor=actor, now=now)
    return channel


def get_channel(session: Session, channel_id: str) -> Channel:
    """Return a channel, locked. Raises NotFound."""
    channel = session.get(Channel, channel_id, with_for_update=True)
    if channel is None:
        raise NotFound
    return channel


def _own_channel(session: Session, actor: Actor, channel_id: str) -> tuple[Channel, Influencer]:
    channel = get_channel(session, channel_id)
    return channel, get_own(session, actor=actor, influencer_id=channel.influencer_id)


def _refuse_taken(session: Session, *, platform: str, handle: str, influencer_id: str) -> None:
    """Refuse a second claim by the same influencer, and any claim to what somebody else has proven."""
    same = session.scalars(_same_account(platform, handle)).all()
    if any(channel.influencer_id == influencer_id for channel in same):
        message = _("You have added this account already.")
    elif any(channel.proven_at is not None for channel in same):
        message = _("Somebody else has proven this account. If it is yours, write to the operators.")
    else:
        return
    raise ChannelTaken(message, fields={"handle": message})


def _same_account(platform: str, handle: str) -> Select[Channel]:
    return select(Channel).where(Channel.platform == platform, func.lower(Channel.handle) == handle.lower())


def _tell(session: Session, channel: Channel, *, action: str, actor: Actor, now: datetime) -> None:
    session.flush()
    influencer = session.get_one(Influencer, channel.influencer_id)
    after = {"channel_id": channel.id}
    record(session, actor=actor, action=action, influencer=influencer, now=now, after=after)
    payload = {"channel_id": channel.id, "influencer_id": influencer.id}
    outbox.put(session, action, payload, now=now, key=f"{action}:{channel.id}:{now.isoformat()}")
    follow_change(session, influencer_id=influencer.id, now=now)
