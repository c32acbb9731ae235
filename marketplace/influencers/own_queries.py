"""What influencers read of themselves: their row, their posts one by one."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.cursors import Cursor
from marketplace.db import find_row
from marketplace.errors import NotFound
from marketplace.influencers.models import Influencer, Post
from marketplace.policies import Actor
from marketplace.web.language import lazy_gettext as _

PAGE = 20


@dataclass(frozen=True, slots=True)
class PostPage:
    """One page of somebody's posts; `next_cursor` is None at the end."""

    rows: tuple[Post, ...]
    next_cursor: str | None


def get_own_influencer(session: Session, *, actor: Actor) -> Influencer:
    """Return the actor's own profile in any state. Raises NotFound for an actor without one."""
    row = find_row(session, Influencer, actor.influencer_id)
    if row is None:
        raise NotFound(_("You have no influencer profile."))
    return row


def list_own_posts(
    session: Session, *, influencer_id: str, cursor: str | None = None, limit: int = PAGE
) -> PostPage:
    """Return a page of an influencer's posts of all channels, newest first, in one statement."""
    statement = select(Post).where(Post.influencer_id == influencer_id)
    after = Cursor.find(cursor)
    if after is not None:
        statement = statement.where(after.older(Post.published_at, Post.id))
    rows = session.scalars(
        statement.order_by(Post.published_at.desc(), Post.id.desc()).limit(limit + 1)
    ).all()
    last = rows[limit - 1] if len(rows) > limit else None
    return PostPage(
        tuple(rows[:limit]), Cursor(last.published_at, last.id).as_text() if last is not None else None
    )


def get_own_post(session: Session, *, influencer_id: str, post_id: str) -> Post:
    """Return one of an influencer's posts. Raises NotFound."""
    post = session.get(Post, post_id)
    if post is None or post.influencer_id != influencer_id:
        raise NotFound(_("There is no such post."))
    return post
