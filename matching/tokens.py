"""The tokens of a document by text field, as every engine indexes them."""

from matching.documents import InfluencerDocument, PostDocument
from matching.text import standardise, tokenise

POSTS_KEPT = 120
READ_FIELDS = ("name", "bio", "posts")
"""Fields whose tokens the document gives by itself; those of claimed topics need the list of topics."""


def post_text(post: PostDocument) -> str:
    """Return what is read of a post: its text and the hashtags that the text does not hold."""
    extra = [tag for tag in post.hashtags if tag.lstrip("#") not in post.text]
    return standardise(" ".join((post.text, *(f"#{tag.lstrip('#')}" for tag in extra))))


def recent_posts(document: InfluencerDocument) -> tuple[PostDocument, ...]:
    """Return the newest posts that count, newest first (ties by id)."""
    ordered = sorted(document.posts, key=lambda post: (post.published_at, post.id), reverse=True)
    return tuple(ordered[:POSTS_KEPT])


def own_tokens(document: InfluencerDocument) -> dict[str, tuple[str, ...]]:
    """Return the tokens of READ_FIELDS."""
    return {
        "name": tokenise(f"{document.name} {document.name_ar} @{document.handle}"),
        "bio": tokenise(document.bio),
        "posts": tokenise(" ".join(post_text(post) for post in recent_posts(document))),
    }
