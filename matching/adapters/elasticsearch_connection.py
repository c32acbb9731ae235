"""The only importer of Elasticsearch's client: opens it, names what goes wrong, and stops asking a cluster that is down."""

import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

from elastic_transport import TlsError
from elasticsearch import ApiError, Elasticsearch, TransportError

from matching.errors import IndexUnavailable

BUILD_ADVICE = "Run `athar index build` to make it anew from the database."
SEARCH_SECONDS = 5.0
BULK_SECONDS = 60.0
_FAILURES_BEFORE_OPEN = 3
_OPEN_SECONDS = 10.0
_BAD_REQUEST, _UNAUTHORISED, _FORBIDDEN, _NOT_FOUND = 400, 401, 403, 404

Answer = dict[str, Any]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ClusterAddress:
    """Where the cluster answers. `urls` may name several nodes; `prefix` begins the name of all that is ours there."""

    urls: tuple[str, ...]
    api_key: str = ""
    ca_file: str = ""
    prefix: str = "athar"


class CircuitBreaker:
    """After some failures in a row nobody waits for the cluster for a while; then one call tries it again."""

    def __init__(
        self,
        *,
        failures: int = _FAILURES_BEFORE_OPEN,
        seconds: float = _OPEN_SECONDS,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._most = failures
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._opened_at: float | None = None

    def check(self) -> None:
        """Raise IndexUnavailable while it is open. When its time is over, the caller is the one that tries."""
        with self._lock:
            if self._opened_at is None:
                return
            if self._clock() - self._opened_at < self._seconds:
                raise IndexUnavailable(
                    "The search cluster did not answer; it is asked again in a few seconds."
                )
            self._opened_at = self._clock()

    def succeed(self) -> None:
        with self._lock:
            self._failures, self._opened_at = 0, None

    def fail(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= self._most:
                self._opened_at = self._clock()


class Connection:
    """One client for a process, safe to share between threads. Every failure is an IndexUnavailable with its reason."""

    def __init__(self, address: ClusterAddress, *, breaker: CircuitBreaker | None = None) -> None:
        self.prefix = address.prefix
        self._breaker = breaker or CircuitBreaker()
        self._client = _open_client(address)

    def ask(self, work: Callable[[Elasticsearch], Any], *, seconds: float = SEARCH_SECONDS) -> Any:
        """Call the client; a node that is gone is retried on another one by the client itself.

        Raises IndexUnavailable: no answer in time, the index is not there, access refused, or a fault of the cluster.
        """
        self._breaker.check()
        try:
            answer = work(self._client.options(request_timeout=seconds))
        except TlsError as error:
            self._breaker.fail()
            raise IndexUnavailable(
                f"The certificate of the search cluster is not trusted ({error.message}); look at ATHAR_SEARCH_CA."
            ) from error
        except TransportError as error:
            self._breaker.fail()
            raise IndexUnavailable(f"The search cluster does not answer ({error.message}).") from error
        except ApiError as error:
            raise self._named(error) from error
        self._breaker.succeed()
        return answer.body

    def _named(self, error: ApiError) -> IndexUnavailable:
        status = error.meta.status
        if status in {_UNAUTHORISED, _FORBIDDEN}:
            return IndexUnavailable("The search cluster refuses our key; look at ATHAR_SEARCH_API_KEY.")
        if status == _NOT_FOUND:
            return IndexUnavailable(f"There is no search index yet. {BUILD_ADVICE}")
        if status == _BAD_REQUEST:
            return IndexUnavailable(f"The search cluster refuses what was asked ({reason_of(error.body)}).")
        self._breaker.fail()
        return IndexUnavailable(f"The search cluster fails with status {status} ({reason_of(error.body)}).")

    def close(self) -> None:
        self._client.close()


def reason_of(body: Any) -> str:
    """Return the innermost reason that the cluster gave."""
    error = body.get("error", body) if isinstance(body, dict) else body
    while isinstance(error, dict):
        causes = error.get("root_cause") or [error.get("caused_by")]
        inner = causes[0] if isinstance(causes, Sequence) and causes else None
        if isinstance(inner, dict) and inner is not error and "reason" in inner:
            return str(inner["reason"])
        return str(error.get("reason", error.get("type", "no reason given")))
    return str(error)


def _open_client(address: ClusterAddress) -> Elasticsearch:
    if address.ca_file:
        _check_authority(address.ca_file)
    options: dict[str, Any] = {
        "request_timeout": SEARCH_SECONDS,
        "max_retries": 3,
        "retry_on_timeout": False,
        "retry_on_status": (502, 503, 504),
        "dead_node_backoff_factor": 1.0,
        "max_dead_node_backoff": 5.0,
    }
    if address.api_key:
        options["api_key"] = address.api_key
    if address.ca_file:
        options["ca_certs"] = address.ca_file
    try:
        return Elasticsearch(list(address.urls), **options)
    except ValueError as error:
        raise IndexUnavailable(f"ATHAR_SEARCH_URL: {error}") from error


def _check_authority(ca_file: str) -> None:
    """Refuse a file that is not there, or holds no certificate; the client would only find out when it asks."""
    if not Path(ca_file).is_file():
        raise IndexUnavailable(f"ATHAR_SEARCH_CA: there is no file {ca_file}.")
    try:
        ssl.create_default_context(cafile=ca_file)
    except ssl.SSLError as error:
        raise IndexUnavailable(f"ATHAR_SEARCH_CA: {ca_file} holds no certificate in PEM form.") from error
