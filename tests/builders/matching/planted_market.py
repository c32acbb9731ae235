"""A generated market with people of known kinds in it: ordinary ones, specialists, celebrities and members of pods.

The same for the same seed. Engagement follows the package's prior with a spread of its own, so that size says nothing
about being better than one's size; behaviour may be read from it, never quality.
"""

import math
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random

from matching.adapters.memory import MemoryIndex
from matching.authenticity import SIGNS, authenticity_value, comments_per_like, describe, judge
from matching.documents import AuthenticityDocument, InfluencerDocument
from matching.features import FeatureBuilder
from matching.formulas import load_formula
from matching.market import follower_band
from matching.performance import load_prior, measure_performance
from matching.service import MatchingService
from matching.text import split_words
from matching.topics import load_topic_space
from tests.builders.matching.documents import (
    NOW,
    build_channel,
    build_influencer,
    build_offer,
    build_post,
    own_word,
)
from tests.builders.matching.encoders import WordEncoder

FIELDS = (
    "skincare",
    "coffee",
    "personal_finance",
    "travel_guides",
    "books",
    "fitness",
    "gaming",
    "parenting",
)
CHAT = ("a quiet friday with the family", "rain at last", "my new mug arrived", "traffic as always")
POSTS = 16
PRIOR = load_prior()


@dataclass(frozen=True, slots=True)
class PlantedMarket:
    """A service over the market, and who is who: kind -> topic -> ids."""

    service: MatchingService
    documents: dict[str, InfluencerDocument]
    kinds: dict[str, dict[str, set[str]]]
    topics: tuple[str, ...]
    descriptors: dict[str, str]

    def all_of(self, kind: str) -> set[str]:
        return set().union(*self.kinds[kind].values())


def plant_market(*, count: int = 480, pods: int = 4, specialists: int = 12, seed: int = 7) -> PlantedMarket:
    """Make `count` ordinary people, and specialists and pod members of every topic; a twentieth are celebrities."""
    random = Random(seed)
    encoder = WordEncoder()
    space = load_topic_space(encoder)
    topics = tuple(topic for topic in FIELDS if topic in space.rows)
    texts = {topic: split_words(space.topics[space.rows[topic]].name_en) for topic in topics}
    kinds: dict[str, dict[str, set[str]]] = {
        kind: {topic: set() for topic in topics} for kind in ("ordinary", "specialist", "celebrity", "pod")
    }
    documents = {}
    plan = [("celebrity" if n % 20 == 0 else "ordinary", topics[n % len(topics)]) for n in range(count)]
    plan += [("specialist", topic) for topic in topics for _ in range(specialists)]
    plan += [("pod", topic) for topic in topics for _ in range(pods)]
    for number, (kind, topic) in enumerate(plan):
        document = _person(random, number, kind, topic, topics, texts)
        documents[document.id] = document
        kinds[kind][topic].add(document.id)
    documents = _checked(documents, kinds)
    builder = FeatureBuilder(encoder=encoder, topics=space, prior=PRIOR)
    index = MemoryIndex()
    index.upsert(builder.build(list(documents.values()), now=NOW))
    index.refresh()
    service = MatchingService(index=index, encoder=encoder, topics=space, formula=load_formula(), prior=PRIOR)
    return PlantedMarket(service, documents, kinds, topics, {t: " ".join(w) for t, w in texts.items()})


def _checked(documents, kinds):
    """Judge everybody's figures among their band; the circles of pods are known, as samples of comments would show."""
    formula, pods = load_formula(), set().union(*kinds["pod"].values())
    measured = {}
    for document in documents.values():
        z = measure_performance(document, PRIOR).z
        measured[document.id] = {
            "pod": 0.6 if document.id in pods else 0.0,
            "engagement_low": z,
            "engagement_high": z,
            "comments": comments_per_like([(post.comments, post.likes) for post in document.posts]),
        }
    bands = {}
    for document in documents.values():
        bands.setdefault(follower_band(document), []).append(document.id)
    checked = {}
    for ids in bands.values():
        peers = {name: describe([measured[i][name] for i in ids]) for name in measured[ids[0]]}
        for i in ids:
            signs = tuple(
                judge(name, measured[i].get(name), peers.get(name), formula, is_explained=False)
                for name in SIGNS
            )
            value = authenticity_value(signs, formula)
            seen = AuthenticityDocument(value, signs, NOW.date())
            checked[i] = replace(documents[i], authenticity=seen)
    return checked


def _person(random, number, kind, topic, topics, texts):
    followers = int(10 ** (random.uniform(5.2, 6.6) if kind == "celebrity" else random.uniform(3.1, 4.95)))
    on_topic = {"ordinary": 0.35, "celebrity": 0.15, "specialist": 0.9, "pod": 0.7}[kind]
    expected = PRIOR.expected("instagram", followers) + random.gauss(0, PRIOR.tau * 0.6)
    if kind == "pod":
        expected = PRIOR.expected("instagram", followers) + 2.6 * PRIOR.tau
    posts = []
    for at in range(POSTS):
        if random.random() < on_topic:
            subject = topic
        else:
            subject = random.choice(topics) if random.random() < 0.6 else None
        words = list(texts[subject]) if subject else random.choice(CHAT).split()
        random.shuffle(words)
        interactions = max(4, int(followers * math.exp(expected + random.gauss(0, PRIOR.sigma * 0.5))))
        comments = int(interactions * random.uniform(0.02, 0.06) * (8 if kind == "pod" else 1))
        posts.append(
            replace(
                build_post(f"{number}-{at}", f"{' '.join(words)} {own_word(at)}"),
                published_at=NOW - timedelta(days=17 * at + 1),
                likes=max(1, interactions - comments),
                comments=comments,
            )
        )
    price = int(40 * followers**0.8 * math.exp(random.gauss(0, 0.4)))
    return build_influencer(
        f"{kind}-{number}",
        name=f"Person {number}",
        name_ar="",
        bio=" ".join(texts[topic][:3]) if kind != "celebrity" else "hello",
        channels=(build_channel(followers=followers),),
        posts=tuple(posts),
        offers=(build_offer(f"l{number}", price_minor=price),),
        open_slots=2,
    )
