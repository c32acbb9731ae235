"""The topic space of an index, kept with it: who reads mixtures reads them by the topics that they were made with."""

import hashlib
import json
from dataclasses import asdict
from typing import Any

import numpy as np

from matching.errors import IndexDamaged
from matching.ports import SearchIndex
from matching.topics import Topic, TopicSpace

ARTIFACT = "topics"
VERSION_ARTIFACT = "topics-version"
"""A short name of the stored space, so that readers load the large one only when it changed."""
OTHER_ENCODER = "The index was built with another encoder; rebuild it."


def store_space(index: SearchIndex, space: TopicSpace, *, encoder: str) -> bytes:
    """Keep the space with the index, visible after its `refresh`; returns its short name."""
    content = write_space(space, encoder=encoder)
    index.store_artifact(ARTIFACT, content)
    index.store_artifact(VERSION_ARTIFACT, digest_of(content))
    return digest_of(content)


def digest_of(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def write_space(space: TopicSpace, *, encoder: str) -> bytes:
    """Return a line of JSON and the vectors, row by row, as little-endian float32."""
    head = {
        "encoder": encoder,
        "version": space.version,
        "temperature": space.temperature,
        "query_temperature": space.query_temperature,
        "topics": [asdict(topic) for topic in space.topics],
        "former": [asdict(topic) for topic in space.former],
        "dimensions": int(space.vectors.shape[1]),
    }
    return json.dumps(head, ensure_ascii=False).encode() + b"\n" + space.vectors.astype("<f4").tobytes()


def read_space(content: bytes, *, encoder: str) -> TopicSpace:
    """Read what `write_space` wrote. Raises IndexDamaged when it was written for another encoder."""
    line, _, rows = content.partition(b"\n")
    head: dict[str, Any] = json.loads(line)
    if head["encoder"] != encoder:
        raise IndexDamaged(OTHER_ENCODER)
    return TopicSpace(
        version=head["version"],
        temperature=head["temperature"],
        query_temperature=head["query_temperature"],
        topics=tuple(Topic(**topic) for topic in head["topics"]),
        vectors=np.frombuffer(rows, "<f4").reshape(-1, head["dimensions"]).astype(np.float32),
        former=tuple(Topic(**topic) for topic in head["former"]),
    )
