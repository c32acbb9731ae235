"""Names of topics in the reader's language, short enough for a chip."""

from functools import cache

from marketplace.web.language import current_language
from matching.topics import Topic, read_topics


@cache
def _topics() -> dict[str, Topic]:
    return {topic.id: topic for topic in read_topics().topics}


def topic_name(topic_id: str) -> str:
    """Return a topic's name, or its id when it is unknown (an older topic space)."""
    topic = _topics().get(topic_id)
    if topic is None:
        return topic_id.replace("_", " ")
    return topic.label_ar if current_language() == "ar" else topic.label_en


def topic_choices() -> list[tuple[str, str]]:
    """Return (id, name) of all topics by name."""
    return sorted(((topic_id, topic_name(topic_id)) for topic_id in _topics()), key=lambda pair: pair[1])
