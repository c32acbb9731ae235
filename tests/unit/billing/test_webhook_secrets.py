"""Signing secrets: two while one is replaced, and the old one ends by itself."""

from datetime import UTC, datetime

import pytest

from marketplace.billing.webhook_secrets import ENDPOINTS, read_secrets, valid_secrets
from marketplace.settings import Settings


class TestReadSecrets:
    def test_reads_an_end(self):
        new, old = read_secrets("whsec_new, whsec_old@2026-12-01,")
        assert (new.value, new.ends_at) == ("whsec_new", None)
        assert (old.value, old.ends_at) == ("whsec_old", datetime(2026, 12, 1, tzinfo=UTC))

    def test_refuses_an_end_that_is_no_day(self):
        with pytest.raises(ValueError, match="soon"):
            read_secrets("whsec@soon")


class TestValidSecrets:
    SETTINGS = Settings(
        payments="stripe",
        stripe_webhook_secrets="p_new,p_old@2026-12-01",
        stripe_connect_webhook_secrets="c",
        stripe_thin_webhook_secrets="",
    )

    @pytest.mark.parametrize(
        ("now", "valid"),
        [
            (datetime(2026, 11, 30, 23, 59, 59, tzinfo=UTC), ["p_new", "p_old"]),
            (datetime(2026, 12, 1, tzinfo=UTC), ["p_new"]),
        ],
    )
    def test_ends_the_old_one_by_itself(self, now, valid):
        assert valid_secrets(self.SETTINGS, "platform", now) == valid

    def test_keeps_endpoints_apart(self):
        now = datetime(2026, 11, 1, tzinfo=UTC)
        assert valid_secrets(self.SETTINGS, "connect", now) == ["c"]
        assert valid_secrets(self.SETTINGS, "thin", now) == []

    def test_has_one_of_its_own_for_each_endpoint_of_the_sandbox(self):
        now = datetime(2026, 11, 1, tzinfo=UTC)
        settings = Settings(secret_key="k" * 40)
        secrets = [valid_secrets(settings, endpoint, now)[0] for endpoint in ENDPOINTS]
        assert len(set(secrets)) == len(ENDPOINTS) == 3
