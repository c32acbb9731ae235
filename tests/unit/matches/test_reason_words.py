"""What stands under a name: words somebody wrote keep their order, and nothing is counted that is not there."""

import pytest

from marketplace.matches.sentences import part_note, reason_sentence
from matching.receipts import Reason
from matching.scoring import Part, PartState

pytestmark = pytest.mark.usefixtures("english")


def specialism(**evidence):
    return Part(
        name="specialism", value=0.5, weight=0.2, points=1.0, state=PartState.KNOWN, evidence=evidence
    )


class TestWords:
    def test_of_an_influencer_stand_apart_from_the_sentence(self):
        said = reason_sentence(Reason("says_words", {"words": ["كريم", "serum"]}))
        assert said == "says: \u2068كريم\u2069, \u2068serum\u2069"


class TestPostsOnTheTopic:
    @pytest.mark.parametrize(
        ("posts", "said"),
        [(17, "none of the last 17 posts is on the topic"), (1, "the last post is not on the topic")],
    )
    def test_that_do_not_exist_are_not_counted(self, posts, said):
        note = part_note(specialism(posts=posts, posts_on_topic=0, months_on=0, months_seen=10))
        assert note == said
