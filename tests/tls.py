"""An address with TLS in front of a plain server, signed by an authority of the test's own."""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from urllib.parse import urlsplit

import trustme

Stop = Callable[[], object]


@contextmanager
def tls_in_front(url: str, authority: trustme.CA, *, name: str = "127.0.0.1") -> Iterator[str]:
    """Yield an https address whose bytes go to and from `url`; its certificate is for `name`."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    started: Future[tuple[int, Stop]] = Future()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(context, url, started)), daemon=True)
    thread.start()
    port, stop = started.result(timeout=5)
    try:
        yield f"https://127.0.0.1:{port}"
    finally:
        stop()
        thread.join()


async def _serve(context: ssl.SSLContext, url: str, started: Future[tuple[int, Stop]]) -> None:
    """Forward until told to stop; what is still open then ends with the loop."""
    address = urlsplit(url)

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(address.hostname, address.port)
        await asyncio.gather(_pass_on(reader, back), _pass_on(there, writer))

    server = await asyncio.start_server(forward, "127.0.0.1", 0, ssl=context)
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    port = server.sockets[0].getsockname()[1]
    started.set_result((port, lambda: loop.call_soon_threadsafe(stopped.set)))
    await stopped.wait()
    server.close()


async def _pass_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(1 << 16):
            target.write(data)
            await target.drain()
    except OSError:
        pass  # one side has hung up; the other is closed below
    finally:
        target.close()
