"""Choosing the basket of a brief, keeping its proof, and inviting everybody in it in one step."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.audit import operations as audit
from marketplace.baskets.assembling import assemble_pool
from marketplace.baskets.domain import InviteOutcome, ProofState, Wishes
from marketplace.baskets.models import Basket, BasketForecast, BasketInvitation
from marketplace.baskets.reckoning import Reckoner
from marketplace.brands.models import Brand
from marketplace.briefs.models import Brief, BriefVersion
from marketplace.briefs.records import get_rankable
from marketplace.deals.eligibility import NotEligible
from marketplace.deals.models import Invitation
from marketplace.deals.operations import send_invitation
from marketplace.errors import Conflict, MarketplaceError, NotFound
from marketplace.ids import new_id
from marketplace.matches.queries import newest_run
from marketplace.outbox import operations as outbox
from marketplace.policies import Actor, Permission, Subject, may
from marketplace.web.language import lazy_gettext as _
from matching.basket.kept_draws import keep_draws
from matching.basket.pool import Pool
from matching.basket.solver import basket_of
from matching.engine import MatchEngine
from matching.forecasting.model import ForecastModel

#: sliders move several times; only what stands still is proven
PROOF_AFTER = timedelta(seconds=3)


class NoListYet(Conflict):
    """A basket is chosen from the ranked list of a brief, which was not made yet."""

    code: ClassVar[str] = "no_list_yet"


class BasketChanged(Conflict):
    """The basket is not the one that was looked at."""

    code: ClassVar[str] = "basket_changed"


class BasketEmpty(Conflict):
    """Nobody is in the basket."""

    code: ClassVar[str] = "basket_empty"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a basket is chosen from and by: plain values that outlive the transaction they were read in."""

    brief_id: str
    run_id: str
    pool: Pool
    wishes: Wishes


def prepare_choice(
    session: Session,
    *,
    actor: Actor,
    brief_id: str,
    wishes: Wishes | None,
    search: MatchEngine,
    now: datetime,
) -> Choice:
    """Read what the basket of a brief may be chosen from; without wishes those that stand, or what the brief asks.

    Raises:
        NotFound: no such brief of the actor's.
        NoListYet: see its class.
        matching.errors.IndexUnavailable: as the engine says.

    """
    brief = get_rankable(session, actor=actor, brief_id=brief_id)
    run = newest_run(session, brief_id=brief_id)
    if run is None or run.brief_version_id is None:
        raise NoListYet(_("Find specialists first; a basket is chosen from the list."))
    version = session.get_one(BriefVersion, run.brief_version_id)
    brand = session.get_one(Brand, brief.brand_id)
    pool = assemble_pool(session, run=run, version=version, brand=brand, search=search, now=now)
    if wishes is None:
        known = session.scalar(select(Basket.wishes).where(Basket.brief_id == brief_id))
        wishes = Wishes.from_plain(known) if known else wishes_of(version)
    return Choice(brief_id, run.id, pool, wishes)


def wishes_of(version: BriefVersion) -> Wishes:
    """Return what the brief itself asks: its budget and its places."""
    return Wishes(budget_minor=version.budget_minor, count_most=version.seats)


def store_choice(
    session: Session, choice: Choice, figures: dict[str, Any], *, user_id: str | None, now: datetime
) -> Basket:
    """Store a chosen basket and have its bound proven in the background."""
    basket = session.scalar(select(Basket).where(Basket.brief_id == choice.brief_id).with_for_update())
    if basket is None:
        basket = Basket(id=new_id(), brief_id=choice.brief_id, revision=0)
        session.add(basket)
    basket.match_run_id, basket.revision = choice.run_id, basket.revision + 1
    basket.pool, basket.wishes, basket.figures = choice.pool.to_dict(), choice.wishes.as_plain(), figures
    basket.proof, basket.chosen_by, basket.chosen_at = {}, user_id, now
    basket.proof_state = ProofState.WAITING if figures["ids"] else ProofState.FAILED
    session.flush()
    if figures["ids"]:
        outbox.put(
            session,
            "basket.chosen",
            {"basket_id": basket.id, "revision": basket.revision},
            now=now,
            key=f"basket.chosen:{basket.id}:{basket.revision}",
            run_after=now + PROOF_AFTER,
        )
    return basket


def choose_basket(
    session: Session,
    *,
    actor: Actor,
    brief_id: str,
    wishes: Wishes | None,
    search: MatchEngine,
    reckoner: Reckoner,
    now: datetime,
) -> Basket:
    """Prepare, choose and store in one transaction, for callers that no visitor waits behind."""
    choice = prepare_choice(session, actor=actor, brief_id=brief_id, wishes=wishes, search=search, now=now)
    figures = reckoner.reckon(choice.pool, choice.wishes)
    return store_choice(session, choice, figures, user_id=actor.user_id, now=now)


def take_proven(
    session: Session, *, actor: Actor, brief_id: str, reckoner: Reckoner, now: datetime
) -> Basket:
    """Put the better set that the proof found in the place of the chosen one; its proof stays.

    Raises:
        NotFound: no such basket of the actor's.
        BasketChanged: there is no better set for the basket as it stands.

    """
    basket = _get_locked(session, actor, brief_id, Permission.MATCH_RUN)
    ids = basket.proof.get("better_ids")
    if not ids:
        raise BasketChanged(_("The basket has changed since you looked. Look at it again."))
    pool, wishes = Pool.from_dict(basket.pool), Wishes.from_plain(basket.wishes)
    posed = reckoner.problem(pool, wishes)
    better = basket_of(posed, posed.rows_of(ids))
    basket.figures = reckoner.figures(pool, wishes, posed, better)
    basket.revision += 1
    basket.proof = basket.proof | {"share": basket.proof["best_share"], "better_ids": []}
    basket.chosen_by, basket.chosen_at = actor.user_id, now
    session.flush()
    return basket


def _get_locked(session: Session, actor: Actor, brief_id: str, permission: Permission) -> Basket:
    brief = session.get(Brief, brief_id)
    basket = session.scalar(select(Basket).where(Basket.brief_id == brief_id).with_for_update())
    if brief is None or basket is None or not may(actor, permission, Subject(brand_id=brief.brand_id)):
        raise NotFound(_("There is no such basket."))
    return basket


def store_proof(
    session: Session, *, basket_id: str, revision: int, state: ProofState, proof: dict[str, Any]
) -> None:
    """Keep the proof of a basket; one of an older choice is dropped."""
    basket = session.get(Basket, basket_id, with_for_update=True)
    if basket is None or basket.revision != revision:
        return
    basket.proof_state, basket.proof = state, proof
    session.flush()


def invite_basket(
    session: Session,
    *,
    actor: Actor,
    brief_id: str,
    revision: int,
    model: ForecastModel,
    message: str = "",
    now: datetime,
) -> list[BasketInvitation]:
    """Invite everybody in the basket, each by the real operation in a savepoint of their own.

    Somebody who cannot be invited stops nobody else; the answer tells of each what became of them. People who were
    invited out of this basket before are not invited again. What is forecast of the basket today is kept with it.

    Raises:
        NotFound: no such basket of the actor's.
        BasketChanged, BasketEmpty: see their classes.

    """
    basket = _get_locked(session, actor, brief_id, Permission.INVITE)
    if basket.revision != revision:
        raise BasketChanged(_("The basket has changed since you looked. Look at it again, then invite."))
    pool = Pool.from_dict(basket.pool)
    rows = _rows_of(session, basket, pool)
    if not rows:
        raise BasketEmpty(_("Nobody is in the basket."))
    listings = {offer.influencer_id: offer.listing_version_id for offer in pool.offers}
    waiting = [row for row in rows if row.outcome != InviteOutcome.SENT]
    for row in waiting:
        listing_id = listings[row.influencer_id]
        _invite_one(session, row, actor, basket, listing_id=listing_id, message=message, now=now)
        session.add(row)
    session.flush()
    if any(row.outcome == InviteOutcome.SENT for row in waiting):
        _keep_forecast(session, basket, pool, model=model, now=now)
    audit.record(
        session,
        actor=actor,
        action="basket.invited",
        subject_type="basket",
        subject_id=basket.id,
        now=now,
        after={"revision": revision, "outcomes": {row.influencer_id: row.outcome for row in rows}},
    )
    return rows


def _rows_of(session: Session, basket: Basket, pool: Pool) -> list[BasketInvitation]:
    """Return the row of everybody in the basket, in its order; a new one for whom nothing was tried yet."""
    statement = select(BasketInvitation).where(BasketInvitation.basket_id == basket.id)
    known = {row.influencer_id: row for row in session.scalars(statement)}
    offered = {offer.influencer_id for offer in pool.offers}
    return [
        known.get(each) or BasketInvitation(basket_id=basket.id, influencer_id=each)
        for each in basket.figures["ids"]
        if each in offered
    ]


def count_sent(session: Session, rows: Iterable[BasketInvitation], *, at: datetime) -> int:
    """Return how many invitations went out at this time: who had one before is among the rows, and got no other."""
    sent = [session.get(Invitation, row.invitation_id) for row in rows if row.invitation_id is not None]
    return sum(each is not None and each.created_at == at for each in sent)


def _keep_forecast(
    session: Session, basket: Basket, pool: Pool, *, model: ForecastModel, now: datetime
) -> None:
    """Keep what was shown of the basket, and the draws behind it, before results are known."""
    figures = basket.figures
    ids = frozenset(figures["ids"])
    number = select(func.count()).where(BasketForecast.basket_id == basket.id)
    session.add(
        BasketForecast(
            basket_id=basket.id,
            number=(session.scalar(number) or 0) + 1,
            revision=basket.revision,
            made_at=now,
            model=figures["model"],
            assumptions=figures["assumptions"],
            currency=pool.currency,
            members=[
                {
                    "id": offer.influencer_id,
                    "total_minor": offer.cost_minor + offer.fee_minor + offer.tax_minor,
                }
                for offer in pool.offers
                if offer.influencer_id in ids
            ],
            bands={name: figures["outlook"][name] for name in ("unique", "views", "engagements")},
            draws=keep_draws(pool, ids, model).to_dict() if model.version == figures["model"] else None,
        )
    )
    session.flush()


def _invite_one(
    session: Session,
    row: BasketInvitation,
    actor: Actor,
    basket: Basket,
    *,
    listing_id: str | None,
    message: str,
    now: datetime,
) -> None:
    row.tried_at, row.refusal_codes = now, []
    try:
        with session.begin_nested():
            invitation = send_invitation(
                session,
                actor=actor,
                brief_id=basket.brief_id,
                influencer_id=row.influencer_id,
                message=message,
                match_run_id=basket.match_run_id,
                listing_version_id=listing_id,
                now=now,
            )
    except NotEligible as error:
        row.outcome, row.refusal_codes = InviteOutcome.REFUSED, [str(code) for code in error.codes]
    except MarketplaceError as error:
        row.outcome, row.refusal_codes = InviteOutcome.REFUSED, [error.code]
    else:
        row.outcome, row.invitation_id = InviteOutcome.SENT, invitation.id
