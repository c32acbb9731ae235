import json

import numpy as np
import pytest

from matching.captions import PostWords
from matching.features import (
    DIGITS,
    DOCUMENTS_AT_ONCE,
    concentration,
    in_steps,
    name_text,
    profile_text,
)
from matching.tokens import POSTS_KEPT, own_tokens, post_words
from matching.vector_cache import CachedEncoder, text_key
from tests.builders.matching.documents import (
    NOW,
    build_channel,
    build_influencer,
    build_post,
    build_posts,
    own_word,
)
from tests.builders.matching.encoders import WordEncoder
from tests.builders.matching.engines import build_features, build_topics

ENCODER = WordEncoder()
TOPICS = build_topics(ENCODER)


def build_one(**changes):
    (item,) = build_features(ENCODER).build([build_influencer(**changes)], now=NOW)
    return item


def share_of(item, topic):
    return float(item.topics[TOPICS.rows[topic]])


class TestTexts:
    def test_profile_has_both_names_and_the_bio(self):
        assert profile_text(build_influencer(bio="Cars")) == "Sara Nasser. سارة ناصر. Cars"

    def test_profile_does_not_repeat_one_name(self):
        assert profile_text(build_influencer(name="Sara", name_ar="Sara", bio="")) == "Sara"

    def test_name_falls_back_to_arabic(self):
        assert name_text(build_influencer(name="")) == "سارة ناصر"

    def test_post_of_few_words_is_read_with_the_hashtags_that_its_text_lacks(self):
        post = build_post(text="New #serum", hashtags=("#serum", "GlowUp"))
        assert post_words(post) == PostWords("New serum Glow Up")

    def test_hashtags_of_a_caption_are_read_apart_and_once_each(self):
        post = build_post(text="My #serum for dry skin #serum", hashtags=("#serum", "GlowUp"))
        assert post_words(post) == PostWords("My for dry skin", "serum Glow Up")


class TestVector:
    def test_has_unit_length(self):
        assert np.linalg.norm(build_one().vector) == pytest.approx(1.0, abs=1e-5)

    def test_follows_the_posts(self):
        cars = ENCODER.encode(["driving cars engine"])[0]
        before = float(build_one().vector @ cars)
        after = float(build_one(posts=build_posts(["driving cars engine"] * 20)).vector @ cars)
        assert after > before + 0.3

    def test_counts_old_posts_less(self):
        cars = ENCODER.encode(["driving cars engine"])[0]
        new = build_one(posts=(build_post(text="driving cars engine", age_days=0),))
        old = build_one(posts=(build_post(text="driving cars engine", age_days=900),))
        assert float(new.vector @ cars) > float(old.vector @ cars)

    def test_counts_a_post_from_the_future_as_new(self):
        now = build_one(posts=(build_post(age_days=0),))
        later = build_one(posts=(build_post(age_days=-5),))
        assert np.allclose(now.vector, later.vector)

    def test_is_zero_for_an_empty_document(self):
        item = build_one(name="", name_ar="", bio="")
        assert not item.vector.any()
        assert np.allclose(item.topics, 1 / len(TOPICS.ids))


class TestTopicMixture:
    def test_sums_to_one(self):
        assert build_one(posts=build_posts(["serum", "cars"])).topics.sum() == pytest.approx(1.0, abs=1e-5)

    def test_grows_with_posts_on_the_topic(self):
        few = build_one(posts=build_posts(["baking cakes oven"] * 2))
        many = build_one(posts=build_posts(["baking cakes oven"] * 20))
        assert share_of(many, "baking") > share_of(few, "baking")

    def test_takes_a_claimed_topic_as_a_hint(self):
        plain, claimed = build_one(), build_one(claimed_topics=("gaming", "unknown"))
        assert share_of(claimed, "gaming") > share_of(plain, "gaming")

    def test_does_not_move_when_only_followers_move(self):
        small = build_one(channels=(build_channel(followers=2_000),), posts=build_posts(["serum"]))
        large = build_one(channels=(build_channel(followers=90_000),), posts=build_posts(["serum"]))
        assert np.array_equal(small.topics, large.topics)
        assert small.features["focus"] == large.features["focus"]


class TestTokens:
    def test_are_kept_by_field(self):
        item = build_one(claimed_topics=("baking",), posts=build_posts(["Recipes"]))
        assert "sara" in item.tokens["name"]
        assert "serum" in item.tokens["bio"]
        assert "bread" in item.tokens["topics"]
        assert item.tokens["posts"] == ("recip",)


class TestHashtags:
    """Captions are about cakes; the account puts the hashtags of cars under every one of them."""

    CAPTIONS = tuple(f"baking cakes bread in the oven {own_word(n)}" for n in range(20))
    FOREIGN = " #driving #cars #engine #driving_cars #car_engine"

    def with_tags(self, tags):
        return build_one(bio="", posts=build_posts([caption + tags for caption in self.CAPTIONS]))

    def test_of_a_foreign_topic_carry_a_small_share(self):
        plain, stuffed = self.with_tags(""), self.with_tags(self.FOREIGN)
        assert share_of(stuffed, "baking") > 0.75 * share_of(plain, "baking")
        assert share_of(stuffed, "cars") < share_of(plain, "cars") + 0.15
        cars = ENCODER.encode(["driving cars engine"])[0]
        assert float(stuffed.vector @ cars) < float(plain.vector @ cars) + 0.3
        assert sum("cars" in post["topics"] for post in stuffed.features["posts"]) <= 2

    def test_count_once_among_the_words(self):
        words = self.with_tags(self.FOREIGN).tokens["posts"]
        assert words.count("engin") == 1
        assert words.count("oven") == 20

    def test_that_agree_count_with_the_caption(self):
        oven = ENCODER.encode(["oven bread"])[0]
        plain, agreeing = self.with_tags(""), self.with_tags(" #oven #bread")
        assert float(agreeing.vector @ oven) > float(plain.vector @ oven)

    def test_carry_a_post_whose_caption_says_nothing(self):
        posts = build_posts([f"New {own_word(n)} #driving #cars #engine" for n in range(20)])
        assert share_of(build_one(bio="", posts=posts), "cars") > 0.5


class TestFeatures:
    def test_are_json(self):
        features = build_one(posts=build_posts(["serum", "cars"])).features
        assert json.loads(json.dumps(features)) == features

    def test_say_what_they_were_computed_with(self):
        features = build_one().features
        assert features["computed_at"] == NOW.isoformat()
        assert features["encoder"] == ENCODER.name
        assert features["topics_version"] == "t1"

    def test_name_topics_and_rate_of_every_post_newest_first(self):
        posts = (
            build_post("old", "driving cars", age_days=9),
            build_post("new", "baking cakes", age_days=1, likes=None),
        )
        stored = build_one(posts=posts).features["posts"]
        assert [post["id"] for post in stored] == ["new", "old"]
        assert stored[0]["topics"][0] == "baking"
        assert stored[0]["ln_rate"] is None
        assert stored[1]["ln_rate"] < 0

    def test_keep_the_newest_posts_only(self):
        posts = tuple(build_post(f"p{n}", f"serum {own_word(n)}", age_days=n) for n in range(POSTS_KEPT + 5))
        stored = build_one(posts=posts).features["posts"]
        assert len(stored) == POSTS_KEPT
        assert stored[-1]["id"] == f"p{POSTS_KEPT - 1}"

    def test_count_copies_of_a_post_once(self):
        texts = ["baking cakes oven", "Baking cakes, oven!", "baking  cakes oven \N{FIRE}", "other cakes"]
        posts = tuple(build_post(f"p{n}", text, age_days=n) for n, text in enumerate(texts * 3))
        copied, plain = build_one(posts=posts), build_one(posts=(posts[0], posts[3]))
        assert [post["id"] for post in copied.features["posts"]] == ["p0", "p3"]
        assert np.allclose(copied.vector, plain.vector)
        assert np.allclose(copied.topics, plain.topics)

    @pytest.mark.parametrize(
        "texts",
        [
            [
                "baking cakes in my oven 1",
                "Baking cakes in my oven 2 \N{FIRE}",
                "baking cakes in my oven, ٣!",
            ],
            ["post one", "post two", "post 3"],
            ["خبز الكيك في فرن البيت", "خَبزُ الكيك في فُرن البيت ٢", "خبز الكيك في فرن البيت ثلاثة"],
            ["I bake cakes in my oven #cakes", "I bake cakes in my oven #bread", "I bake cakes in my oven"],
            ["\N{FIRE} 1", "\N{FIRE} 1"],
        ],
    )
    def test_count_copies_that_differ_by_numbers_signs_or_hashtags_once(self, texts):
        posts = tuple(build_post(f"p{n}", text, age_days=n) for n, text in enumerate(texts))
        assert [post["id"] for post in build_one(posts=posts).features["posts"]] == ["p0"]

    def test_keep_short_posts_apart_by_their_hashtags(self):
        posts = (build_post("a", "Good morning #cars"), build_post("b", "Good morning #cakes"))
        assert len(build_one(posts=posts).features["posts"]) == 2

    def test_keep_posts_without_words(self):
        posts = tuple(build_post(f"p{n}", "", age_days=n) for n in range(3))
        assert len(build_one(posts=posts).features["posts"]) == 3

    def test_have_no_performance_without_measured_posts(self):
        assert build_one().features["performance"] is None
        assert build_one(posts=build_posts(["serum"])).features["performance"]["n"] == 1


class TestBuild:
    def test_keeps_order_over_chunks(self):
        documents = [build_influencer(f"inf-{n}") for n in range(DOCUMENTS_AT_ONCE + 3)]
        items = list(build_features(ENCODER).build(documents, now=NOW))
        assert [item.document.id for item in items] == [document.id for document in documents]

    def test_gives_everybody_their_own_posts(self):
        documents = [
            build_influencer("a", posts=build_posts(["serum"], prefix="a")),
            build_influencer("b"),
            build_influencer("c", posts=build_posts(["cars", "games"], prefix="c")),
        ]
        together = list(build_features(ENCODER).build(documents, now=NOW))
        for document, item in zip(documents, together, strict=True):
            (alone,) = build_features(ENCODER).build([document], now=NOW)
            assert np.array_equal(alone.vector, item.vector)
            assert alone.features == item.features


class TestConcentration:
    def test_is_zero_for_a_generalist_and_one_for_one_topic(self):
        assert concentration(np.full(4, 0.25, dtype=np.float32)) == pytest.approx(0.0, abs=1e-6)
        assert concentration(np.asarray([0, 1, 0, 0], dtype=np.float32)) == pytest.approx(1.0)


class DictCache(dict):
    def get_many(self, keys):
        return {key: self[key] for key in keys if key in self}

    def put_many(self, vectors):
        self.update(vectors)


class TestCachedEncoder:
    def test_encodes_only_what_is_new(self):
        inner = WordEncoder()
        encoder = CachedEncoder(inner, DictCache())
        first = encoder.encode(["serum", "cars", "serum"])
        second = encoder.encode(["cars", "games"])
        assert inner.encoded == ["serum", "cars", "games"]
        assert np.array_equal(first[1], second[0])
        assert np.array_equal(first[0], first[2])

    def test_answers_for_no_texts(self):
        assert CachedEncoder(WordEncoder(), DictCache()).encode([]).shape == (0, 64)

    def test_is_the_encoder_it_stands_before(self):
        encoder = CachedEncoder(WordEncoder(), DictCache())
        assert (encoder.name, encoder.dimensions) == ("words-64", 64)

    def test_keeps_models_apart(self):
        assert text_key("a", "serum") != text_key("b", "serum")


class TestNumbers:
    def test_are_kept_in_whole_millionths_however_deep(self):
        features = {
            "a": 0.12345678,
            "b": [{"c": 1.00000049, "d": [0.1]}],
            "n": 7,
            "t": "1.23456789",
            "x": None,
        }
        kept = {"a": 0.123457, "b": [{"c": 1.0, "d": [0.1]}], "n": 7, "t": "1.23456789", "x": None}
        assert in_steps(features) == kept

    def test_of_a_built_influencer_have_no_more_digits(self):
        text = json.dumps(build_one(posts=build_posts(["serum", "cars"])).features)
        assert max(len(part.partition(".")[2]) for part in _numbers(json.loads(text))) <= DIGITS


def _numbers(value):
    if isinstance(value, float):
        yield repr(value)
    for own in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _numbers(own)


class TestTokensOfTheTexts:
    def test_are_said_to_be_those_of_the_texts_except_of_claimed_topics(self):
        item = build_one(posts=build_posts(["serum", "cars"]), claimed_topics=("cars",))
        assert item.are_tokens_read
        own = own_tokens(item.document)
        assert {field: item.tokens[field] for field in own} == own
        assert item.tokens.keys() - own.keys() == {"topics"}
