"""`athar serve` and `athar worker`: the two processes of a site (one in the demo)."""

import signal
import threading

import click

from marketplace.cli.output import progress
from marketplace.cli.site_settings import read_site_settings
from marketplace.serving import run_web

AT_LEAST_ONE = click.IntRange(min=1)


@click.command()
@click.option(
    "--workers",
    default=1,
    type=AT_LEAST_ONE,
    show_default=True,
    help="Processes; more than one needs PostgreSQL and Redis.",
)
@click.option("--threads", default=8, type=AT_LEAST_ONE, show_default=True, help="Threads a process.")
@click.option("--with-worker", is_flag=True, help="Run the worker inside the one web process.")
def serve(workers: int, threads: int, with_worker: bool) -> None:
    """Serve the site."""
    settings = read_site_settings()
    if with_worker and workers != 1:
        raise click.UsageError("--with-worker needs --workers 1.")
    run_web(settings, workers=workers, threads=threads, has_worker=with_worker)


@click.command()
@click.option(
    "--threads",
    default=2,
    type=AT_LEAST_ONE,
    show_default=True,
    help="Threads that follow nudges, beside the sweep.",
)
def worker(threads: int) -> None:
    """Do what requests left to do: mail, money, index, clocks. May be killed at any moment; several may run."""
    from marketplace.cli.context import load_app, load_services  # noqa: PLC0415  # `serve` stays without them
    from marketplace.runtime import start_worker  # noqa: PLC0415  # the same

    services = load_services(has_search=True)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    running = start_worker(load_app(services), services, threads=threads)
    progress("The worker runs. Stop it with Ctrl-C.")
    stop.wait()
    running.stop()
