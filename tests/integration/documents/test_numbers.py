"""Real processes take numbers at the same time and give some back: none twice, none missing."""

from sqlalchemy.orm import Session, sessionmaker

from tests.forks import FORKS
from tests.integration.documents.numbers import take

PROCESSES, EACH = 3, 30


class TestNextSequence:
    def test_gives_every_number_once_to_processes_at_once(self, sessions: sessionmaker[Session]) -> None:
        url = sessions.kw["bind"].url.render_as_string(hide_password=False)
        barrier, answers = FORKS.Barrier(PROCESSES), FORKS.Queue()
        children = [
            FORKS.Process(target=take, args=(url, EACH, barrier, answers)) for _number in range(PROCESSES)
        ]
        for child in children:
            child.start()
        kept = [number for _child in children for number in answers.get(timeout=60)]
        for child in children:
            child.join(timeout=60)
        assert sorted(kept) == list(range(1, PROCESSES * EACH * 2 // 3 + 1))
