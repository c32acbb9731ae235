"""Two calls with one key at the same moment, on both databases: one acts, the other gets its answer."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import update
from sqlalchemy.orm import sessionmaker

from marketplace.accounts.models import RememberedAnswer
from marketplace.db import transaction
from marketplace.web.idempotency import claim_key
from tests.builders.people import build_user
from tests.clock import START


class TestClaimKey:
    def test_lets_one_of_two_act(self, engine):
        sessions = sessionmaker(engine)
        with transaction(sessions) as session:
            user_id = build_user(session).id
        together = Barrier(2)

        def call(_number: int) -> int | None:
            together.wait()
            with transaction(sessions) as session:
                stored = claim_key(session, user_id=user_id, key="one", fingerprint="f" * 64, now=START)
                if stored is not None:
                    return stored.status
                session.execute(update(RememberedAnswer).values(status=201, body={"id": "x"}))
                return None

        with ThreadPoolExecutor(2) as pool:
            assert sorted(map(str, pool.map(call, range(2)))) == ["201", "None"]
