"""`athar sandbox`: the payment sandbox as a server of its own."""

import click

from marketplace.cli.context import load_settings
from marketplace.wiring_payments import standalone_sandbox
from payments.sandbox.server import serve as serve_sandbox


@click.group()
def group() -> None:
    """Run the payment sandbox."""


@group.command()
@click.option("--port", default=4242, show_default=True, help="Port to listen on.")
def serve(port: int) -> None:
    """Serve the sandbox on 127.0.0.1 over its own database file (tests, experiments); play money only."""
    serve_sandbox(standalone_sandbox(load_settings(), port=port), host="127.0.0.1", port=port)
