"""Addresses without values: as `url_for` gives them, wherever the site is mounted."""

import pytest
from flask import Flask, url_for

from marketplace.web.plain_addresses import plain_address


@pytest.fixture
def bare() -> Flask:
    app = Flask("bare")
    app.add_url_rule("/prices", "prices", lambda: "")
    return app


@pytest.mark.parametrize("root", ["", "/athar"])
def test_are_those_of_the_place_that_is_asked(bare, root):
    with bare.test_request_context("/other", environ_overrides={"SCRIPT_NAME": root}):
        first, again = plain_address("prices"), plain_address("prices")
        assert first == again == url_for("prices") == f"{root}/prices"


def test_are_not_mixed_between_places(bare):
    found = []
    for root in ("", "/athar", ""):
        with bare.test_request_context("/", environ_overrides={"SCRIPT_NAME": root}):
            found.append(plain_address("prices"))
    assert found == ["/prices", "/athar/prices", "/prices"]
