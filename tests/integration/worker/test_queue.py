"""Nudges through huey, on SQLite and on Redis: the row is found at once, and without the queue all the same."""

import time

import pytest
from huey import RedisHuey, SqliteHuey

from marketplace.worker_queue import Nudger, embedded_consumer, open_queue

WAIT_SECONDS = 10


@pytest.fixture(params=["sqlite", "redis"])
def queue_url(request, tmp_path):
    if request.param == "redis":
        return request.getfixturevalue("redis_url")
    return f"sqlite:///{tmp_path / 'queues' / 'queue.sqlite3'}"


class TestQueue:
    def test_is_chosen_by_its_address(self, queue_url):
        kind = RedisHuey if queue_url.startswith("redis") else SqliteHuey
        assert isinstance(open_queue(queue_url, "secret"), kind)

    def test_carries_a_nudge_to_a_worker(self, queue_url):
        looked_at: list[int] = []
        queue = open_queue(queue_url, "secret")
        nudger = Nudger(queue, looked_at.append)
        consumer = embedded_consumer(queue, 1)
        consumer.start()
        nudger([7, 8])
        deadline = time.monotonic() + WAIT_SECONDS
        while len(looked_at) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
        consumer.stop(graceful=True)
        assert sorted(looked_at) == [7, 8]

    def test_takes_no_message_that_somebody_else_signed(self, queue_url):
        looked_at: list[int] = []
        Nudger(open_queue(queue_url, "the secret of another"), looked_at.append)([7])
        own = open_queue(queue_url, "secret")
        Nudger(own, looked_at.append)
        with pytest.raises(ValueError, match=r"[Ss]ignature|mismatch"):
            own.dequeue()
        assert looked_at == []


class TestNudger:
    def test_never_fails_who_calls_it(self, tmp_path):
        queue = open_queue("redis://127.0.0.1:1/0", "secret")
        Nudger(queue, print)([1])
