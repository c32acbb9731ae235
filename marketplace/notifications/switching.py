"""Switching the mail of a topic off and on: by the person who is signed in, or by whoever holds the link in a mail."""

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.notifications.domain import TOPICS, MailTopic
from marketplace.notifications.models import MailSwitch

SIGNED_LENGTH = 32
STOP_PATH = "/mail/off/"


def topics_off(session: Session, *, user_id: str) -> frozenset[str]:
    """Return the topics of which a person wants no mail."""
    return frozenset(session.scalars(select(MailSwitch.topic).where(MailSwitch.user_id == user_id)))


def is_mail_off(session: Session, *, user_id: str, kind: str) -> bool:
    """Return whether a person wants no mail of this kind; what concerns deals and the account cannot be switched off."""
    topic = TOPICS.get(kind)
    return topic is not None and topic in topics_off(session, user_id=user_id)


def switch_mail(session: Session, *, user_id: str, topic: str, is_on: bool, now: datetime) -> None:
    """Switch the mail of one topic on or off; doing it again changes nothing."""
    row = session.scalar(
        select(MailSwitch).where(MailSwitch.user_id == user_id, MailSwitch.topic == MailTopic(topic))
    )
    if is_on and row is not None:
        session.delete(row)
    elif not is_on and row is None:
        session.add(MailSwitch(user_id=user_id, topic=topic, off_at=now))
    session.flush()


def switch_token(secret: str, *, user_id: str, topic: str) -> str:
    """Return what a link carries that switches one topic of one person off; it can do nothing else and does not expire."""
    return f"{user_id}.{topic}.{_signed(secret, user_id, topic)}"


def stop_address(base_url: str, secret: str, *, user_id: str | None, kind: str) -> str | None:
    """Return where somebody stops mail of a kind; None for mail that cannot be done without, or to nobody with an account."""
    topic = TOPICS.get(kind)
    if topic is None or user_id is None:
        return None
    return f"{base_url}{STOP_PATH}{switch_token(secret, user_id=user_id, topic=topic)}"


def read_switch_token(secrets: Sequence[str], token: str) -> tuple[str, MailTopic] | None:
    """Return whose mail of which topic a token switches off; None for one that was not made with any of the secrets."""
    user_id, _dot, rest = token.partition(".")
    topic, _dot, given = rest.partition(".")
    if topic not in set(MailTopic):
        return None
    is_ours = [
        hmac.compare_digest(given.encode(), _signed(secret, user_id, topic).encode()) for secret in secrets
    ]
    return (user_id, MailTopic(topic)) if any(is_ours) else None


def _signed(secret: str, user_id: str, topic: str) -> str:
    text = f"mail-switch:{user_id}:{topic}".encode()
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()[:SIGNED_LENGTH]
