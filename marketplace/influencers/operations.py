"""Writing influencers: the profile, consent to be listed, the calendar. Channels and figures have modules of their own."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar, Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.influencers.domain import InfluencerStatus
from marketplace.influencers.models import BusyPeriod, Channel, Influencer
from marketplace.influencers.profile import ProfileInvalid, ProfileValues, check_profile
from marketplace.influencers.records import follow_change, get_own, put_changed, record
from marketplace.meanwhile import mark_of, refuse_overwriting
from marketplace.policies import SYSTEM, Actor
from marketplace.web.language import lazy_gettext as _

BUSY_PERIODS_MAX = 100


class HandleTaken(Conflict):
    """Somebody else has this handle."""

    code: ClassVar[str] = "influencer_handle_taken"


class AlreadyInfluencer(Conflict):
    """This user has an influencer's profile already."""

    code: ClassVar[str] = "already_influencer"


class ProfileNotListable(Invalid):
    """Something is missing before brands may find the profile; `fields` says what."""

    code: ClassVar[str] = "profile_not_listable"


class ProfileSuspended(Conflict):
    """A suspended profile does not come back by itself."""

    code: ClassVar[str] = "profile_suspended"


class BusyPeriodInvalid(Invalid):
    code: ClassVar[str] = "busy_period_invalid"


def create_influencer(
    session: Session,
    *,
    handle: str,
    user_id: str | None = None,
    actor: Actor = SYSTEM,
    external_ref: str | None = None,
    now: datetime,
    **profile: Unpack[ProfileValues],
) -> Influencer:
    """Create a profile as a draft: brands find it only after consent and an own channel.

    Raises:
        ProfileInvalid: what is wrong in which field.
        HandleTaken, AlreadyInfluencer: see their classes.

    """
    handle = normal_handle(handle)
    check_profile(profile, handle=handle)
    if not profile.get("name"):
        raise ProfileInvalid(_("Some fields need another look."), fields={"name": _("Type a name.")})
    if not is_handle_free(session, handle=handle):
        message = _("This handle is taken. Choose another one.")
        raise HandleTaken(message, fields={"handle": message})
    if user_id is not None and session.scalar(select(Influencer.id).where(Influencer.user_id == user_id)):
        raise AlreadyInfluencer(_("This account has a profile already."))
    influencer = Influencer(
        handle=handle,
        user_id=user_id,
        external_ref=external_ref,
        status=InfluencerStatus.DRAFT,
        version=1,
        created_at=now,
        updated_at=now,
        **_columns(profile),
    )
    session.add(influencer)
    session.flush()
    record(session, actor=actor, action="influencer.created", influencer=influencer, now=now)
    put_changed(session, influencer, now=now)
    return influencer


def normal_handle(handle: str) -> str:
    """Return a handle as it is stored: small letters, no @."""
    return handle.strip().lstrip("@").lower()


def is_handle_free(session: Session, *, handle: str) -> bool:
    """Return whether nobody has this handle."""
    taken = session.scalar(select(Influencer.id).where(Influencer.handle == normal_handle(handle)))
    return taken is None


def release_handle(session: Session, influencer: Influencer, *, now: datetime) -> None:
    """Take a handle away from a sign-up that was never confirmed; the profile goes on under one of its own."""
    influencer.handle = f"unconfirmed-{influencer.id}".lower()
    session.flush()
    record(
        session,
        actor=SYSTEM,
        action="influencer.handle_released",
        influencer=influencer,
        now=now,
        after={"handle": influencer.handle},
    )
    follow_change(session, influencer_id=influencer.id, now=now)


def edit_profile(
    session: Session,
    *,
    actor: Actor,
    influencer_id: str,
    seen: str | None = None,
    now: datetime,
    **profile: Unpack[ProfileValues],
) -> Influencer:
    """Change what is given; absent fields stay. Nothing happens when nothing differs.

    `seen` is the `mark_of_profile` of what the form was filled from; None where nothing was read before.

    Raises:
        ProfileInvalid: what is wrong in which field.
        ChangedMeanwhile: another profile was stored since.
        NotFound, Forbidden: not the actor's.

    """
    influencer = get_own(session, actor=actor, influencer_id=influencer_id)
    check_profile(profile)
    refuse_overwriting(seen, stored=_profile_of(influencer), wanted=_columns(profile))
    changed = {name: value for name, value in _columns(profile).items() if getattr(influencer, name) != value}
    if not changed:
        return influencer
    for name, value in changed.items():
        setattr(influencer, name, value)
    fields = {"fields": sorted(changed)}
    record(session, actor=actor, action="influencer.edited", influencer=influencer, now=now, after=fields)
    follow_change(session, influencer_id=influencer.id, now=now)
    return influencer


def mark_of_profile(influencer: Influencer) -> str:
    """Return the mark by which a save tells what it was begun from."""
    return mark_of(_profile_of(influencer))


def _profile_of(influencer: Influencer) -> dict[str, Any]:
    return {name: getattr(influencer, name) for name in ProfileValues.__annotations__}


def consent_to_listing(session: Session, *, actor: Actor, influencer_id: str, now: datetime) -> Influencer:
    """Let brands find the profile: only the influencer's own consent does that (or the import's, which carries it).

    Raises:
        ProfileNotListable: a channel or a topic is missing.
        ProfileSuspended, NotFound, Forbidden: see their classes.

    """
    influencer = get_own(session, actor=actor, influencer_id=influencer_id)
    if influencer.status == InfluencerStatus.SUSPENDED:
        raise ProfileSuspended(
            _("This profile is suspended. The decision and the way to appeal stand on its page.")
        )
    fields: dict[str, object] = {}
    if session.scalar(select(Channel.id).where(Channel.influencer_id == influencer.id).limit(1)) is None:
        fields["channels"] = _("Add at least one channel first.")
    if not influencer.claimed_topics and not influencer.bio:
        fields["claimed_topics"] = _("Choose a topic or write what your posts are about first.")
    if fields:
        raise ProfileNotListable(_("Something is missing before brands can find you."), fields=fields)
    influencer.consented_at = influencer.consented_at or now
    return _set_status(
        session, influencer, InfluencerStatus.LISTED, action="influencer.consented", actor=actor, now=now
    )


def withdraw_consent(session: Session, *, actor: Actor, influencer_id: str, now: datetime) -> Influencer:
    """Take the profile off every list; running bookings go on. Raises ProfileSuspended, NotFound, Forbidden."""
    influencer = get_own(session, actor=actor, influencer_id=influencer_id)
    if influencer.status == InfluencerStatus.SUSPENDED:
        raise ProfileSuspended(
            _("This profile is suspended. The decision and the way to appeal stand on its page.")
        )
    influencer.consented_at = None
    return _set_status(
        session,
        influencer,
        InfluencerStatus.PAUSED,
        action="influencer.consent_withdrawn",
        actor=actor,
        now=now,
    )


def set_suspension(
    session: Session, *, actor: Actor, influencer_id: str, is_suspended: bool, now: datetime
) -> Influencer:
    """Suspend a profile or lift the suspension; called by moderation. Raises NotFound."""
    influencer = session.get(Influencer, influencer_id, with_for_update=True)
    if influencer is None:
        raise NotFound
    after = InfluencerStatus.LISTED if influencer.consented_at else InfluencerStatus.PAUSED
    status = InfluencerStatus.SUSPENDED if is_suspended else after
    event = "influencer.suspended" if is_suspended else "influencer.reinstated"
    return _set_status(session, influencer, status, action=event, actor=actor, now=now)


def set_busy_periods(
    session: Session, *, actor: Actor, influencer_id: str, periods: Sequence[tuple[date, date]], now: datetime
) -> None:
    """Replace the days (first, last) on which nothing new is taken. Nothing happens when nothing differs.

    Raises:
        BusyPeriodInvalid: an end before its beginning, too many periods.
        NotFound, Forbidden: not the actor's.

    """
    influencer = get_own(session, actor=actor, influencer_id=influencer_id)
    if any(last < first for first, last in periods):
        message = _("The last day comes before the first.")
        raise BusyPeriodInvalid(message, fields={"ends_on": message})
    if len(periods) > BUSY_PERIODS_MAX:
        message = _("At most %(most)s periods can be kept.", most=BUSY_PERIODS_MAX)
        raise BusyPeriodInvalid(message, fields={"starts_on": message})
    kept = {(row.starts_on, row.ends_on): row for row in _busy_periods(session, influencer.id)}
    wanted = dict.fromkeys(periods)
    if kept.keys() == wanted.keys():
        return
    for key, row in kept.items():
        if key not in wanted:
            session.delete(row)
    for first, last in wanted:
        if (first, last) not in kept:
            session.add(BusyPeriod(influencer_id=influencer.id, starts_on=first, ends_on=last))
    count = {"periods": len(wanted)}
    record(session, actor=actor, action="influencer.calendar", influencer=influencer, now=now, after=count)
    follow_change(session, influencer_id=influencer.id, now=now)


def _busy_periods(session: Session, influencer_id: str) -> Sequence[BusyPeriod]:
    return session.scalars(select(BusyPeriod).where(BusyPeriod.influencer_id == influencer_id)).all()


def _set_status(
    session: Session,
    influencer: Influencer,
    status: InfluencerStatus,
    *,
    action: str,
    actor: Actor,
    now: datetime,
) -> Influencer:
    before, influencer.status = {"status": influencer.status}, status
    after = {"status": status}
    record(session, actor=actor, action=action, influencer=influencer, now=now, before=before, after=after)
    follow_change(session, influencer_id=influencer.id, now=now)
    return influencer


def _columns(profile: ProfileValues) -> dict[str, Any]:
    """Return what the row holds; of a list each entry once."""
    return {
        name: list(dict.fromkeys(value)) if isinstance(value, tuple | list) else value
        for name, value in profile.items()
    }
