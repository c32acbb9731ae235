"""Topics over the API: which there are, what a new one would catch, adding and retiring, the build that brings them into use."""

from typing import Any

from marketplace.db import db
from marketplace.errors import Invalid, NotFound
from marketplace.matches.inline_look import TopicLook, look_at
from marketplace.matches.topic_numbers import count_briefs, count_specialists
from marketplace.policies import Permission
from marketplace.topics import operations, queries
from marketplace.topics.domain import TopicDraft
from marketplace.topics.schemas import (
    TopicBodySchema,
    TopicBuildSchema,
    TopicDraftBodySchema,
    TopicLookSchema,
    TopicPageSchema,
    TopicReasonBodySchema,
    TopicSchema,
)
from marketplace.web.access import requires
from marketplace.web.api import ApiBlueprint
from marketplace.web.context import current_actor, now
from marketplace.web.language import lazy_gettext as _
from marketplace.web.schema import plain
from marketplace.web.topic_names import topics_in_use
from matching.topics import read_topics

blueprint = ApiBlueprint("topics", description="What briefs and posts are read into.")


def _topics() -> list[dict[str, Any]]:
    """Return the topics of the index, then added ones that it does not have (yet, or any more)."""
    in_use = topics_in_use()
    added = {view.topic.id: view for view in queries.list_added(db.session)}
    specialists, briefs = count_specialists(db.session), count_briefs(db.session)
    beside = {key: view.topic for key, view in added.items() if key not in in_use}
    return [
        {
            **plain(topic),
            "is_in_use": key in in_use,
            "is_added": key in added,
            "added_at": added[key].added_at if key in added else None,
            "retired_at": added[key].retired_at if key in added else None,
            "specialists": specialists.get(key, 0),
            "briefs": briefs.get(key, 0),
        }
        for key, topic in {**in_use, **beside}.items()
    ]


def _topic(topic_id: str) -> dict[str, Any]:
    return next(one for one in _topics() if one["id"] == topic_id)


@blueprint.read("/topics", answer=TopicPageSchema)
@requires(Permission.CASE_VIEW)
def list_topics() -> dict[str, Any]:
    """List every topic with how much it is used: those of the index, then added ones that wait or are retired.

    There is no second page: a site has a few hundred.
    """
    return {"items": _topics(), "next_cursor": None}


@blueprint.write("/topics/preview", answer=TopicLookSchema, body=TopicDraftBodySchema)
@requires(Permission.TOPIC_MANAGE)
def preview_topic(body: dict[str, Any]) -> dict[str, Any]:
    """Show what a topic would catch: the nearest topics, people and open briefs. Changes nothing."""
    draft = TopicDraft(**body)
    return _looked(draft, _look(draft))


def _look(draft: TopicDraft) -> TopicLook:
    fields = operations.check_draft(db.session, draft, packaged=read_topics().topics)
    if fields:
        raise Invalid(_("Some fields need another look."), fields=fields)
    return look_at(draft)


def _looked(draft: TopicDraft, look: TopicLook) -> dict[str, Any]:
    found = look.found
    return {
        "digest": draft.digest,
        "is_nearly_same": found.is_nearly_same,
        "nearest": [{"id": topic, "cosine": cosine} for topic, cosine in found.nearest],
        "people": [
            {
                "influencer_id": near.document.id,
                "handle": look.names[near.document.id][0] if near.document.id in look.names else None,
                "cosine": near.cosine,
                "share": near.share,
            }
            for near in found.people
        ],
        "briefs": [{**plain(near), "title": look.titles[near.brief_id]} for near in found.briefs],
        "briefs_caught": found.briefs_caught,
        "briefs_looked_at": found.briefs_looked_at,
    }


@blueprint.write("/topics", answer=TopicSchema, body=TopicBodySchema, status=201)
@requires(Permission.TOPIC_MANAGE)
def add_topic(body: dict[str, Any]) -> dict[str, Any]:
    """Add a topic that was looked at; the worker builds the index with it and switches."""
    looked_at, is_near_wanted = body.pop("looked_at"), body.pop("is_near_wanted")
    draft = TopicDraft(**body)
    if looked_at != draft.digest:
        text = _("Look at the topic as it is written now, then add it.")
        raise Invalid(text, fields={"looked_at": text})
    row = operations.add_topic(
        db.session,
        actor=current_actor(),
        draft=draft,
        packaged=read_topics().topics,
        nearest=_look(draft).found.nearest[0],
        is_near_wanted=is_near_wanted,
        now=now(),
    )
    return _topic(row.id)


@blueprint.write("/topics/<string:topic_id>/retire", answer=TopicSchema, body=TopicReasonBodySchema)
@requires(Permission.TOPIC_MANAGE)
def retire_topic(body: dict[str, Any], topic_id: str) -> dict[str, Any]:
    """Take an added topic out of the next build. What was ranked by it keeps it."""
    operations.retire_topic(db.session, actor=current_actor(), topic_id=topic_id, now=now(), **body)
    return _topic(topic_id)


@blueprint.read("/topics/build", answer=TopicBuildSchema)
@requires(Permission.CASE_VIEW)
def show_topic_build() -> queries.BuildView:
    """Show how far the build is that was asked for last; not found before the first change of topics."""
    return _newest_build()


@blueprint.write("/topics/build", answer=TopicBuildSchema, status=202)
@requires(Permission.TOPIC_MANAGE)
def ask_topic_build() -> queries.BuildView:
    """Ask for the build again, after it failed; one that waits already is enough."""
    operations.ask_build(db.session, actor=current_actor(), now=now())
    return _newest_build()


def _newest_build() -> queries.BuildView:
    build = queries.newest_build(db.session)
    if build is None:
        raise NotFound(_("No build was asked for yet."))
    return build
