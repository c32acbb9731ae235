"""Skips are never silent: the run ends with what ran per suite and with what did not run here, and why.

With CI=true a skip is a failure, because the machine of CI is meant to have everything.
"""

import os
from collections import Counter, defaultdict
from typing import Any

import pytest

IS_CI = os.environ.get("CI", "").lower() in {"1", "true", "yes"}
_OUTCOMES = ("passed", "failed", "error", "skipped")


def skip_reason(report: Any) -> str:
    """The words given to `pytest.skip`, without file and line."""
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return text.removeprefix("Skipped: ").removeprefix("Skipped").strip() or "no reason was given"


def is_plain_skip(report: Any) -> bool:
    """True for a skip; an expected failure also counts as skipped in pytest, but it did run."""
    return bool(report.skipped) and not hasattr(report, "wasxfail")


def _refuse_skip(report: Any) -> None:
    if IS_CI and is_plain_skip(report):
        report.longrepr = f"With CI=true every test must run. This one was skipped: {skip_reason(report)}"
        report.outcome = "failed"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    _refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    report = yield
    _refuse_skip(report)
    return report


def suite_of(node_id: str) -> str:
    """The suite a test belongs to: the folder under tests/, with the database when it has one."""
    path, _, name = node_id.partition("::")
    folders = path.split("/")
    suite = folders[1] if len(folders) > 2 else "tests"
    dialect = next((d for d in ("sqlite", "postgresql") if f"[{d}" in name or f"-{d}" in name), None)
    return f"{suite} on {dialect}" if dialect else suite


def pytest_terminal_summary(terminalreporter) -> None:
    stats = terminalreporter.stats
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for outcome in _OUTCOMES:
        for report in stats.get(outcome, []):
            counts[suite_of(report.nodeid)][outcome] += 1
    if not counts:
        return
    terminalreporter.section("what ran, by suite")
    for suite, by_outcome in sorted(counts.items()):
        parts = ", ".join(f"{by_outcome[outcome]} {outcome}" for outcome in _OUTCOMES if by_outcome[outcome])
        terminalreporter.line(f"{suite}: {parts}")
    _write_not_run(terminalreporter, stats.get("skipped", []))


def _write_not_run(terminalreporter, skipped) -> None:
    reasons = Counter(skip_reason(report) for report in skipped if is_plain_skip(report))
    if not reasons:
        terminalreporter.line("Nothing that was asked for was left out.")
        return
    terminalreporter.section("not run here, because ...")
    for reason, count in reasons.most_common():
        terminalreporter.line(f"{count} {'test' if count == 1 else 'tests'}: {reason}")
