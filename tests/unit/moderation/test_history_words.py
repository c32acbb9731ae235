"""The audit trail in words: every act that the code records has a sentence, in both languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from marketplace.bookings.event_words import EVENTS
from marketplace.moderation.domain import AppealStatus, DecisionAction, SubjectType
from marketplace.moderation.history_words import ACTS, SUBJECTS, act_word, actor_word, audit_subject_word
from marketplace.web.language import force_locale, install_language

PACKAGE = Path(__file__).parents[3] / "marketplace"
#: decisions that only contests had, before they were ruled in their rooms
NEVER_RECORDED = {DecisionAction.SPLIT}
#: what features call their own short way to a record
RECORDERS = {"_note", "_record", "_recorded"}


def recorded_acts() -> Iterator[str]:
    """The acts that stand in the code as texts: `action=` and `event=` of records, and the changes of bookings."""
    for path in PACKAGE.rglob("*.py"):
        if path.parent.name == "announcements":
            continue  # what is told, not what is recorded
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call):
                named = [each.value for each in call.keywords if each.arg in {"action", "event"}]
                called = getattr(call.func, "id", "")
                first = call.args[:1] if called == "Change" else call.args if called in RECORDERS else []
                for value in [*named, *first]:
                    if isinstance(value, ast.Constant) and "." in str(value.value):
                        yield str(value.value)


@pytest.fixture(params=["en", "ar"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    app = Flask("marketplace")
    app.config["DEFAULT_LANGUAGE"] = "en"
    install_language(app)
    with app.app_context(), force_locale(request.param):
        yield request.param


class TestActWord:
    def test_knows_every_act_that_is_recorded(self) -> None:
        acts = set(recorded_acts())
        assert len(acts) > 80
        assert sorted(acts - ACTS.keys() - EVENTS.keys()) == []

    def test_knows_every_decision_and_answer(self) -> None:
        decisions = {f"case.{each}" for each in DecisionAction if each not in NEVER_RECORDED}
        answers = {f"appeal.{each}" for each in AppealStatus if each is not AppealStatus.OPEN}
        assert decisions | answers <= ACTS.keys()

    def test_is_in_the_readers_language(self, language: str) -> None:
        assert (
            str(act_word("account.suspended"))
            == {"en": "The account was suspended", "ar": "عُلّق الحساب"}[language]
        )

    def test_shows_an_unknown_act_by_its_name(self) -> None:
        assert act_word("thing.newly_done") == "thing newly done"


class TestWords:
    def test_name_every_kind_of_subject(self) -> None:
        assert set(SubjectType) <= SUBJECTS.keys()
        assert audit_subject_word("new_thing") == "new thing"

    def test_name_every_subject_that_is_recorded(self) -> None:
        found = {
            found
            for path in PACKAGE.rglob("*.py")
            for found in re.findall(r'subject_type="([a-z_]+)"', path.read_text(encoding="utf-8"))
        }
        assert len(found) > 10
        assert sorted(found - SUBJECTS.keys()) == []

    def test_name_the_sides(self, language: str) -> None:
        assert str(actor_word("system")) == {"en": "By itself", "ar": "تلقائيًا"}[language]
