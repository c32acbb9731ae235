"""A small but complete engine for tests: own encoder, own topics, an index in memory."""

from matching.adapters.memory import MemoryIndex
from matching.adapters.tantivy_upkeep import TantivyUpkeep
from matching.features import FeatureBuilder
from matching.following import FollowingService
from matching.formulas import load_formula
from matching.performance import load_prior
from matching.service import MatchingService
from matching.topics import Topic, TopicList, build_topic_space
from tests.builders.matching.encoders import WordEncoder

TOPICS = (
    Topic("beauty", None, "Beauty", "جمال", "beauty care", "جمال"),
    Topic("skincare", "beauty", "Skincare", "بشرة", "skincare serum skin routine sunscreen", "بشرة"),
    Topic("food", None, "Food", "طعام", "food recipes cooking kitchen", "طعام"),
    Topic("baking", "food", "Baking", "خبز", "baking cakes bread oven", "خبز"),
    Topic("cars", None, "Cars", "سيارات", "cars engine driving", "سيارات"),
    Topic("gaming", None, "Gaming", "ألعاب", "games console gaming", "ألعاب"),
)


def build_topics(encoder=None):
    listed = TopicList(version="t1", temperature=10.0, query_temperature=8.0, topics=TOPICS)
    return build_topic_space(encoder or WordEncoder(), listed)


def build_features(encoder=None):
    encoder = encoder or WordEncoder()
    return FeatureBuilder(encoder=encoder, topics=build_topics(encoder), prior=load_prior())


def build_following(root, *, encoder=None):
    """An engine over a new index on disk that follows its topics, and the upkeep of that index."""
    encoder, upkeep = encoder or WordEncoder(), TantivyUpkeep(root)
    upkeep.create()
    index = upkeep.open()
    return FollowingService(build_service(index=index, encoder=encoder), index=index, encoder=encoder), upkeep


def build_service(documents=(), *, index=None, encoder=None, formula=None, now=None, document_encoder=None):
    encoder = encoder or WordEncoder()
    service = MatchingService(
        index=index if index is not None else MemoryIndex(),
        encoder=encoder,
        topics=build_topics(encoder),
        formula=formula or load_formula(),
        prior=load_prior(),
        document_encoder=document_encoder,
    )
    if documents:
        service.index_documents(documents, now=now)
    return service
