"""Says at the end of a run which files and functions are longer than they should be, though not too long."""

from tests.architecture.test_size_budget import soft_overruns

SHOWN_AT_MOST = 12


def pytest_terminal_summary(terminalreporter) -> None:
    passed = terminalreporter.stats.get("passed", [])
    if not any("test_size_budget" in report.nodeid for report in passed):
        return
    overruns = soft_overruns()
    if overruns:
        terminalreporter.section(f"longer than the aim: {len(overruns)}, the worst first")
        terminalreporter.line("\n".join(overruns[:SHOWN_AT_MOST]))
