"""Saved searches run by themselves, and their news told: on both databases, once, to whom it concerns."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.accounts.models import User
from marketplace.brands.models import Membership
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.influencers.models import Influencer
from marketplace.matches.correcting import correct_search
from marketplace.matches.indexing import index_all
from marketplace.matches.models import MatchRun
from marketplace.matches.operations import question_of, rank, store_run
from marketplace.matches.queries import newest_run
from marketplace.notifications.models import MailMessage, Notice
from marketplace.notifications.switching import switch_mail
from marketplace.searches.domain import RETRY_AFTER
from marketplace.searches.models import SavedSearch, SearchFind
from marketplace.searches.operations import save_search, set_alert
from marketplace.searches.queries import list_searches
from marketplace.searches.refreshing import refresh_searches, tell_searches
from tests.builders.market import build_listing
from tests.builders.people import build_influencer, build_user, join_brand

DAY = timedelta(days=1)


@pytest.fixture
def saved(site):
    """A search that has run once, whose owner hears of news daily."""
    search_id = save(site, "Bakers", pace="daily")
    work(site)
    return search_id


def save(site, name, *, pace="off", facets=None):
    with site.rows() as session:
        return save_search(
            session,
            actor=site.brand.actor,
            brief_id=site.brief.id,
            name=name,
            facets=facets or {},
            pace=pace,
            now=site.clock(),
        ).id


def work(site):
    """What the worker does: run what is due, tell what is new."""
    with site.app.app_context():
        refresh_searches(site.services, site.clock())
        tell_searches(site.services, site.clock())
    site.worker.settle()


def newcomer(site):
    """Somebody who fits comes to the market."""
    with site.rows() as session:
        baker = build_influencer(session)
        baker.influencer.bio = "baking cakes bread oven"
        baker.influencer.claimed_topics = ["baking"]
        build_listing(session, baker)
    index_all(site.services, progress=lambda *_counts: None)
    return baker.influencer.id


def look(site):
    """The brand looks at the brief's own list."""
    with site.rows() as session:
        question = question_of(session, session.get_one(BriefVersion, site.brief.live_version_id))
    answer = rank(question, search=site.services.search, now=site.clock())
    with site.rows() as session:
        return store_run(session, answer, user_id=None).id


def set_status(site, status):
    with site.rows() as session:
        session.get_one(Brief, site.brief.id).status = status


def rows(site, model, **wanted):
    with site.rows() as session:
        return list(session.scalars(select(model).filter_by(**wanted)))


class TestRefresh:
    def test_runs_daily_and_keeps_a_list_only_with_news(self, site, saved):
        assert len(rows(site, MatchRun)) == 1
        assert {find.rank for find in rows(site, SearchFind)} == {1, 2, 3}
        site.clock.advance(timedelta(hours=1))
        newcomer(site)
        work(site)
        assert rows(site, SavedSearch)[0].places == 3, "not due yet"
        site.clock.advance(DAY)
        work(site)
        assert rows(site, SavedSearch)[0].places == 4
        site.clock.advance(DAY)
        work(site)
        assert len(rows(site, MatchRun)) == 2
        with site.rows() as session:
            view = list_searches(session, actor=site.brand.actor).rows[0]
            assert (view.new, view.is_running, view.pace) == (1, True, "daily")
            assert newest_run(session, brief_id=site.brief.id) is None, "the brief itself was never ranked"

    def test_keeps_the_draw_of_the_list_it_began_with(self, site):
        """Another draw would bring people at the margin who are not new at all."""
        day = site.clock().date()
        run_id = look(site)
        site.clock.advance(2 * DAY)
        save(site, "Bakers", pace="daily")
        work(site)
        assert rows(site, SavedSearch)[0].run_id == run_id
        assert rows(site, Notice, kind="search.news") == []
        newcomer(site)
        site.clock.advance(DAY)
        work(site)
        later = next(run for run in rows(site, MatchRun) if run.id == rows(site, SavedSearch)[0].run_id)
        assert (later.id != run_id, later.understood["drawn_on"]) == (True, day.isoformat())

    def test_goes_on_when_one_search_fails(self, site):
        bad, good = save(site, "Broken"), save(site, "Bakers")
        with site.rows() as session:
            session.get_one(SavedSearch, bad).corrections = {"unheard_of": {"own": [], "values": []}}
        work(site)
        found = {search.id: search for search in rows(site, SavedSearch)}
        assert found[good].places == 3
        assert (found[bad].ran_at, found[bad].retry_at) == (None, site.clock() + RETRY_AFTER)
        with site.rows() as session:
            session.get_one(SavedSearch, bad).corrections = {}
        work(site)
        assert rows(site, SavedSearch, id=bad)[0].ran_at is None, "it waits"
        site.clock.advance(RETRY_AFTER)
        work(site)
        (mended,) = rows(site, SavedSearch, id=bad)
        assert (mended.places, mended.retry_at) == (3, None)

    def test_leaves_out_whom_the_brand_leaves_out_later(self, site, saved):
        with site.rows() as session:
            left_out = {"excluded": [site.bakers[0].influencer.id]}
            correct_search(
                session, actor=site.brand.actor, brief_id=site.brief.id, values=left_out, now=site.clock()
            )
        site.clock.advance(DAY)
        work(site)
        assert rows(site, SavedSearch)[0].places == 2

    def test_rests_with_its_brief(self, site, saved):
        set_status(site, "paused")
        newcomer(site)
        site.clock.advance(2 * DAY)
        work(site)
        assert rows(site, SavedSearch)[0].places == 3
        assert rows(site, Notice, kind="search.news") == []


class TestTelling:
    def test_comes_once_in_one_mail_with_all_searches(self, site, saved):
        save(site, "Newcomers among bakers", pace="daily", facets={"newcomer": ["yes"]})
        work(site)
        newcomer(site)
        site.clock.advance(DAY)
        for _each in range(2):
            work(site)
        notices = rows(site, Notice, kind="search.news")
        assert [row.user_id for row in notices] == [site.brand.user.id]
        (mail,) = rows(site, MailMessage, kind="search.news")
        assert "Bakers (Cold brew at home): 1 new specialist" in mail.body
        assert "Newcomers among bakers" in mail.body
        assert "/mail/off/" in mail.body
        site.clock.advance(DAY)
        work(site)
        assert len(rows(site, Notice, kind="search.news")) == 1, "what was told is no news"

    def test_is_not_silenced_by_a_row_that_came_too_late(self, site, saved):
        newcomer(site)
        site.clock.advance(DAY)
        with site.app.app_context():
            refresh_searches(site.services, site.clock())
            tell_searches(site.services, site.clock())
        set_status(site, "paused")
        site.worker.settle()
        assert rows(site, Notice, kind="search.news") == []
        set_status(site, "open")
        site.clock.advance(timedelta(hours=1))
        work(site)
        assert len(rows(site, Notice, kind="search.news")) == 1

    def test_comes_once_when_two_rows_wait(self, site, saved):
        newcomer(site)
        site.clock.advance(DAY)
        with site.app.app_context():
            refresh_searches(site.services, site.clock())
            for _each in range(2):
                tell_searches(site.services, site.clock())
                site.clock.advance(timedelta(hours=1))
        site.worker.settle()
        assert len(rows(site, Notice, kind="search.news")) == 1

    def test_speaks_the_readers_language(self, site, saved):
        with site.rows() as session:
            session.get_one(User, site.brand.user.id).language = "ar"
        newcomer(site)
        site.clock.advance(DAY)
        work(site)
        (mail,) = rows(site, MailMessage, kind="search.news")
        assert "متخصص جديد واحد" in mail.body

    def test_waits_a_week_where_a_week_was_chosen(self, site, saved):
        with site.rows() as session:
            set_alert(session, actor=site.brand.actor, search_id=saved, pace="weekly", now=site.clock())
        newcomer(site)
        site.clock.advance(DAY)
        work(site)
        assert rows(site, Notice, kind="search.news") == []
        site.clock.advance(6 * DAY)
        work(site)
        assert len(rows(site, Notice, kind="search.news")) == 1

    @pytest.mark.parametrize("how", ["suspended", "off", "unlisted", "deleted", "left"])
    def test_is_silent_for_whom_it_is_not(self, site, saved, how):
        newcomer_id = newcomer(site)
        with site.rows() as session:
            colleague = build_user(session)
            actor = join_brand(session, brand=site.brand.brand, user=colleague, role="buyer")
            set_alert(session, actor=actor, search_id=saved, pace="daily", now=site.clock())
        site.clock.advance(DAY)
        with site.app.app_context():
            refresh_searches(site.services, site.clock())
        with site.rows() as session:
            SILENCED[how](session, site, saved, newcomer_id)
        work(site)
        told = {row.user_id for row in rows(site, Notice, kind="search.news")}
        assert told == (set() if how in {"unlisted", "deleted"} else {colleague.id})

    def test_sends_no_mail_where_it_is_switched_off(self, site, saved):
        with site.rows() as session:
            switch_mail(session, user_id=site.brand.user.id, topic="searches", is_on=False, now=site.clock())
        newcomer(site)
        site.clock.advance(DAY)
        work(site)
        assert len(rows(site, Notice, kind="search.news")) == 1
        assert rows(site, MailMessage, kind="search.news") == []


def _suspend(session, site, _saved, _newcomer_id):
    session.get_one(User, site.brand.user.id).suspended_at = site.clock()


def _switch_off(session, site, saved, _newcomer_id):
    set_alert(session, actor=site.brand.actor, search_id=saved, pace="off", now=site.clock())


def _unlist(session, _site, _saved, newcomer_id):
    session.get_one(Influencer, newcomer_id).status = "suspended"


def _delete(session, site, saved, _newcomer_id):
    session.get_one(SavedSearch, saved).deleted_at = site.clock()


def _leave(session, site, _saved, _newcomer_id):
    session.delete(session.get_one(Membership, site.brand.user.id))


SILENCED = {
    "suspended": _suspend,
    "off": _switch_off,
    "unlisted": _unlist,
    "deleted": _delete,
    "left": _leave,
}
