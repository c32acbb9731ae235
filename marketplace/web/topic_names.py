"""Topics for pages and forms: those of the index that answers now, named in the reader's language."""

from collections.abc import Mapping
from functools import cache
from operator import itemgetter

from flask import g, has_app_context

from marketplace.web.context import services
from marketplace.web.language import current_language
from matching.topics import Topic, read_topics

#: a word in more topics' names than that tells none of them apart
NAMED_MOST = 12


@cache
def _packaged() -> Mapping[str, Topic]:
    return {topic.id: topic for topic in read_topics().topics}


def topics_in_use() -> Mapping[str, Topic]:
    """Return the topics by id: the package's, then those that this site added and that its index is built with.

    Looked at once a request or job. Outside of an application the package's.
    """
    return _read()[0]


def topic_ids() -> frozenset[str]:
    """Return what may be chosen."""
    return frozenset(topics_in_use())


def _read() -> tuple[Mapping[str, Topic], Mapping[str, Topic]]:
    """Return the topics in use, and those with the retired ones, which older records name."""
    if not has_app_context():
        return _packaged(), _packaged()
    if "topics" not in g:
        search = services().search
        added, former = (search.topics.topics, search.topics.former) if search is not None else ((), ())
        own = {topic.id: topic for topic in added if topic.id not in _packaged()}
        in_use = {**_packaged(), **own} if own else _packaged()
        g.topics = in_use, {**{topic.id: topic for topic in former}, **in_use} if former else in_use
    read: tuple[Mapping[str, Topic], Mapping[str, Topic]] = g.topics
    return read


def topic_name(topic_id: str) -> str:
    """Return a topic's name, or its id when it is unknown (an older topic space)."""
    topic = _read()[1].get(topic_id)
    if topic is None:
        return topic_id.replace("_", " ")
    return label_of(topic)


def label_of(topic: Topic) -> str:
    """Return the name of a topic, whether it is in use or not."""
    return topic.label_ar if current_language() == "ar" else topic.label_en


def topics_named(word: str) -> list[str]:
    """Return the topics with this word in their name, in either language; none for one that stands in many ("and")."""
    wanted = _bare(word)
    found = [
        topic.id
        for topic in topics_in_use().values()
        if wanted in map(_bare, f"{topic.label_en} {topic.label_ar}".split())
    ]
    return found if len(found) <= NAMED_MOST else []


def _bare(word: str) -> str:
    """Return a word as it is compared: case and the Arabic article do not count."""
    return word.casefold().removeprefix("ال")


def topic_choices() -> list[tuple[str, str]]:
    """Return (id, name) of all topics by name."""
    topics = topics_in_use().values()
    if current_language() == "ar":  # asked once, not for each of some hundred topics
        return sorted(((topic.id, topic.label_ar) for topic in topics), key=itemgetter(1))
    return sorted(((topic.id, topic.label_en) for topic in topics), key=itemgetter(1))
