"""One process of a soak: `python -m tests.soak.role web|worker|sandbox PLACE [PORT]`; killed at any moment."""

import sys
import threading
from pathlib import Path

from werkzeug.serving import make_server

from marketplace.app import create_app
from marketplace.chores import all_chores
from marketplace.runtime import SWEEPERS
from marketplace.web.limits import limiter
from marketplace.web.request_log import configure_logging
from marketplace.worker import Worker
from payments.sandbox.server import _QuietHandler, serve
from tests.soak.place import Place


def run_web(place: Place, port: int) -> None:
    app = create_app(place.services())
    limiter.enabled = False  # everybody here has the same address
    make_server("127.0.0.1", port, app, threaded=True, request_handler=_QuietHandler).serve_forever()


def run_worker(place: Place) -> None:
    services = place.services()
    app = create_app(services)
    worker = Worker(services, chores=all_chores(services), context=app.app_context)
    forever = threading.Event()
    sweepers = [threading.Thread(target=worker.run_until, args=(forever,)) for _ in range(SWEEPERS)]
    for sweeper in sweepers:
        sweeper.start()
    for sweeper in sweepers:
        sweeper.join()


def main() -> None:
    configure_logging("critical", is_json=False)
    role, place = sys.argv[1], Place.read(Path(sys.argv[2]))
    if role == "web":
        run_web(place, int(sys.argv[3]))
    elif role == "worker":
        run_worker(place)
    else:
        serve(place.sandbox(), port=place.sandbox_port)


if __name__ == "__main__":
    main()
