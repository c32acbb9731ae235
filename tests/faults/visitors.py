"""F76 to F80: what a browser, a link or another system sends, and what nobody should ever see."""

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from marketplace import settings as site_settings
from marketplace.billing import pages_pay
from marketplace.bookings.models import BookingEvent
from marketplace.web import csrf
from payments import funding, store
from payments.ledger_export import export_journal
from payments.models import CheckoutSession, Escrow, PayoutAccount, ReceivedPayment
from payments.ports import OpenCheckout
from payments.sandbox import pages as sandbox_pages
from tests.builders.bookings import Stage
from tests.faults.people import HOUR, at_stage, statuses
from tests.faults.registry import fault, without
from tests.faults.site import SiteWorld
from tests.faults.world import World


@fault(
    "F76",
    "a form of another site, a form sent twice",
    "400; the second changes nothing",
    is_site=True,
    mutant=without("tokens are not looked at", csrf.csrf, "protect", lambda: None),
)
def forged_form(site: SiteWorld) -> None:
    deal, ids = at_stage(site, Stage.SUBMITTED)
    path = f"/bookings/{deal.booked.id}/work/{ids[1]}/approve"
    visitor = site.visit_as(deal.brand.user)
    for token in ({}, {"csrf_token": "forged"}):
        assert visitor.client.post(path, data={"submission_number": "1", **token}).status_code == 400
        site.inject()
    assert statuses(site, ids)[1] == "submitted"
    visitor.get(f"/bookings/{deal.booked.id}/work/{ids[1]}/review")
    first = visitor.post(path, {"submission_number": "1"})
    second = visitor.post(path, {"submission_number": "1"})
    site.inject()
    assert first.status_code == 303
    assert second.status_code in {303, 409}
    with site.rows() as session:
        kinds = session.scalars(select(BookingEvent.kind).where(BookingEvent.deliverable_id == ids[1])).all()
    assert sum("approved" in str(kind) for kind in kinds) == 1


def believes_the_browser(*arguments: Any, **named: Any) -> Any:
    """Takes the way back from the hosted page for a payment."""
    return replace(real_payment(*arguments, **named), status="active")


real_payment = pages_pay.get_payment  # type: ignore[attr-defined]  # patched where it is used


@fault(
    "F77",
    "the address after payment is opened without paying",
    "nothing is funded; the page says that it waits",
    is_site=True,
    mutant=without("the way back counts as a payment", pages_pay, "get_payment", believes_the_browser),
)
def return_without_paying(site: SiteWorld) -> None:
    deal, _ = at_stage(site, Stage.ACCEPTED)
    path = f"/bookings/{deal.booked.id}/pay"
    visitor = site.visit_as(deal.brand.user)
    visitor.get(path)
    visitor.get(visitor.post(path).location)
    answer = visitor.get(f"{path}/return")
    site.inject()
    assert answer.status_code == 200, answer.location
    assert "Waiting" in answer.text
    site.work()
    with site.rows() as session:
        assert session.scalars(select(Escrow.status)).one() == "awaiting_payment"
        assert session.scalar(select(func.count()).select_from(ReceivedPayment)) == 0


@fault(
    "F78",
    "secrets look for a way out: log lines, error pages, exports, settings",
    "none is found",
    is_site=True,
    mutant=without("settings show what they hold", site_settings, "_mask", lambda _name, value: str(value)),
)
def secrets(site: SiteWorld) -> None:
    deal, _ = at_stage(site, Stage.FUNDED)
    settings = site.services.settings
    hidden = [settings.secret_key, "whsec_", "sk_test_athar_sandbox"]
    visitor = site.visit_as(deal.brand.user)
    pages = [
        visitor.get(path).text
        for path in (
            "/no-such-page",
            f"/bookings/{deal.booked.id}",
            "/webhooks/stripe/none",
            "/healthz",
            "/readyz",
        )
    ]
    with site.rows() as session:
        exported = io.StringIO()
        export_journal(session, exported, as_csv=False)
    shown = [*pages, exported.getvalue(), str(settings.masked())]
    logs = [path.read_text(errors="replace") for path in Path(settings.home).rglob("*.log")]
    site.inject(len(shown) + len(logs))
    for text in (*shown, *logs):
        assert not [each for each in hidden if each in text]


def visit_again(unit: Any, link: dict[str, Any]) -> Any:
    return real_visit(unit, {**link, "visit": None})


real_visit = sandbox_pages.start_visit  # type: ignore[attr-defined]  # patched where it is used


@fault(
    "F79",
    "an onboarding link is used twice, shared, or old",
    "single use, short-lived; asking again makes a new one for the signed-in person",
    is_site=True,
    mutant=without("a link may be used again", sandbox_pages, "start_visit", visit_again),
)
def shared_link(site: SiteWorld) -> None:
    deal, _ = at_stage(site, Stage.ACCEPTED)
    with site.rows() as session:
        session.delete(session.get_one(PayoutAccount, deal.influencer.influencer.id))
    visitor = site.visit_as(deal.influencer.user)
    visitor.get("/money/payout-account")
    link = visitor.get(visitor.post("/money/payout-account/start").location).location.split("?")[0]
    owner, other = site.app.test_client(), site.app.test_client()
    first, second = owner.get(link, follow_redirects=True), other.get(link, follow_redirects=True)
    site.inject(2)
    assert re.search(r"<form[^>]*method=.post", first.text), "the owner sees the form"
    assert not re.search(r'name="(legal_name|bank)"', second.text), "a second person sees the form"
    stranger = site.visit_as(deal.brand.user)
    stranger.get("/bookings")
    assert stranger.post("/money/payout-account/start").status_code in {403, 404}


@fault(
    "F80",
    "another system uses the same account at the provider, with booking numbers of its own",
    "suspense, never a crash; nothing is sent anywhere",
    mutant=without(
        "an unknown booking ends the handling",
        funding,
        "_find_escrow",
        lambda session, ref: store.lock_escrow(session, booking_ref=ref or ""),
    ),
)
def foreign_metadata(world: World) -> None:
    for number, ref in enumerate(("order-77", "b1' OR 1=1", "ب")):
        command = OpenCheckout(
            f"foreign-{number}",
            ref,
            "Shoes",
            "SAR",
            5_000 + number,
            "http://x.test/",
            "http://x.test/",
            int((world.desk.clock() + 2 * HOUR).timestamp()),
        )
        world.desk.sandbox.pay_checkout(world.desk.gateway.send(command, key=f"foreign-{number}").gateway_id)
        world.inject()
    world.desk.hear()
    world.converge()
    with world.desk.make_session() as session:
        assert (
            session.scalar(
                select(func.count())
                .select_from(ReceivedPayment)
                .where(ReceivedPayment.reason == "unknown_booking")
            )
            == 3
        )
        assert session.scalar(select(func.count()).select_from(CheckoutSession)) == 0
    assert world.desk.objects("refund") == []
    world.allowed = frozenset({"suspense_open"})
