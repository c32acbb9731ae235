"""Where `athar` begins."""

from marketplace.collector import without_collector


def main() -> None:
    """Run the command line."""
    with without_collector():
        from marketplace.cli.main import main as run  # noqa: PLC0415  # after the collector was stopped
    run()
