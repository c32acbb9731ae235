"""What people and banks do in the sandbox, as calls: pay, onboard, dispute, fail; and what time does."""

from collections.abc import Iterator
from contextlib import contextmanager

from payments.sandbox.accounts import find_account, set_capability
from payments.sandbox.balances import Movement, record_movement
from payments.sandbox.cards import Card
from payments.sandbox.checkout import pay_session, settle_session
from payments.sandbox.database import Database
from payments.sandbox.disputes import close_dispute, open_dispute
from payments.sandbox.faults import FaultScript
from payments.sandbox.onboarding import Bank, complete_onboarding
from payments.sandbox.payouts import fail_payout
from payments.sandbox.refunds import fail_refund, settle_refund
from payments.sandbox.settings import SandboxSettings
from payments.sandbox.slow_payments import end_slow_payment, start_slow_payment
from payments.sandbox.store import Body
from payments.sandbox.timers import catch_up, run_due
from payments.sandbox.unit import UnitOfWork, open_unit, visible
from payments.sandbox.webhooks import WebhookSender


class SandboxControl:
    """Plays the payer, the connected account's owner, the banks and the card network.

    Every method is one transaction of its own, after which webhooks go out when the settings say at once. Unknown
    ids raise `errors.ResourceMissing`, moves that the state forbids raise `errors.RequestRefused`.
    """

    def __init__(self, settings: SandboxSettings, database: Database, sender: WebhookSender) -> None:
        self._settings = settings
        self._database = database
        self._sender = sender

    @property
    def settings(self) -> SandboxSettings:
        """Return the sandbox's settings."""
        return self._settings

    @property
    def faults(self) -> FaultScript:
        """Return the script of faults still to come."""
        return self._settings.faults

    def pay_checkout(self, session_id: str, *, card: str = Card.OK, amount_minor: int | None = None) -> bool:
        """Pay an open checkout session and tell whether the card was charged.

        `amount_minor` lets the provider charge another amount than the session's, for tests.
        """
        with self._unit() as unit:
            session = self._get(unit, "checkout.session", session_id)
            return pay_session(unit, session, Card(card), amount_minor=amount_minor)

    def pay_checkout_late(self, session_id: str, *, card: str = Card.OK) -> bool:
        """Let money arrive for a session in any state, also an expired or a paid one, for tests."""
        with self._unit() as unit:
            return settle_session(unit, self._get(unit, "checkout.session", session_id), Card(card))

    def start_slow_payment(self, session_id: str) -> Body:
        """Complete an open checkout session whose payment is processing, as with a bank debit."""
        with self._unit() as unit:
            return visible(start_slow_payment(unit, self._get(unit, "checkout.session", session_id)))

    def end_slow_payment(self, session_id: str, *, is_paid: bool) -> None:
        """Let a payment that is processing succeed or fail."""
        with self._unit() as unit:
            session = self._get(unit, "checkout.session", session_id)
            end_slow_payment(unit, session, is_paid=is_paid)

    def complete_onboarding(
        self, account_id: str, *, legal_name: str = "Sandbox Person", bank: str = Bank.ACCEPTS
    ) -> Body:
        """Hand in all that a connected account owes; its transfers become active. Also replaces a bank account."""
        with self._unit() as unit:
            account = find_account(unit, account_id)
            return visible(complete_onboarding(unit, account, legal_name=legal_name, bank=Bank(bank)))

    def set_transfers(self, account_id: str, *, is_active: bool) -> Body:
        """Switch a connected account's capability to receive transfers."""
        with self._unit() as unit:
            status = "active" if is_active else "inactive"
            return visible(
                set_capability(unit, find_account(unit, account_id), status, reason="platform_paused")
            )

    def deauthorize(self, account_id: str) -> None:
        """Let the account's owner disconnect it from the platform."""
        with self._unit() as unit:
            account = find_account(unit, account_id)
            account["_is_gone"] = True
            unit.store.save(account)
            application: Body = {"id": "ca_athar_sandbox", "object": "application", "name": "Athar"}
            unit.acting_for(account_id).emit("account.application.deauthorized", application)

    def charge_account(self, account_id: str, *, amount_minor: int, currency: str) -> None:
        """Let the provider take a cost of its own from a connected account's balance, also below zero."""
        with self._unit() as unit:
            find_account(unit, account_id)
            cost = Movement(
                type="stripe_fee",
                amount_minor=-amount_minor,
                currency=currency.lower(),
                source=None,
                reporting_category="fee",
            )
            record_movement(unit.acting_for(account_id), cost)

    def open_dispute(
        self,
        charge_id: str,
        *,
        amount_minor: int | None = None,
        reason: str = "fraudulent",
        is_inquiry: bool = False,
    ) -> Body:
        """Let the payer's bank dispute a charge, in part or beyond its amount when `amount_minor` says so."""
        with self._unit() as unit:
            charge = self._get(unit, "charge", charge_id)
            made = open_dispute(unit, charge, amount_minor=amount_minor, reason=reason, is_inquiry=is_inquiry)
            return visible(made)

    def close_dispute(self, dispute_id: str, *, is_won: bool) -> Body:
        """Let the card network decide a dispute."""
        with self._unit() as unit:
            return visible(close_dispute(unit, self._get(unit, "dispute", dispute_id), is_won=is_won))

    def settle_refund(self, refund_id: str) -> Body:
        """Let a pending refund succeed now."""
        with self._unit() as unit:
            return visible(settle_refund(unit, self._get(unit, "refund", refund_id)))

    def fail_refund(self, refund_id: str) -> Body:
        """Let a pending or succeeded refund fail."""
        with self._unit() as unit:
            return visible(fail_refund(unit, self._get(unit, "refund", refund_id)))

    def fail_payout(self, payout_id: str) -> Body:
        """Let the bank return a payout."""
        with self._unit() as unit:
            acting = unit.acting_for(unit.store.owner_of(payout_id))
            return visible(fail_payout(acting, acting.store.get("payout", payout_id, account=acting.account)))

    def advance(self) -> int:
        """Do everything that fell due by the clock and return how many things that was."""
        count = catch_up(self._database, self._settings)
        if count and self._settings.is_delivered_at_once:
            self._sender.deliver_due()
        return count

    def deliver_due(self, *, limit: int = 100) -> int:
        """Send webhooks that are due and return how many were accepted."""
        return self._sender.deliver_due(limit=limit)

    def deliver_again(self, event_id: str) -> int:
        """Send an event once more to every endpoint that was to get it, as Stripe may, and return who accepted."""
        with open_unit(self._database, self._settings) as unit:
            unit.store.connection.execute(
                "UPDATE delivery SET state = 'waiting', due_at = ? WHERE event_id = ?", (unit.now, event_id)
            )
        return self._sender.deliver_due()

    def close(self) -> None:
        """Close the idle database connections."""
        self._database.close()

    @contextmanager
    def _unit(self) -> Iterator[UnitOfWork]:
        with open_unit(self._database, self._settings) as unit:
            run_due(unit)
            yield unit
        if self._settings.is_delivered_at_once:
            self._sender.deliver_due()

    def _get(self, unit: UnitOfWork, kind: str, object_id: str) -> Body:
        return unit.store.get(kind, object_id, account=unit.account)
