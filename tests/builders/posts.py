"""Posts of influencers in the database."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from marketplace.influencers.models import Post
from tests.builders.matching.documents import own_word
from tests.builders.people import InfluencerSide
from tests.clock import START


def build_posts(
    session: Session,
    person: InfluencerSide,
    texts: list[str],
    *,
    name: str = "p",
    now: datetime = START,
    days_apart: int = 20,
    likes: int = 300,
    comments: int = 12,
    views: int | None = None,
) -> list[Post]:
    """Posts of these texts, newest first, on the person's channel; a second lot needs another `name`.

    A text that comes again gets a word of its own, since posts with the same words count once.
    """
    posts = [
        Post(
            influencer_id=person.influencer.id,
            channel_id=person.channel.id,
            url=f"https://instagram.example/{person.influencer.handle}/{name}{number}",
            text=text if text not in texts[:number] else f"{text} {own_word(number)}",
            published_at=now - timedelta(days=days_apart * number + 1),
            likes=likes,
            comments=comments,
            views=views,
        )
        for number, text in enumerate(texts)
    ]
    session.add_all(posts)
    session.flush()
    return posts
