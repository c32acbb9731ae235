"""What a day's run of saved searches costs over a generated market: `python -m benchmarks.searches --place FOLDER [--searches 40]`.

The folder holds (or gets) the index of `benchmarks.match_100k`. Searches of open briefs are run as the worker runs them: the
first time, which keeps a list and everybody found, and again on the two days after, of which the last finds nobody new.
"""

import argparse
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from sqlalchemy import create_engine, select

from benchmarks.generated_market import NOW, GeneratedMarket
from benchmarks.match_100k import build
from marketplace.collector import settle_collector
from marketplace.searches.models import SavedSearch
from marketplace.searches.operations import save_search
from marketplace.searches.refreshing import AT_ONCE, refresh_searches
from marketplace.services import Services
from matching.adapters.use_encoder import UseEncoder
from matching.following import FollowingService
from matching.formulas import load_formula
from matching.performance import load_prior
from matching.service import MatchingService
from matching.topics import load_topic_space
from tests.application import recording_services, test_settings
from tests.builders.market import build_brief
from tests.builders.people import build_brand
from tests.clock import FrozenClock
from tests.databases import apply_migrations, sqlite_address

DAYS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--searches", type=int, default=40)
    parser.add_argument("--place", type=Path, required=True)
    options = parser.parse_args()
    encoder = UseEncoder(threads=1)
    topics = load_topic_space(encoder)
    market = GeneratedMarket(topics, load_prior())
    index = build(options.place, market, options.size)
    engine = MatchingService(
        index=index, encoder=encoder, topics=topics, formula=load_formula(), prior=load_prior()
    )
    service = FollowingService(engine, index=index, encoder=encoder)
    with TemporaryDirectory() as folder:
        url = sqlite_address(Path(folder) / "site.sqlite3")
        apply_migrations(url)
        clock = FrozenClock(NOW)
        services = recording_services(
            test_settings(url, Path(folder)), create_engine(url), clock
        )  # no foreign keys: finds have no rows here
        services = replace(services, search=service)
        texts = [brief.text for brief in market.briefs(options.searches)]
        save(services, texts)
        settle_collector()
        for day in range(1, DAYS + 1):
            report(day, services, options.searches)
            clock.advance(timedelta(days=1, minutes=1))


def save(services: Services, texts: list[str]) -> None:
    """Save a search for an open brief of each text."""
    with services.sessions() as session:
        brand = build_brand(session, now=NOW)
        for number, text in enumerate(texts):
            brief = build_brief(session, brand, now=NOW, text=text).brief
            save_search(
                session, actor=brand.actor, brief_id=brief.id, name=f"Search {number}", facets={}, now=NOW
            )
        session.commit()


def report(day: int, services: Services, count: int) -> None:
    """Run all searches that are due and print what one of them cost."""
    spent: list[float] = []
    ran = 0
    while ran < count:
        busy = time.process_time()
        done = refresh_searches(services, services.clock())
        if not done:
            raise RuntimeError("searches are due and none was run; the log says why")
        spent.append((time.process_time() - busy) * 1_000 / done)
        ran += done
    with services.sessions() as session:
        rows = list(session.scalars(select(SavedSearch)))
    kept = sum(row.run_id is not None for row in rows)
    pool = int(np.median([row.pool_size for row in rows]))
    print(
        f"day {day}: {ran} searches, {np.mean(spent):.1f} ms of processor each (a portion of {AT_ONCE} the dearest "
        f"{max(spent):.1f}), {kept} have a list, {pool} pass the filters of the middle one"
    )


if __name__ == "__main__":
    main()
