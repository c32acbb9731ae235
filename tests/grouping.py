"""Tests of a group share what is expensive to build, so one worker runs them all (`pytest.mark.xdist_group`).

Whatever names no group belongs to that of its file: handed out one by one, quick tests waited for the next longer than they
ran. Groups with a slow test come first, the largest of them before all, so that no worker ends alone.

pytest-xdist writes the group behind the names of its tests. It did so in vain with pytest 9.2, and nothing said so: each
worker built everything once more.
"""

from collections import Counter
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


def group_of(item: pytest.Item) -> str:
    """The name of a test's group."""
    marker = item.get_closest_marker("xdist_group")
    return str(marker.args[0]) if marker else ""


def slow_first(items: list[pytest.Item]) -> list[pytest.Item]:
    """The tests with those of slow groups before all others, and of these the larger groups first."""
    sizes = Counter(map(group_of, items))
    slow = {group_of(item) for item in items if item.get_closest_marker("slow")}
    return sorted(items, key=lambda item: -sizes[group_of(item)] if group_of(item) in slow else 1)


def is_grouped(config: pytest.Config) -> bool:
    return bool(config.getoption("loadgroup", default=False))


def pytest_configure(config: pytest.Config) -> None:
    """In the controller: leave the groups in the order of `slow_first`; xdist would begin with those of most tests."""
    if config.getoption("dist", default="no") == "loadgroup":
        config.option.loadscopereorder = False


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups, after the folders that name their own
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if is_grouped(config):
        for item in items:
            if not item.get_closest_marker("xdist_group"):
                item.add_marker(pytest.mark.xdist_group(item.nodeid.split("::")[0]))


@pytest.hookimpl(specname="pytest_collection_modifyitems", trylast=True)  # after they were shuffled
def pytest_put_slow_first(config: pytest.Config, items: list[pytest.Item]) -> None:
    if is_grouped(config):
        items[:] = slow_first(items)


def pytest_collection_finish(session: pytest.Session) -> None:
    """In a worker: refuse to go on where groups are not kept together."""
    if is_grouped(session.config) and (lost := ungrouped(session.items)):
        raise pytest.UsageError(f"pytest-xdist does not know the group of {lost[0]}: see tests/grouping.py")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Where reports are kept tests have their own names, by which `--last-failed` finds them again."""
    if hasattr(report, "node"):
        report.nodeid = without_group(report.nodeid)
