"""Every filter of a list is among the chips of what was understood, the audience's countries too."""

import pytest
from flask import Flask

from marketplace.matches.understood_words import chips_of_audience
from marketplace.web.language import force_locale, install_language
from matching.criteria import AudienceTarget


@pytest.fixture(autouse=True)
def _english():
    app = Flask("marketplace")
    app.config["DEFAULT_LANGUAGE"] = "en"
    install_language(app)
    with app.app_context(), force_locale("en"):
        yield


class TestAudience:
    def test_is_told_with_its_share(self):
        (chip,) = chips_of_audience(AudienceTarget(countries=("SA", "KW"), share=0.25))
        assert (chip.label, chip.value) == ("Audience in", "Saudi Arabia, Kuwait, at least 25%")
        assert chip.code is None

    def test_that_nobody_asked_for_is_no_chip(self):
        assert chips_of_audience(AudienceTarget()) == []
