"""Every filter of a list is among the chips of what was understood, the audience's countries too."""

import pytest

from marketplace.matches.understood_words import chips_of_audience
from matching.criteria import AudienceTarget

pytestmark = pytest.mark.usefixtures("english")


class TestAudience:
    def test_is_told_with_its_share(self):
        (chip,) = chips_of_audience(AudienceTarget(countries=("SA", "KW"), share=0.25))
        assert (chip.label, chip.value) == ("Audience in", "Saudi Arabia, Kuwait, at least 25%")
        assert chip.code is None

    def test_that_nobody_asked_for_is_no_chip(self):
        assert chips_of_audience(AudienceTarget()) == []
