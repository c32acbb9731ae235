"""Whose account is suspended is told why."""

from marketplace.accounts.operations import suspend_user
from marketplace.db import transaction
from marketplace.policies import SYSTEM
from marketplace.worker import Worker
from tests.builders.people import build_influencer


class TestSuspension:
    def test_is_told_with_its_reason(self, app, services):
        with transaction(services.sessions) as session:
            user = build_influencer(session).user
            suspend_user(session, actor=SYSTEM, user_id=user.id, reason="Copied posts", now=services.clock())
        Worker(services, context=app.app_context).settle()
        assert "Copied posts" in services.mailer.sent[0].body
