"""A subject as an operator sees it, and a ruling as a subject gets it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.briefs.models import BriefVersion
from marketplace.moderation.domain import DecisionAction
from marketplace.policies import Actor


@dataclass(frozen=True, slots=True)
class Named:
    """Who something belongs to, by name; the Arabic one is empty where there is none."""

    name: str
    name_ar: str = ""


@dataclass(frozen=True, slots=True)
class SubjectView:
    """A subject as an operator sees it: title, owner, its fields now and in the version before."""

    title: str
    owner: Named
    fields: dict[str, Any]
    before: dict[str, Any]
    brand_id: str | None
    influencer_id: str | None
    is_current: bool
    is_waiting: bool
    booking_id: str | None = None
    operation_id: str | None = None
    dispute_of: str | None = None
    #: a person's own account, which is nobody's side
    user_id: str | None = None
    #: a title that is a name, for readers of Arabic
    title_ar: str = ""
    #: what influencers would read, where the subject is a brief
    brief_version: BriefVersion | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """What was decided, by whom and when, as the subjects need it."""

    actor: Actor
    now: datetime
    action: DecisionAction
    reason: str
    field_notes: Mapping[str, Any]
    reason_ar: str = ""
