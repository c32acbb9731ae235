"""What the product logs in a run is written with plain tracebacks, as the product itself configures them.

Tests run without `configure_logging`. Where rich is installed (it comes with schemathesis), structlog's own choice draws a
traceback with all local variables: half a second of processor, longer than the whole test that it belongs to.
"""

import structlog


def _write_plainly() -> None:
    """Change the renderer that structlog begins with, which `reset_defaults` brings back."""
    renderer = structlog.get_config()["processors"][-1]
    renderer.exception_formatter = structlog.dev.plain_traceback


_write_plainly()
