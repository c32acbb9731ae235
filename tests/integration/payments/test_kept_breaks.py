"""A break with the provider stays in sight until it is explained, by our records or by an entry that names its line."""

from datetime import timedelta

import pytest

from payments.hand_entries import AccountNotByHand, LineExplained, book_by_hand
from payments.kept_breaks import USUAL, first_day, keep_breaks
from payments.reconciliation import reconcile

OWN_PAYOUT = 11_500


@pytest.fixture
def withdrawn(desk):
    """The platform paid its fee out to its own bank, in the provider's dashboard."""
    desk.begin("onboard", "fund")
    desk.run(desk.release("d1").release_operation_id)
    desk.clock.advance(days=4)
    client = desk.gateway._client
    client.v1.payouts.create({"amount": OWN_PAYOUT, "currency": "sar"})
    desk.clock.advance(hours=1)
    return desk


def compare(desk, since=None):
    since = since or desk.write(first_day, now=desk.clock())
    return reconcile(desk.make_session, gateway=desk.gateway, clock=desk.clock, since=since)


def night(desk):
    report = compare(desk)
    return desk.write(keep_breaks, report=report)


def explain(desk, line_ref, amount_minor=OWN_PAYOUT, **accounts):
    desk.write(
        book_by_hand,
        key=f"request-{amount_minor}",
        currency="SAR",
        amount_minor=amount_minor,
        memo="our fee, to the bank",
        line_ref=line_ref,
        now=desk.clock(),
        **({"debit": "asset:bank", "credit": "asset:psp"} | accounts),
    )


class TestKeepBreaks:
    def test_is_in_sight_however_old_it_grows(self, withdrawn):
        (new,) = night(withdrawn)
        assert (new.code, new.amount_minor) == ("unknown_line", -OWN_PAYOUT)
        for _night in range(3):
            withdrawn.clock.advance(days=20)
            assert night(withdrawn) == []
            (found,) = compare(withdrawn).breaks
            assert found.gateway_id == new.gateway_id

    def test_is_forgotten_once_it_is_explained(self, withdrawn):
        (new,) = night(withdrawn)
        withdrawn.clock.advance(days=20)
        explain(withdrawn, new.gateway_id)
        assert compare(withdrawn).is_sound
        night(withdrawn)
        now = withdrawn.clock()
        assert withdrawn.write(first_day, now=now) == now - USUAL

    def test_of_ours_alone_is_kept_from_when_it_was_sent(self, withdrawn, monkeypatch):
        lines = list(withdrawn.gateway.list_balance_lines(since=withdrawn.clock() - timedelta(days=9)))
        left = [line for line in lines if line.kind not in {"transfer", "payout"}]
        monkeypatch.setattr(withdrawn.gateway, "list_balance_lines", lambda **_: iter(left))
        (new,) = night(withdrawn)
        withdrawn.clock.advance(days=20)
        (found,) = compare(withdrawn).breaks
        assert (new.code, found.code) == ("missing_at_provider", "missing_at_provider")
        explain(withdrawn, found.gateway_id, 100_000, debit="asset:psp", credit="asset:bank")
        assert compare(withdrawn).breaks == ()


class TestEntryOfALine:
    def test_explains_its_own_amount_alone(self, withdrawn):
        (new,) = night(withdrawn)
        explain(withdrawn, new.gateway_id, OWN_PAYOUT - 1)
        assert [each.code for each in compare(withdrawn).breaks] == ["unknown_line"]

    def test_is_one_a_line(self, withdrawn):
        (new,) = night(withdrawn)
        explain(withdrawn, new.gateway_id)
        for amount_minor in (OWN_PAYOUT, 1):
            with pytest.raises(LineExplained):
                explain(withdrawn, new.gateway_id, amount_minor)

    def test_moves_our_balance_at_the_provider(self, withdrawn):
        with pytest.raises(AccountNotByHand):
            explain(withdrawn, "txn_1", debit="exp:psp_fee", credit="asset:bank")
