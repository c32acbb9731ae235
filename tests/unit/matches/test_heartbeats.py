"""A long work is spoken for while it gets on, and no longer."""

import threading
from datetime import timedelta

from marketplace.matches.heartbeats import beating

OFTEN = timedelta(milliseconds=5)


class TestBeating:
    def test_tells_of_a_phase_that_reports_nothing_also_after_a_beat_that_failed(self):
        beats, is_heard = [], threading.Event()

        def beat():
            beats.append(1)
            if len(beats) == 1:
                raise OSError
            is_heard.set()

        with beating(beat, every=OFTEN, longest=timedelta(hours=1)):
            assert is_heard.wait(10)

    def test_falls_silent_for_a_work_that_hangs(self):
        beats, silent = [], timedelta(milliseconds=40)
        with beating(lambda: beats.append(1), every=OFTEN, longest=silent):
            heart = next(each for each in threading.enumerate() if each.name == "heartbeat")
            heart.join(10)
            assert not heart.is_alive()
