"""Looks at a topic while its operator waits: what it would catch, with no transaction open meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.db import db
from marketplace.matches.inline_run import engine
from marketplace.matches.topic_numbers import names_of, newest_brief_texts
from marketplace.topics.domain import TopicDraft, id_of
from marketplace.topics.queries import added_topics
from marketplace.web.transactions import outside_transaction
from matching.topic_preview import TopicPreview


@dataclass(frozen=True, slots=True)
class TopicLook:
    """What a topic would catch, with the people's (handle, name, Arabic name) and the briefs' titles of today, by id."""

    found: TopicPreview
    names: Mapping[str, tuple[str, str, str]]
    titles: Mapping[str, str]


def look_at(draft: TopicDraft) -> TopicLook:
    """Return what a sound draft would catch.

    Raises:
        matches.operations.SearchDown, matching.errors.IndexUnavailable: search cannot be asked.
    """
    texts, titles = newest_brief_texts(db.session)
    added = added_topics(db.session)
    search = engine()
    with outside_transaction():
        found = search.preview(draft.topic(id_of(draft.label_en)), texts, added)
    return TopicLook(found, names_of(db.session, [near.document.id for near in found.people]), titles)
