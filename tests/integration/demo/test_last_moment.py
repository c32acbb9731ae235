"""The demo's story ends in the present, however long its deals take."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.browser.seeded import copy_of_seeded_home


def test_the_story_ends_when_the_demo_is_made(tmp_path: Path) -> None:
    mark = copy_of_seeded_home(tmp_path / "home") / "seeded"
    made = datetime.fromtimestamp(mark.stat().st_mtime, UTC)
    assert timedelta(0) <= made - datetime.fromisoformat(mark.read_text()) < timedelta(days=1)
