"""The vectors of topics and posts, worked out beside the story: a process of its own reads what everybody will write."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from random import Random

from threadpoolctl import threadpool_limits

from marketplace.demo.world import InfluencerPlan, plan_world
from marketplace.settings import Settings
from marketplace.wiring_search import open_document_encoder, open_encoder, open_topic_space
from matching.captions import read_post
from matching.features import read_profile
from matching.text import standardise

TEXTS_AT_ONCE = 256


@contextmanager
def read_beside(settings: Settings, *, influencers: int, seed: int) -> Iterator[Callable[[], None]]:
    """Start reading, and give a function that waits for the end of it; what was not read is read when it is indexed.

    A fork, like that of `running.py`: nothing is open here yet.
    """
    reader = get_context("fork").Process(
        target=_read, args=(settings,), kwargs={"influencers": influencers, "seed": seed}, daemon=True
    )
    reader.start()
    try:
        yield reader.join
    finally:
        reader.kill()
        reader.join()


def _read(settings: Settings, *, influencers: int, seed: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever stops the demo wants no word of this
    threadpool_limits(limits=1, user_api="blas")
    model = open_encoder(settings)
    open_topic_space(settings, model)  # kept in the home folder, where the story looks for it
    plan = plan_world(Random(seed), influencers=influencers)  # noqa: S311  # a story, not a secret
    texts = list(dict.fromkeys(text for person in plan.influencers for text in texts_of(person)))
    encoder = open_document_encoder(settings, model)
    for start in range(0, len(texts), TEXTS_AT_ONCE):
        encoder.encode(texts[start : start + TEXTS_AT_ONCE])


def texts_of(person: InfluencerPlan) -> Iterator[str]:
    """Yield what the engine reads of a person; see `matching.features`."""
    yield read_profile(person.name, person.name_ar, person.bio)
    yield standardise(person.name)
    for post in person.posts:
        read = read_post(post.text, post.hashtags)
        yield read.caption
        if read.tags:
            yield read.tags
