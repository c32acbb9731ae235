"""What pages limit is limited over the API too, and both are counted together."""

import pytest

from marketplace.web.limits import APPLY, limiter
from tests.builders.people import build_influencer
from tests.functional.api.api_site import open_site

MOST = int(APPLY.split()[0])


@pytest.fixture
def limited(sqlite_url, tmp_path, site_clock):
    with open_site(sqlite_url, tmp_path, site_clock, mode="development") as site:
        limiter.reset()
        yield site
        limiter.reset()
        limiter.enabled = False  # as the applications of the other tests want it


class TestApply:
    def test_is_limited_for_each_person_over_api_and_page_together(self, limited):
        with limited.rows() as session:
            one, other = build_influencer(session), build_influencer(session)
        program, neighbour = limited.program(one.user), limited.program(other.user)
        path = f"/open-briefs/{'0' * 20}/applications"
        codes = [program.post(path, {"message": "Hello"}).status_code for _each in range(MOST + 1)]
        assert 429 not in codes[:MOST]
        assert codes[MOST] == 429
        assert neighbour.post(path, {"message": "Hello"}).status_code != 429
        visitor = limited.visit_as(one.user)
        visitor.get("/briefs/open")
        assert visitor.post(f"/open-briefs/{'0' * 20}/apply").status_code == 429


class TestWebhooks:
    def test_stop_an_address_whose_messages_are_never_signed(self, limited):
        client = limited.app.test_client()
        statuses = [client.post("/webhooks/stripe/platform", data=b"{}").status_code for _each in range(31)]
        assert statuses == [*[400] * 30, 429]
