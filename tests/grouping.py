"""Tests of a group share what is expensive to build, so one worker runs them all (`pytest.mark.xdist_group`).

pytest-xdist writes the group behind the names of its tests. It did so in vain with pytest 9.2, and nothing said so: each
worker built everything once more.
"""

from collections.abc import Iterable

import pytest


def without_group(node_id: str) -> str:
    """The name of a test without the group that xdist put behind it; an @ inside the brackets belongs to the name."""
    name, at, _group = node_id.rpartition("@")
    return name if at and node_id.rfind("@") > node_id.rfind("]") else node_id


def ungrouped(items: Iterable[pytest.Item]) -> list[str]:
    """The tests that ask for a group and have none."""
    return [
        item.nodeid
        for item in items
        if item.get_closest_marker("xdist_group") and without_group(item.nodeid) == item.nodeid
    ]


def pytest_collection_finish(session: pytest.Session) -> None:
    """In a worker: refuse to go on where groups are not kept together."""
    if getattr(session.config.option, "loadgroup", False) and (lost := ungrouped(session.items)):
        raise pytest.UsageError(f"pytest-xdist does not know the group of {lost[0]}: see tests/grouping.py")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Where reports are kept tests have their own names, by which `--last-failed` finds them again."""
    if hasattr(report, "node"):
        report.nodeid = without_group(report.nodeid)
