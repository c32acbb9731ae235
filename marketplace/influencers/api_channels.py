"""An influencer's own channels over the API, with the figures, audiences and posts they declare."""

from typing import Any

from marketplace.db import db
from marketplace.errors import NotFound
from marketplace.influencers import channels, figures
from marketplace.influencers.domain import FigureSource
from marketplace.influencers.own_queries import get_own_influencer, get_own_post, list_own_posts
from marketplace.influencers.own_schemas import (
    AudienceBodySchema,
    ChannelBodySchema,
    ChannelPatchSchema,
    FigureBodySchema,
    OwnChannelPageSchema,
    OwnChannelSchema,
    OwnPostPageSchema,
    OwnPostSchema,
    PostBodySchema,
)
from marketplace.influencers.queries import ChannelView, SplitView, profile_view
from marketplace.influencers.typed import hashtags_of, normal_key
from marketplace.policies import Permission
from marketplace.web.access import requires
from marketplace.web.api import ApiBlueprint
from marketplace.web.context import current_actor, now
from marketplace.web.cursors import TimePageQuery
from marketplace.web.language import gettext as _
from marketplace.web.schema import plain
from marketplace.web.strict_input import InputInvalid

blueprint = ApiBlueprint("channels", description="An influencer's own channels, figures and posts.")
CHANNEL = "/profile/channels/<id:channel_id>"


def _own_id() -> str:
    return get_own_influencer(db.session, actor=current_actor()).id


def _shown(view: ChannelView, splits: tuple[SplitView, ...]) -> dict[str, Any]:
    audience = [
        plain(split) | {"shares": [{"key": key, "share": share} for key, share in split.shares]}
        for split in splits
        if split.channel_id == view.channel.id
    ]
    own = {"is_proven": view.is_proven, "figures": plain(view.figures), "audience": audience}
    return {**plain(view.channel), **own}


def _channels() -> list[dict[str, Any]]:
    own = get_own_influencer(db.session, actor=current_actor())
    view = profile_view(db.session, influencer=own, today=now().date())
    return [_shown(channel, view.splits) for channel in view.channels]


def _channel(channel_id: str) -> dict[str, Any]:
    found = next((each for each in _channels() if each["id"] == channel_id), None)
    if found is None:
        raise NotFound(_("There is no such channel."))
    return found


@blueprint.read("/profile/channels", answer=OwnChannelPageSchema)
@requires(Permission.INFLUENCER_EDIT)
def list_own_channels() -> dict[str, Any]:
    """List your channels, proven and larger ones first; there are few, so that one page holds them."""
    return {"items": _channels(), "next_cursor": None}


@blueprint.write(
    "/profile/channels",
    answer=OwnChannelSchema,
    body=ChannelBodySchema,
    status=201,
    found_at="/profile/channels/{id}",
)
@requires(Permission.INFLUENCER_EDIT)
def add_channel(body: dict[str, Any]) -> dict[str, Any]:
    """Add an account; it counts as not proven until a reviewer saw `proof_code` in its bio."""
    made = channels.add_channel(db.session, actor=current_actor(), influencer_id=_own_id(), now=now(), **body)
    return _channel(made.id)


@blueprint.read(CHANNEL, answer=OwnChannelSchema)
@requires(Permission.INFLUENCER_EDIT)
def show_own_channel(channel_id: str) -> dict[str, Any]:
    """Show one of your channels with its newest figures and audience."""
    return _channel(channel_id)


@blueprint.write(CHANNEL, answer=OwnChannelSchema, body=ChannelPatchSchema, method="PATCH")
@requires(Permission.INFLUENCER_EDIT)
def change_channel(body: dict[str, Any], channel_id: str) -> dict[str, Any]:
    """Correct the account name or address of a channel that is neither proven nor being looked at."""
    present = _channel(channel_id)
    channels.change_channel(
        db.session,
        actor=current_actor(),
        channel_id=channel_id,
        handle=body.get("handle", present["handle"]),
        url=body.get("url", present["url"]),
        now=now(),
    )
    return _channel(channel_id)


@blueprint.write(f"{CHANNEL}/request-proof", answer=OwnChannelSchema)
@requires(Permission.INFLUENCER_EDIT)
def request_channel_proof(channel_id: str) -> dict[str, Any]:
    """Ask a reviewer to look for the code in the bio; you are told the answer."""
    channels.request_channel_proof(db.session, actor=current_actor(), channel_id=channel_id, now=now())
    return _channel(channel_id)


@blueprint.write(f"{CHANNEL}/figures", answer=OwnChannelSchema, body=FigureBodySchema)
@requires(Permission.INFLUENCER_EDIT)
def declare_figure(body: dict[str, Any], channel_id: str) -> dict[str, Any]:
    """Declare a figure of a channel; it is labelled as self-declared, with its day."""
    figures.record_metric(
        db.session,
        actor=current_actor(),
        channel_id=channel_id,
        source=FigureSource.SELF_DECLARED,
        now=now(),
        **body,
    )
    return _channel(channel_id)


@blueprint.write(f"{CHANNEL}/audience", answer=OwnChannelSchema, body=AudienceBodySchema)
@requires(Permission.INFLUENCER_EDIT)
def declare_audience(body: dict[str, Any], channel_id: str) -> dict[str, Any]:
    """Declare one kind of split of a channel's audience; it is labelled as self-declared, with its day."""
    shares = {normal_key(body["kind"], each["key"]): each["share"] for each in body["shares"]}
    if len(shares) < len(body["shares"]):
        text = _("Send each key once.")
        raise InputInvalid(text, fields={"shares": text})
    figures.set_audience(
        db.session,
        actor=current_actor(),
        channel_id=channel_id,
        kind=body["kind"],
        shares=shares,
        source=FigureSource.SELF_DECLARED,
        as_of=body["as_of"],
        now=now(),
    )
    return _channel(channel_id)


@blueprint.read("/profile/posts", answer=OwnPostPageSchema, query=TimePageQuery)
@requires(Permission.INFLUENCER_EDIT)
def list_posts_of_own(query: dict[str, Any]) -> dict[str, Any]:
    """List your posts of all channels, newest first."""
    page = list_own_posts(db.session, influencer_id=_own_id(), **query)
    return {"items": plain(page.rows), "next_cursor": page.next_cursor}


@blueprint.read("/profile/posts/<id:post_id>", answer=OwnPostSchema)
@requires(Permission.INFLUENCER_EDIT)
def show_own_post(post_id: str) -> dict[str, Any]:
    """Show one of your posts."""
    return dict(plain(get_own_post(db.session, influencer_id=_own_id(), post_id=post_id)))


@blueprint.write(
    f"{CHANNEL}/posts",
    answer=OwnPostSchema,
    body=PostBodySchema,
    status=201,
    found_at="/profile/posts/{id}",
)
@requires(Permission.INFLUENCER_EDIT)
def add_post(body: dict[str, Any], channel_id: str) -> dict[str, Any]:
    """Add a post of a channel, or renew the counts of one whose address is known."""
    post = figures.PostValues(**body, hashtags=hashtags_of(body["text"]))
    return dict(
        plain(
            figures.add_post(db.session, actor=current_actor(), channel_id=channel_id, post=post, now=now())
        )
    )
