"""When a kept place is too old to be shown without saying so."""

from datetime import UTC, datetime, timedelta

import pytest

from marketplace.matches.domain import FRESH_FOR, Staleness, staleness

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


class TestStaleness:
    @pytest.mark.parametrize(
        ("is_version_live", "is_profile_same", "are_topics_same", "age", "reason"),
        [
            (True, True, True, timedelta(0), None),
            (True, True, True, FRESH_FOR - timedelta(seconds=1), None),
            (True, True, True, FRESH_FOR, Staleness.OLD),
            (True, True, False, FRESH_FOR, Staleness.TOPICS_CHANGED),
            (True, False, False, timedelta(0), Staleness.PROFILE_CHANGED),
            (False, False, False, FRESH_FOR, Staleness.BRIEF_CHANGED),
        ],
    )
    def test_names_the_first_reason(self, is_version_live, is_profile_same, are_topics_same, age, reason):
        found = staleness(
            is_version_live=is_version_live,
            is_profile_same=is_profile_same,
            are_topics_same=are_topics_same,
            computed_at=NOW - age,
            now=NOW,
        )
        assert found == reason
