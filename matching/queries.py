"""A brief as the engines see it: weighted tokens, one vector of two views, a topic mixture, and what was understood."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from matching.asking import asks_nothing
from matching.background import Judge, divide, judge_by
from matching.criteria import SearchCriteria
from matching.errors import NothingToSearch
from matching.lexicon import Expansion, TermLexicon
from matching.ports import Encoder, FloatMatrix, QueryViews
from matching.reading.exclusions import without_refusals
from matching.telling_words import may_tell, telling_words
from matching.text import spellings, split_words, standardise, stemmed_words, strip_boilerplate
from matching.topics import TopicSpace, unit_rows

TOPICS_UNDERSTOOD = 3
CHOSEN_TOPICS_WEIGHT = 0.7
WHOLE_VIEW_WEIGHT = 0.6
AROUND_WEIGHT = 0.15
"""What a brief says around its subject (who writes, on which terms) counts this much of one view."""
ASK = "Say what the influencers should talk about, or choose a topic."


@dataclass(frozen=True, slots=True)
class UnderstoodBrief:
    """What the engine read in a brief; shown to the brand, who may correct `topics`.

    `topics` are (id, weight), heaviest first; `are_topics_chosen` tells whether the brand set them. `words` are the
    searched words, `spelled` has those that carry the topics as the brand wrote them, `word_stems` pair them with what the index holds, `expansions` the index terms they also look for.
    """

    text: str
    stripped: str
    words: tuple[str, ...]
    word_stems: tuple[tuple[str, str], ...]
    topics: tuple[tuple[str, float], ...]
    are_topics_chosen: bool
    expansions: tuple[Expansion, ...]
    views: QueryViews
    spelled: Mapping[str, str] = field(default_factory=dict)


def understand(
    criteria: SearchCriteria,
    *,
    encoder: Encoder,
    topics: TopicSpace,
    lexicon: TermLexicon,
    whole_view_weight: float = WHOLE_VIEW_WEIGHT,
) -> UnderstoodBrief:
    """Read a brief. Raises NothingToSearch when it names nothing to look for and no known topics are chosen.

    What it refuses ("no gaming") is not looked for. `whole_view_weight` divides the vector between the whole text and the text without the words of asking; with 1 the stripped text is not read at all.
    """
    chosen = tuple(topic for topic in criteria.topics if topic in topics.rows)
    wanted, aside = _wanted(criteria.text, judge_by(encoder, topics))
    text = wanted or _descriptors(chosen, topics)
    if not split_words(text):
        raise NothingToSearch(ASK)
    stripped = strip_boilerplate(text)
    pairs = stemmed_words(stripped)
    by_word = dict(pairs)
    words = tuple(by_word)
    texts = (text, text if whole_view_weight >= 1 else stripped, *([aside] if aside else []))
    encoded, expansions, vectors = _encode(texts, by_word, encoder, lexicon)
    views, around = unit_rows(encoded[:2]), unit_rows(encoded[2:])
    is_known = bool(expansions) or not lexicon.stems
    if not chosen and asks_nothing(words, views, topics, is_known=is_known):
        raise NothingToSearch(ASK)
    read = _mixture(topics.mixtures, views, chosen, topics)
    best = tuple((t, float(read[topics.rows[t]])) for t in chosen) or topics.best(read, TOPICS_UNDERSTOOD)
    rows = [topics.rows[t] for t in topics.with_narrower(tuple(t for t, _ in best))]
    telling = telling_words({w: vectors[w] for w in words if w in vectors}, topics.vectors, rows)
    written = spellings(criteria.text)
    return UnderstoodBrief(
        text=text,
        stripped=stripped,
        words=words,
        word_stems=tuple(dict.fromkeys(pairs)),
        topics=best,
        are_topics_chosen=bool(chosen),
        expansions=expansions,
        views=QueryViews(
            weighted_tokens=_weighted_tokens(pairs, expansions),
            vector=_join(views, around, whole_view_weight),
            topics=_mixture(topics.query_mixtures, views, chosen, topics, around),
        ),
        spelled={word: written.get(word, word) for word in words if word in telling},
    )


def _wanted(text: str, judge: Judge) -> tuple[str, str]:
    """Return the standard words of what a text looks for, and of what it says around that.

    Both are without what it refuses, which Arabizi shows only in standard words, and without clauses of facts alone.
    """
    divided = divide(without_refusals(text), judge)
    wanted, aside = (without_refusals(standardise(part)).strip() for part in (divided.wanted, divided.aside))
    return wanted, aside


def _encode(
    texts: tuple[str, ...], by_word: dict[str, str], encoder: Encoder, lexicon: TermLexicon
) -> tuple[FloatMatrix, tuple[Expansion, ...], dict[str, npt.NDArray[np.float32]]]:
    """Return the vectors of the texts, the terms near the words, and the words' own vectors.

    All are encoded together, which costs one reading of the model.
    """
    pairs = list(by_word.items())
    unknown = lexicon.unknown(pairs) if lexicon.stems else list(filter(may_tell, by_word))
    encoded = encoder.encode([*texts, *unknown])
    fresh = dict(zip(unknown, encoded[len(texts) :], strict=True))
    if not lexicon.stems:
        return encoded[: len(texts)], (), fresh
    vectors = lexicon.word_vectors(pairs, fresh)
    known = dict(zip(by_word, vectors, strict=True))
    return encoded[: len(texts)], tuple(lexicon.expand(list(by_word), vectors)), known


def _descriptors(chosen: tuple[str, ...], topics: TopicSpace) -> str:
    found = [topic for topic_id in chosen if (topic := topics.find(topic_id)) is not None]
    return " ".join(f"{topic.name_en} {topic.name_ar}" for topic in found)


def _join(views: FloatMatrix, around: FloatMatrix, whole_view_weight: float) -> FloatMatrix:
    """Return one unit vector of the whole brief, the brief without its boilerplate, and a little of what is said around it."""
    joined = whole_view_weight * views[:1] + (1 - whole_view_weight) * views[1:]
    joined = joined + AROUND_WEIGHT * around.sum(axis=0, keepdims=True)
    return np.asarray(unit_rows(joined)[0], dtype=np.float32)


def _mixture(
    divide: Callable[[FloatMatrix], FloatMatrix],
    views: FloatMatrix,
    chosen: tuple[str, ...],
    topics: TopicSpace,
    around: FloatMatrix | None = None,
) -> FloatMatrix:
    """Return the mixture of both views; topics chosen by the brand weigh more than what was read in the text."""
    read = divide(views).mean(axis=0)
    if around is not None and len(around):
        read = (1 - AROUND_WEIGHT) * read + AROUND_WEIGHT * divide(around).mean(axis=0)
    if not chosen:
        return np.asarray(read, dtype=np.float32)
    rows = [topics.rows[topic_id] for topic_id in chosen]
    asked = divide(topics.vectors[rows]).mean(axis=0)
    return np.asarray(CHOSEN_TOPICS_WEIGHT * asked + (1 - CHOSEN_TOPICS_WEIGHT) * read, dtype=np.float32)


def _weighted_tokens(
    pairs: list[tuple[str, str]], expansions: tuple[Expansion, ...]
) -> tuple[tuple[str, float], ...]:
    """Return each stem once with its highest weight: 1 for a word of the brief, the cosine for an expansion."""
    weights: dict[str, float] = dict.fromkeys((stem for _, stem in pairs), 1.0)
    for expansion in expansions:
        weights[expansion.stem] = max(weights.get(expansion.stem, 0.0), expansion.weight)
    return tuple(weights.items())
