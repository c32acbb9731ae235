"""The topic space: versioned topics with English and Arabic descriptors, and soft mixtures of texts over them.

A text's mixture is softmax(temperature * cosine(text, topic)); both languages meet because the encoder is multilingual. A
brief is read at a lower temperature: what it asks for may lie between topics, or on one that the list lacks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from matching.ports import Encoder, FloatMatrix
from matching.vocabularies import read_data

LABEL_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. `parent` is the id of a broader topic or None.

    Labels are short, for people; names are descriptors. The encoder reads both.
    """

    id: str
    parent: str | None
    label_en: str
    label_ar: str
    name_en: str
    name_ar: str


@dataclass(frozen=True)
class TopicSpace:
    """Topics with their vectors, shape (number of topics, dimensions).

    Row order, `temperature` and `query_temperature` (how sharply documents and briefs are divided over topics) are part of
    `version`. `former` are topics that were taken out: nothing is read into them, but older records name them.
    """

    version: str
    temperature: float
    query_temperature: float
    topics: tuple[Topic, ...]
    vectors: FloatMatrix
    former: tuple[Topic, ...] = ()

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return tuple(topic.id for topic in self.topics)

    @cached_property
    def rows(self) -> dict[str, int]:
        return {topic_id: row for row, topic_id in enumerate(self.ids)}

    def mixtures(self, vectors: FloatMatrix) -> FloatMatrix:
        """Return shape (len(vectors), number of topics), rows sum to 1; a zero vector gives the even mixture."""
        return self._divide(vectors, self.temperature)

    def query_mixtures(self, vectors: FloatMatrix) -> FloatMatrix:
        """Return the softer mixtures by which a brief looks for influencers."""
        return self._divide(vectors, self.query_temperature)

    def _divide(self, vectors: FloatMatrix, temperature: float) -> FloatMatrix:
        raised = np.exp(temperature * (vectors @ self.vectors.T))
        mixed: FloatMatrix = (raised / raised.sum(axis=1, keepdims=True)).astype(np.float32)
        return mixed

    def best(self, mixture: npt.NDArray[np.float32], k: int) -> tuple[tuple[str, float], ...]:
        """Return the k heaviest topics with their weights, heaviest first (ties by row)."""
        order = np.argsort(-mixture, kind="stable")[:k]
        return tuple((self.ids[row], float(mixture[row])) for row in order)

    def with_narrower(self, topic_ids: tuple[str, ...]) -> frozenset[str]:
        """Return the known topics among `topic_ids` with all that lie below them."""
        wanted = {topic_id for topic_id in topic_ids if topic_id in self.rows}
        below = {topic.id for topic in self.topics if self._has_ancestor(topic, wanted)}
        return frozenset(wanted | below)

    def _has_ancestor(self, topic: Topic, wanted: set[str]) -> bool:
        parent = topic.parent
        while parent is not None:
            if parent in wanted:
                return True
            parent = self.topics[self.rows[parent]].parent
        return False

    def find(self, topic_id: str) -> Topic | None:
        """Return the topic with this id, or None."""
        row = self.rows.get(topic_id)
        return None if row is None else self.topics[row]


@dataclass(frozen=True, slots=True)
class TopicList:
    """The versioned topics of the package, without vectors: what forms and labels need."""

    version: str
    temperature: float
    query_temperature: float
    topics: tuple[Topic, ...]


def read_topics() -> TopicList:
    """Read the topics of the package data."""
    content = read_data("topics.json")
    entries = content["topics"]
    rows = entries if isinstance(entries, list) else []
    topics = tuple(
        Topic(e["id"], e["parent"], e["label_en"], e["label_ar"], name_en=e["en"], name_ar=e["ar"])
        for e in rows
    )
    return TopicList(
        version=str(content["version"]),
        temperature=float(str(content["temperature"])),
        query_temperature=float(str(content["query_temperature"])),
        topics=topics,
    )


def build_topic_space(encoder: Encoder, listed: TopicList) -> TopicSpace:
    """Encode every topic of a list."""
    return with_vectors(listed, encode_topics(encoder, listed.topics))


def encode_topics(encoder: Encoder, topics: Sequence[Topic]) -> FloatMatrix:
    """Return a row a topic: the mean of both descriptors and, at half weight, both labels, of unit length."""
    names = encoder.encode([topic.name_en for topic in topics])
    names = names + encoder.encode([topic.name_ar for topic in topics])
    labels = encoder.encode([topic.label_en for topic in topics])
    labels = labels + encoder.encode([topic.label_ar for topic in topics])
    return unit_rows(names + LABEL_SHARE * labels)


@dataclass(frozen=True, slots=True)
class AddedTopics:
    """What a site has on top of the package's topics: `version` counts its changes, 0 when there never was one."""

    version: int = 0
    topics: tuple[Topic, ...] = ()
    former: tuple[Topic, ...] = ()


def extend(space: TopicSpace, added: AddedTopics, encoder: Encoder) -> TopicSpace:
    """Return the package's space with a site's own topics behind it; only those are encoded.

    A topic that a later package brings itself, or whose parent is gone, loses nothing but its doubling or its parent.
    """
    if not added.version:
        return space
    fresh = [topic for topic in added.topics if topic.id not in space.rows]
    known = {*space.rows, *(topic.id for topic in fresh)}
    fresh = [topic if topic.parent in known else replace(topic, parent=None) for topic in fresh]
    vectors = encode_topics(encoder, fresh) if fresh else space.vectors[:0]
    return replace(
        space,
        version=f"{space.version}+{added.version}",
        topics=(*space.topics, *fresh),
        vectors=np.concatenate((space.vectors, vectors)),
        former=tuple(topic for topic in added.former if topic.id not in known),
    )


def with_vectors(listed: TopicList, vectors: FloatMatrix) -> TopicSpace:
    """Join a list of topics with its vectors, row by row."""
    return TopicSpace(
        version=listed.version,
        temperature=listed.temperature,
        query_temperature=listed.query_temperature,
        topics=listed.topics,
        vectors=vectors,
    )


def load_topic_space(encoder: Encoder) -> TopicSpace:
    """Return the package's topic space under `encoder`."""
    return build_topic_space(encoder, read_topics())


def heavy_topics(best: tuple[tuple[str, float], ...], share: float) -> list[str]:
    """Return the topics at least `share` as heavy as the heaviest, which comes first."""
    return [topic for topic, weight in best if weight >= share * best[0][1]]


def unit_rows(matrix: FloatMatrix) -> FloatMatrix:
    """Scale every row to length 1; zero rows stay zero."""
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    scaled: FloatMatrix = (matrix / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled
