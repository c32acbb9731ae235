"""What a process of its own does in the test of the numbers: takes them one by one, and gives every third back."""

from sqlalchemy import create_engine
from sqlalchemy.orm import sessionmaker

from marketplace.db import prepare_engine, transaction
from marketplace.documents.numbering import next_sequence


class GivenUp(Exception):
    """The transaction ends without its document."""


def _give_up_every_third(place):
    if place % 3 == 2:
        raise GivenUp


def take(url, count, barrier, answers):
    """Put the numbers that were kept into the queue."""
    engine = prepare_engine(create_engine(url))
    sessions, kept = sessionmaker(engine), []
    barrier.wait(timeout=60)
    for place in range(count):
        try:
            with transaction(sessions) as session:
                number = next_sequence(session, series="INV", year=2026)
                _give_up_every_third(place)
            kept.append(number)
        except GivenUp:
            pass
    engine.dispose()
    answers.put(kept)
