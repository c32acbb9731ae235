"""Pages do not depend on the dialect: one database for them."""

import pytest

from marketplace.moderation.domain import SubjectType
from marketplace.moderation.operations import open_case
from tests.builders.people import build_brand, build_operator
from tests.clock import START


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
def desk(market):
    """A brand that waits, its case, two operators and a reader."""
    with market.rows() as session:
        market.brand = build_brand(session)
        market.brand.brand.status = "pending"
        session.flush()
        market.case = open_case(
            session,
            subject_type=SubjectType.BRAND,
            subject_id=market.brand.brand.id,
            version_ref="1",
            now=START,
        )
        market.operators = [build_operator(session).user for _number in range(2)]
        market.reader = build_operator(session, role="reader").user
    return market
