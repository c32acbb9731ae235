"""The poller's round goes on whatever one subject raises."""

from payments.escrow import EscrowStatus


class TestPoll:
    def test_goes_on_after_a_subject_that_cannot_be_read(self, desk, monkeypatch):
        pages = {}
        for booking_ref in ("b1", "b2"):
            desk.open(booking_ref)
            pages[booking_ref] = desk.checkout(booking_ref)
            desk.sandbox.pay_checkout(pages[booking_ref])
        desk.clock.advance(hours=1)
        read = desk.gateway.retrieve_checkout

        def read_all_but_one(session_id):
            if session_id == pages["b1"]:
                raise ValueError("no such field")
            return read(session_id)

        def explode(**_named):
            raise KeyError("disputes")

        monkeypatch.setattr(desk.gateway, "retrieve_checkout", read_all_but_one)
        monkeypatch.setattr(desk.gateway, "list_chargebacks", explode)
        report = desk.poll()
        assert set(report.problems) == {f"checkout {pages['b1']}: ValueError", "chargebacks: KeyError"}
        assert desk.escrow("b1").status is EscrowStatus.AWAITING_PAYMENT
        assert desk.escrow("b2").status is EscrowStatus.FUNDED
