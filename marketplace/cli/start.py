"""Where `athar` begins.

The commands are imported without the garbage collector, which would look again and again at modules that stay for
ever: a fifth of the time until a command runs.
"""

import gc


def main() -> None:
    """Run the command line."""
    gc.disable()
    from marketplace.cli.main import main as run  # noqa: PLC0415  # after the collector was stopped

    gc.freeze()
    gc.enable()
    run()
