"""Addresses that nobody types by mistake: never a fault of ours, on either database."""

import pytest

from marketplace.accounts.sessions import start_session
from marketplace.db import transaction
from tests.builders.people import build_operator


class TestHostileAddresses:
    @pytest.mark.parametrize(
        "path",
        [
            "/influencers/%00", "/market/%00", "/bookings/%00", "/operate/ledger/%00", "/briefs/open/%00", "/influencers/%ff%fe", "/operate/audit?before=99999999999999999999",
            "/operate/audit?subject=%00", "/operate/queue?kind=%00", "/notices?after=%00", "/notices?after=x" * 20,
            "/operate/cases/" + "x" * 3_000, "/operate/appeals/%27%20OR%201=1", "/quotes/%2e%2e%2f", "/operate/audit?before=x",
        ],
    )  # fmt: skip
    def test_never_are_a_fault_of_ours(self, app, services, path, monkeypatch):
        monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
        with transaction(services.sessions) as session:
            user = build_operator(session, role="admin", now=services.clock()).user
            token = start_session(
                session, user=user, user_agent="test", address="127.0.0.1", now=services.clock()
            )
        visitor = app.test_client()
        with visitor.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = token, True
        assert visitor.get(path).status_code in {200, 400, 403, 404, 422}
