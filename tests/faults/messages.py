"""F30 to F44: messages of the provider that are repeated, altered, reordered, forged, late, or never come."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import stripe
from sqlalchemy import func, select

from payments import funding, inbox, poller, store, webhooks
from payments.adapters import stripe as adapter
from payments.adapters import stripe_webhooks
from payments.escrow import EscrowStatus, PartStatus
from payments.models import InboxEvent, JournalEntryRow
from payments.ports import WebhookRejected
from payments.statuses import InboxState
from tests.builders.payments.desk import CONNECT_SECRET, SECRET
from tests.faults.registry import fault, without
from tests.faults.world import World


def paid(world: World, ref: str = "b1") -> None:
    """A booking that is paid and of which nothing was heard yet."""
    world.desk.open(ref)
    world.desk.sandbox.pay_checkout(world.desk.checkout(ref))


def count(world: World, kind: str) -> int:
    query = select(func.count()).select_from(JournalEntryRow).where(JournalEntryRow.kind == kind)
    with world.desk.make_session() as session:
        return int(session.scalar(query) or 0)


def stored(world: World) -> int:
    with world.desk.make_session() as session:
        return int(session.scalar(select(func.count()).select_from(InboxEvent)) or 0)


def sign(body: bytes, world: World, *, secret: str = SECRET, late: float = 0) -> Any:
    moment = world.desk.clock() - timedelta(seconds=late)
    return stripe.WebhookSignature.generate_signature_header(
        body.decode(errors="replace"), secret, timestamp=int(moment.timestamp())
    )


def is_rejected(world: World, endpoint: str, body: bytes, signature: str) -> bool:
    world.inject()
    try:
        world.desk.receive(endpoint, body, signature)
    except WebhookRejected:
        return True
    return False


def of_type(world: World, event_type: str) -> tuple[str, bytes, str]:
    return next(each for each in world.desk.take_webhooks() if f'"{event_type}"'.encode() in each[1])


real_settle = funding.settle_payment


def believe(_gateway: Any, payload: bytes, *, now: datetime, **_more: Any) -> Any:
    """Take whatever comes for a message of the provider."""
    return stripe_webhooks.read_event(json.loads(payload), now)


NO_SIGNATURE = without("signatures are not looked at", adapter.StripeGateway, "verify_webhook", believe)


def settle_again(session: Any, *, payment: Any, now: Any) -> Any:
    """Book a payment whenever it is told, as if nobody remembered it."""
    known = session.get(funding.ReceivedPayment, payment.gateway_payment_id)  # type: ignore[attr-defined]  # patched where it is used
    if known is not None:
        stray = funding.journal_custody.StrayPayment(  # type: ignore[attr-defined]  # patched where it is used
            f"{payment.gateway_payment_id}-{count_of(session)}", payment.currency, payment.amount_minor, now
        )
        store.append(session, funding.journal_custody.payment_unmatched(stray, reason="again"))  # type: ignore[attr-defined]  # patched where it is used
    return real_settle(session, payment=payment, now=now)


def count_of(session: Any) -> int:
    return int(session.scalar(select(func.count()).select_from(JournalEntryRow)) or 0)


BOOKS_AGAIN = without("a payment is booked whenever it is told", webhooks, "settle_payment", settle_again)
NO_POLLER = without("nobody asks the provider", poller, "_list_subjects", lambda _runtime: [])


@fault("F30", "the same message ten times", "one posting", mutant=BOOKS_AGAIN, is_fast=True)
def ten_times(world: World) -> None:
    paid(world)
    for message in world.desk.take_webhooks():
        for _ in range(10):
            world.desk.receive(*message)
            with world.desk.make_session() as session, session.begin():
                for row in session.scalars(select(InboxEvent)):
                    row.state, row.run_after = InboxState.WAITING, world.desk.clock()
            world.desk.run_inbox()
            world.inject()
    assert count(world, "funded") == 1
    assert world.desk.sink.names().count("EscrowFunded") == 1


@fault(
    "F31",
    "the same message number with another content",
    "stored once, and an alarm",
    mutant=without(
        "contents are not compared",
        adapter.stripe_objects,  # type: ignore[attr-defined]  # patched where it is used
        "digest_of",
        lambda _content: "0" * 64,
    ),
)
def altered(world: World) -> None:
    paid(world)
    endpoint, body, _ = of_type(world, "payment_intent.succeeded")
    world.desk.receive(endpoint, body, sign(body, world))
    other = body.replace(b"167250", b"167251")
    assert other != body
    received = world.desk.receive(endpoint, other, sign(other, world))
    world.inject()
    assert (received.is_new, received.is_altered, stored(world)) == (False, True, 1)
    world.desk.run_inbox()
    world.converge()
    assert world.desk.escrow().held_minor == 167_250


@fault("F32", "several messages about one fact", "one posting", mutant=BOOKS_AGAIN)
def one_fact(world: World) -> None:
    paid(world)
    messages = world.desk.take_webhooks()
    for message in messages:
        world.desk.receive(*message)
    world.inject(len(messages))
    world.desk.run_inbox()
    assert count(world, "funded") == 1
    world.desk.release("d1", share_bps=0)
    world.desk.run_due()
    for message in world.desk.take_webhooks():
        world.desk.receive(*message)
        world.inject()
    world.desk.run_inbox()
    assert count(world, "refund_confirmed") == 1


def drop(session: Any, event_id: str, _reason: str, now: datetime, _policy: Any) -> InboxState:
    inbox._mark_handled(session, event_id, now)
    return InboxState.HANDLED


@fault(
    "F33",
    "messages in the opposite order",
    "the same end",
    mutant=without("a message about something unknown is dropped", inbox, "_put_back", drop),
)
def opposite_order(world: World) -> None:
    world.desk.onboard_once()
    world.desk.open("b1")
    world.desk.sandbox.pay_checkout(world.desk.checkout("b1"))
    charge = world.desk.objects("charge")[0]["id"]
    dispute = world.desk.sandbox.open_dispute(charge)
    world.desk.sandbox.close_dispute(dispute["id"], is_won=True)
    world.desk.is_deaf = True  # only what comes below is heard
    messages = world.desk.take_webhooks()
    for message in reversed(messages):
        world.desk.receive(*message)
        world.desk.run_inbox()
        world.inject()
    for _ in range(6):
        world.desk.clock.advance(minutes=2)
        world.desk.run_inbox()
    assert world.desk.escrow().held_minor == 167_250
    assert count(world, "funded") == count(world, "chargeback_won") == 1


@fault("F34", "no message ever comes", "the poller finds it", mutant=NO_POLLER)
def never_delivered(world: World) -> None:
    world.desk.is_deaf = True
    paid(world)
    world.inject()
    for _ in range(4):
        world.desk.clock.advance(minutes=5)
        world.desk.poll()
    assert world.desk.escrow().status is EscrowStatus.FUNDED


@fault(
    "F35",
    "forged: no signature, a wrong secret, another scheme",
    "refused, nothing stored",
    mutant=NO_SIGNATURE,
    is_fast=True,
)
def forged(world: World) -> None:
    paid(world)
    endpoint, body, signature = world.desk.take_webhooks()[0]
    tried = ["", "t=1,v1=00", signature.replace("v1=", "v0="), sign(body, world, secret="whsec_other")]
    assert all(is_rejected(world, endpoint, body, each) for each in tried)
    assert stored(world) == 0
    world.desk.ask()


@fault(
    "F36",
    "a valid message replayed",
    "after five minutes refused, before a duplicate",
    mutant=without("messages may have any age", stripe_webhooks, "WEBHOOK_AGE_MAX", timedelta(days=3650)),
)
def replayed(world: World) -> None:
    paid(world)
    endpoint, body, signature = world.desk.take_webhooks()[0]
    assert world.desk.receive(endpoint, body, signature).is_new
    world.desk.clock.advance(seconds=200)
    assert not world.desk.receive(endpoint, body, signature).is_new
    world.desk.clock.advance(seconds=200)
    assert is_rejected(world, endpoint, body, signature)
    twice = f"v0=x, t={int(world.desk.clock().timestamp())},{signature}"
    assert is_rejected(world, endpoint, body, twice), "a second time made it young again"
    world.desk.run_inbox()


@fault(
    "F37",
    "a timestamp in the future",
    "refused by our own check",
    mutant=without("messages may have any age", stripe_webhooks, "WEBHOOK_AGE_MAX", timedelta(days=3650)),
)
def from_the_future(world: World) -> None:
    paid(world)
    endpoint, body, _ = world.desk.take_webhooks()[0]
    assert is_rejected(world, endpoint, body, sign(body, world, late=-86_400))
    world.desk.ask()


@fault("F38", "the body changed by a proxy", "refused", mutant=NO_SIGNATURE)
def changed_by_a_proxy(world: World) -> None:
    paid(world)
    endpoint, body, signature = world.desk.take_webhooks()[0]
    for changed in (body + b" ", body.replace(b": ", b":"), body.replace(b"\n", b"")):
        assert is_rejected(world, endpoint, changed, signature)
    world.desk.ask()


@fault(
    "F39",
    "not UTF-8, five megabytes, not an event",
    "refused, no stack trace",
    mutant=without("a message may be of any size", inbox, "PAYLOAD_BYTES_MAX", 10**9),
)
def unreadable(world: World) -> None:
    paid(world)
    bodies = (b"\xff\xfe\xff", b"[]", b'{"object": "event"}', b"{}", b"null", b'"' + b"x" * 5_000_000 + b'"')
    for body in bodies:
        assert is_rejected(world, "platform", body, sign(body, world))
    endpoint, body, _ = world.desk.take_webhooks()[0]
    padded = body.rstrip()[:-1] + b"," + b'"pad": "' + b"x" * 5_000_000 + b'"}'
    assert is_rejected(world, endpoint, padded, sign(padded, world))
    assert stored(world) == 0
    world.desk.ask()


def receive_whatever(
    session: Any, *, endpoint: str, payload: bytes, signature: str, secrets: Any, gateway: Any, now: Any
) -> Any:
    event = gateway.verify_webhook(payload, signature=signature, secrets=secrets, now=now)
    return inbox._insert_once(session, event, endpoint, now)


@fault(
    "F40",
    "a live message at a test site, a message of another account or endpoint",
    "refused or never booked",
    mutant=without("the mode of a message is not looked at", inbox, "receive_webhook", receive_whatever),
)
def other_mode(world: World) -> None:
    paid(world)
    _endpoint, body, _ = world.desk.take_webhooks()[0]
    live = body.replace(b'"livemode": false', b'"livemode": true')
    assert live != body
    assert is_rejected(world, "platform", live, sign(live, world))
    assert is_rejected(world, "connect", body, sign(body, world, secret=CONNECT_SECRET))
    foreign = body.replace(b'"object": "event",', b'"object": "event", "account": "acct_foreign",', 1)
    assert foreign != body
    assert is_rejected(world, "platform", foreign, sign(foreign, world))
    assert stored(world) == 0
    world.desk.ask()


@fault(
    "F41",
    "an event type nobody knows",
    "stored, accepted, nothing else",
    mutant=without(
        "every message must be understood", webhooks, "find_reader", lambda kind: webhooks._READERS[kind]
    ),
)
def unknown_type(world: World) -> None:
    paid(world)
    endpoint, body, _ = of_type(world, "payment_intent.succeeded")
    strange = body.replace(b"payment_intent.succeeded", b"invented.by_a_later_version")
    received = world.desk.receive(endpoint, strange, sign(strange, world))
    world.inject()
    world.desk.run_inbox()
    with world.desk.make_session() as session:
        assert session.get_one(InboxEvent, received.event_id).state is InboxState.IGNORED
    world.desk.ask()


real_verify = adapter.StripeGateway.verify_webhook


def verify_by_the_first(gateway: Any, payload: bytes, *, signature: str, secrets: Any, now: Any) -> Any:
    return real_verify(
        gateway, payload, signature=signature, secrets=list(filter(None, secrets))[:1], now=now
    )


@fault(
    "F42",
    "a rolled secret, both valid for a day",
    "both accepted",
    mutant=without(
        "only the first secret counts", adapter.StripeGateway, "verify_webhook", verify_by_the_first
    ),
)
def rolled_secret(world: World) -> None:
    paid(world)
    accepted = []
    for endpoint, body, _ in world.desk.take_webhooks()[:2]:
        for secret in (SECRET, "whsec_new"):
            received = world.desk.write(
                inbox.receive_webhook,
                endpoint=endpoint,
                payload=body,
                signature=sign(body, world, secret=secret),
                secrets=["", SECRET, "whsec_new"],
                gateway=world.desk.gateway,
                now=world.desk.clock(),
            )
            accepted.append(received.is_new)
            world.inject()
    assert accepted == [True, False, True, False]
    world.desk.ask()


real_claim: Callable[..., Any] = inbox._claim


def take_for_good(session: Any, event_id: str, now: Any, policy: Any) -> Any:
    hint = real_claim(session, event_id, now, policy)
    if hint is not None:
        inbox._mark_handled(session, event_id, now)
    return hint


@fault(
    "F43",
    "the consumer dies between inbox and posting",
    "handled again; one posting",
    mutant=without("a message counts as handled once it is taken", inbox, "_claim", take_for_good),
)
def consumer_dies(world: World) -> None:
    paid(world)
    # Of the messages that tell the same payment one alone arrives: the others would make up for it.
    told = [each for each in world.desk.take_webhooks() if b'"checkout.session.completed"' in each[1]]
    assert len(told) == 1
    world.desk.receive(*told[0])
    world.kill_during("take_inbox", "inside_settle")
    world.desk.is_deaf = True
    for _ in range(4):
        world.desk.clock.advance(minutes=1)
        world.desk.run_inbox()
    assert count(world, "funded") == 1


@fault("F44", "the endpoint is down for four days", "listing objects catches up", mutant=NO_POLLER)
def endpoint_down(world: World) -> None:
    world.desk.is_deaf = True
    world.desk.onboard_once()
    world.desk.hear()
    paid(world)
    world.desk.open("b2")
    world.desk.sandbox.pay_checkout(world.desk.checkout("b2"))
    for _ in range(96):
        world.desk.clock.advance(hours=1)
        world.desk.poll()
    world.inject()
    world.desk.take_webhooks()  # delivery was given up long ago
    assert world.desk.escrow("b1").status is EscrowStatus.FUNDED
    assert world.desk.escrow("b2").status is EscrowStatus.FUNDED
    world.desk.release("d1", booking_ref="b1")
    world.desk.run_due()
    world.desk.sandbox.open_dispute(world.desk.charge_of("b2") or "")
    world.desk.clock.advance(minutes=10)
    world.desk.poll()
    assert world.desk.escrow("b2").is_frozen
    assert world.desk.escrow("b1").parts[0].status is PartStatus.RELEASED
