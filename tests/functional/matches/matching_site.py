"""A site with a search engine in memory, three bakers and one brief."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from marketplace.db import db
from marketplace.influencers.models import Influencer
from marketplace.matches.indexing import index_all
from marketplace.worker import Worker
from matching.adapters.memory import MemoryIndex
from tests.builders.market import build_brief, build_listing
from tests.builders.matching.engines import build_service
from tests.builders.people import build_brand, build_influencer
from tests.functional.market_site import MarketSite, Visitor
from tests.shared_app import shared_app

BRIEF = {
    "text": "baking cakes in the oven",
    "title": "Baking at home",
    "product": "bread oven",
    "topics": ["baking"],
}


@pytest.fixture
def site(services, engine, clock):
    index = MemoryIndex()
    services = replace(services, search=build_service(index=index))
    app = shared_app(services)
    worker = Worker(services, context=app.app_context)
    site = MarketSite(services, app, worker, clock)
    site.index = index
    services.sessions.configure(expire_on_commit=False)
    with site.rows() as session:
        site.brand, site.other_brand = build_brand(session), build_brand(session)
        site.bakers = [build_influencer(session) for _each in range(3)]
        for baker in site.bakers:
            baker.influencer.bio = "baking cakes bread oven"
            baker.influencer.claimed_topics = ["baking"]
            build_listing(session, baker)
        site.brief = build_brief(session, site.brand, **BRIEF).brief
    index_all(services, progress=lambda *_counts: None)
    yield site
    with app.app_context():
        db.engine.dispose()


def rank_in_cities(site: Any, cities: Sequence[str]) -> Visitor:
    """Let the bakers live in these cities, and the brand rank them for its brief; returns the brand's browser."""
    with site.rows() as session:
        for baker, city in zip(site.bakers, cities, strict=True):
            row = session.get_one(Influencer, baker.influencer.id)
            row.city, row.version = city, row.version + 1
    index_all(site.services, progress=lambda *_counts: None)
    visitor: Visitor = site.visit_as(site.brand.user)
    visitor.get(f"/briefs/{site.brief.id}/matches")
    visitor.post(f"/briefs/{site.brief.id}/matches")
    return visitor


def places(page: str) -> list[str]:
    """Return the places that a list shows, from its first line on."""
    return re.findall(r'class="match-rank">(\d+)<', page)
