"""F76 to F80: what a browser, a link or another system sends, and what nobody should ever see."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from typing import Any

import structlog
from sqlalchemy import func, select

from marketplace import settings as site_settings
from marketplace.billing import pages_pay
from marketplace.bookings.models import BookingEvent
from marketplace.web import csrf
from marketplace.web.request_log import configure_logging
from marketplace.wiring_payments import SANDBOX_KEY
from payments import funding, store
from payments.adapters.stripe import connect, make_http_client
from payments.ledger_export import export_journal
from payments.models import CheckoutSession, Escrow, PayoutAccount, ReceivedPayment
from payments.ports import OpenCheckout
from payments.sandbox import pages as sandbox_pages
from payments.sandbox.transport import InProcessTransport
from tests.builders.bookings import Stage
from tests.faults.people import HOUR, at_stage, statuses
from tests.faults.registry import fault, without
from tests.faults.site import SiteWorld
from tests.faults.world import World

WRONG_KEY = "sk_test_nobody_may_read_this"


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
    deal, _ = at_stage(site, Stage.ACCEPTED)
    settings = site.services.settings
    hidden = [settings.secret_key, "whsec_", SANDBOX_KEY, WRONG_KEY]
    logged = io.StringIO()
    with everything_logged(logged):
        pages = pay_with_trouble(site, deal)
    with site.rows() as session:
        exported = io.StringIO()
        export_journal(session, exported, as_csv=False)
    shown = [*pages, exported.getvalue(), str(settings.masked()), logged.getvalue()]
    site.inject(len(shown))
    for told in ("webhook_rejected", "gateway_misconfigured", "ConnectionError", "Traceback"):
        assert told in logged.getvalue(), f"the log does not tell of {told}"
    for text in shown:
        assert not [each for each in hidden if each in text]


def pay_with_trouble(site: SiteWorld, deal: Any) -> list[str]:
    """Everything that can go wrong on the way to a payment with a key in somebody's hand; returns what was shown."""
    path = f"/bookings/{deal.booked.id}/pay"
    visitor = site.visit_as(deal.brand.user)
    visitor.get(path)
    started = visitor.post(path)
    gateway = site.services.gateway
    for key, transport in (
        (WRONG_KEY, InProcessTransport(site.services.need_sandbox().wsgi_app)),
        (SANDBOX_KEY, make_http_client(connect_seconds=1)),
    ):
        object.__setattr__(
            site.services,
            "gateway",
            connect(api_key=key, http_client=transport, retries=0, address="http://127.0.0.1:9"),
        )
        site.work()
    object.__setattr__(site.services, "gateway", gateway)
    visitor.get(started.location)
    site.work()
    forged = {"Stripe-Signature": "t=1,v1=x"}
    return [
        site.app.test_client().post("/webhooks/stripe/platform", data=b"{}", headers=forged).text,
        *(
            visitor.get(each).text
            for each in (
                "/no-such-page",
                f"/bookings/{deal.booked.id}",
                "/webhooks/stripe/none",
                "/healthz",
                "/readyz",
            )
        ),
    ]


@contextmanager
def everything_logged(target: io.StringIO) -> Iterator[None]:
    """Write every line of the log, tracebacks with it, as production does."""
    kept = structlog.get_config()
    configure_logging("debug", is_json=True)
    try:
        with redirect_stdout(target):
            yield
    finally:
        structlog.configure(**kept)


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
