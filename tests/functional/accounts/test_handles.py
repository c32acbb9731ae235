"""Who holds a handle: whoever confirmed their address, and for two days whoever signed up with it."""

import pytest

from marketplace.influencers.models import Influencer
from tests.functional.accounts.test_accounts import (
    BRAND,
    INFLUENCER,
    last_mail,
    new_browser,
    rows,
    sign_up,
    without_secrets,
)

OTHER = INFLUENCER | {"email": "other@mail.example.com"}


class TestHandle:
    def test_with_a_known_address_makes_no_profile_and_holds_the_handle_as_long(self, app, services, clock):
        sign_up(app, services)
        answers = [new_browser(app).post("/sign-up/influencer", INFLUENCER | {"email": BRAND["email"]})]
        assert "not an influencer" in last_mail(services).body
        answers.append(new_browser(app).post("/sign-up/influencer", OTHER | {"handle": "new.handle"}))
        assert without_secrets(answers[0].text).replace(BRAND["email"], "") == without_secrets(
            answers[1].text
        ).replace(OTHER["email"], "")
        assert [each.handle for each in rows(services, Influencer)] == ["new.handle"]
        third = OTHER | {"email": "third@mail.example.com"}
        for hours, status in ((0, 422), (47, 422), (1, 200)):
            clock.advance(hours=hours)
            assert new_browser(app).post("/sign-up/influencer", third).status_code == status

    @pytest.mark.parametrize(("is_confirmed", "status"), [(False, 200), (True, 422)])
    def test_frees_a_handle_that_was_not_confirmed_for_two_days(
        self, app, services, clock, is_confirmed, status
    ):
        sign_up(app, services, INFLUENCER, "influencer", is_verified=is_confirmed)
        clock.advance(hours=47)
        assert new_browser(app).post("/sign-up/influencer", OTHER).status_code == 422
        clock.advance(hours=1)
        assert new_browser(app).post("/sign-up/influencer", OTHER).status_code == status
        assert INFLUENCER["handle"] in {each.handle for each in rows(services, Influencer)}
