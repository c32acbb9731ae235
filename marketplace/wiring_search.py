"""Chooses the search engine (embedded on local disk, or the cluster that ATHAR_SEARCH_URL names) and what it reads with."""

import hashlib
import secrets
from importlib import import_module
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from marketplace.settings import Settings
from matching.adapters.tantivy import TantivyIndex
from matching.adapters.tantivy_upkeep import TantivyUpkeep
from matching.adapters.use_encoder import UseEncoder
from matching.adapters.vector_store import VectorFile
from matching.errors import IndexUnavailable
from matching.following import FollowingService
from matching.formulas import load_formula
from matching.performance import load_prior
from matching.ports import Encoder, IndexUpkeep, SearchIndex
from matching.service import MatchingService
from matching.topics import TopicSpace, build_topic_space, read_topics, with_vectors
from matching.vector_cache import CachedEncoder

INDEX_FOLDER = "index"


def open_upkeep(settings: Settings) -> IndexUpkeep:
    """Return what makes, opens, builds and measures the index of the settings. Raises IndexUnavailable."""
    return _cluster(settings) if settings.search_url else TantivyUpkeep(settings.home / INDEX_FOLDER)


def _cluster(settings: Settings) -> IndexUpkeep:
    """Import the client only here: sites without a cluster need neither the package nor its memory."""
    try:
        connections = import_module("matching.adapters.elasticsearch_connection")
        upkeep = import_module("matching.adapters.elasticsearch_upkeep")
    except ModuleNotFoundError as error:
        raise IndexUnavailable(
            "ATHAR_SEARCH_URL is set, but Elasticsearch's client is not installed: "
            'pip install -c constraints.txt ".[elasticsearch]"'
        ) from error
    address = connections.ClusterAddress(
        urls=tuple(part.strip() for part in settings.search_url.split(",") if part.strip()),
        api_key=settings.search_api_key,
        ca_file=settings.search_ca,
        prefix=settings.search_prefix,
    )
    opened: IndexUpkeep = upkeep.ElasticsearchUpkeep(connections.Connection(address))
    return opened


def open_encoder(settings: Settings) -> Encoder:
    """Load the text encoder."""
    return UseEncoder(threads=settings.encoder_threads)


def open_document_encoder(settings: Settings, encoder: Encoder) -> Encoder:
    """Return the encoder of documents, which remembers their texts in the home folder; several processes may."""
    return CachedEncoder(encoder, VectorFile(settings.home / "cache" / "vectors.sqlite3"))


def throwaway_index(folder: Path) -> SearchIndex:
    """Make an empty index in a folder, for evaluations."""
    return TantivyIndex.create(folder)


def make_search_index(settings: Settings) -> None:
    """Make an empty index where there is none. Servers never do: an index that is gone is rebuilt, not hidden."""
    open_upkeep(settings).create()


def open_topic_space(settings: Settings, encoder: Encoder) -> TopicSpace:
    """Return the topics with their vectors, which are kept between starts: encoding them takes longest of a start."""
    listed = read_topics()
    texts = [encoder.name, listed.version]
    texts += [f"{topic.name_en}|{topic.name_ar}|{topic.label_en}|{topic.label_ar}" for topic in listed.topics]
    digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]
    path = settings.home / "cache" / f"topics-{digest}.npy"
    if path.is_file():
        return with_vectors(listed, np.load(path, allow_pickle=False))
    space = build_topic_space(encoder, listed)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{secrets.token_hex(4)}.npy")
    np.save(unfinished, space.vectors, allow_pickle=False)
    unfinished.replace(path)
    return space


def open_search(settings: Settings) -> FollowingService:
    """Open the engine on the live index. Uses of a missing index raise IndexUnavailable."""
    # Numpy's many small products are faster on one thread each; the site's threads use the other cores.
    threadpool_limits(limits=1, user_api="blas")
    encoder = open_encoder(settings)
    index = open_upkeep(settings).open()
    engine = MatchingService(
        index=index,
        encoder=encoder,
        topics=open_topic_space(settings, encoder),
        formula=load_formula(),
        prior=load_prior(),
        document_encoder=open_document_encoder(settings, encoder),
    )
    return FollowingService(engine, index=index, encoder=encoder)
