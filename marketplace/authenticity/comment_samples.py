"""Who commented under posts and how soon: samples that tell circles of commenters, brought in by operators."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.authenticity.models import CommentSample
from marketplace.errors import Forbidden, Invalid, NotFound
from marketplace.influencers.import_rows import RowProblem
from marketplace.influencers.importing import csv_records, decoded
from marketplace.influencers.models import Post
from marketplace.influencers.records import follow_change
from marketplace.policies import Actor
from marketplace.web.language import lazy_gettext as _

COLUMNS = ("post_url", "account", "minutes")
ACCOUNT_MAX = 100
TRUSTED = frozenset({"system", "operator"})
_MINUTES = re.compile(r"\d{1,7}", re.ASCII)


@dataclass(frozen=True, slots=True)
class CommentRow:
    """One comment: under which post, by whom, how many minutes after it."""

    line: int
    post_url: str
    account: str
    minutes: int


def read_comments(content: bytes) -> tuple[list[CommentRow], list[RowProblem]]:
    """Read a CSV file in UTF-8 with the columns of `COLUMNS`; what is wrong is told by line and column, never raised."""
    text, problem = decoded(content)
    if problem is not None:
        return [], [problem]
    rows: list[CommentRow] = []
    problems: list[RowProblem] = []
    for line, record in csv_records(text, needed=COLUMNS, known=COLUMNS):
        if isinstance(record, RowProblem):
            problems.append(record)
        elif isinstance(record, str):
            problems.append(RowProblem(line, "", record))
        elif found := list(_row_problems(line, record)):
            problems += found
        else:
            account = _name(record["account"])
            rows.append(CommentRow(line, record["post_url"].strip(), account, int(record["minutes"])))
    if not rows and not problems:
        problems.append(RowProblem(1, "", str(_("The file holds no rows."))))
    return rows, problems


def _row_problems(line: int, record: Mapping[str, Any]) -> Iterator[RowProblem]:
    if not 1 <= len(_name(record["account"])) <= ACCOUNT_MAX:
        yield RowProblem(line, "account", str(_("Name the account that commented.")))
    if not _MINUTES.fullmatch(record["minutes"].strip()):
        yield RowProblem(line, "minutes", str(_("This must be a whole number in the digits 0 to 9.")))


def import_comments(
    session: Session, *, actor: Actor, rows: Iterable[CommentRow], now: datetime
) -> tuple[int, list[RowProblem]]:
    """Store rows under the posts of their addresses; returns how many were new, and the rows without a known post.

    Raises:
        Forbidden: samples come from operators and importers, not from those they are about.
    """
    by_url: dict[str, list[CommentRow]] = {}
    for row in rows:
        by_url.setdefault(row.post_url, []).append(row)
    added, problems = 0, []
    for url, comments in by_url.items():
        post_ids = session.scalars(select(Post.id).where(Post.url == url)).all()
        for post_id in post_ids:
            pairs = [(row.account, row.minutes) for row in comments]
            added += add_comment_samples(session, actor=actor, post_id=post_id, comments=pairs, now=now)
        if not post_ids:
            reason = str(_("No post with this address is known here."))
            problems += [RowProblem(row.line, "post_url", reason) for row in comments]
    return added, problems


def add_comment_samples(
    session: Session,
    *,
    actor: Actor,
    post_id: str,
    comments: Iterable[tuple[str, int]],
    now: datetime,
) -> int:
    """Store who commented on a post and after how many minutes; known accounts are left as they are.

    Raises:
        NotFound: no such post. Forbidden: samples come from operators and importers, not from those they are about.
        Invalid: a time before the post.
    """
    if actor.kind not in TRUSTED:
        raise Forbidden(_("Samples of comments come from operators."))
    post = session.get(Post, post_id)
    if post is None:
        raise NotFound
    known = set(session.scalars(select(CommentSample.account).where(CommentSample.post_id == post_id)))
    first: dict[str, int] = {}
    for account, minutes in comments:
        name = _name(account)
        if minutes < 0 or not 1 <= len(name) <= ACCOUNT_MAX:
            raise Invalid(_("A comment has an account and comes after its post."))
        if name not in known:
            first.setdefault(name, minutes)
    if first:
        session.add_all(
            CommentSample(post_id=post_id, account=name, minutes=at) for name, at in first.items()
        )
        session.flush()
        follow_change(session, influencer_id=post.influencer_id, now=now)
    return len(first)


def _name(account: str) -> str:
    return account.strip().lstrip("@").strip().lower()
