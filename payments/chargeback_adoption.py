"""After a restore: chargebacks that came, or were decided, since the copy was made.

They come before claims: what was taken back from a payee for the platform makes up for a loss, which must be known first.
"""

from datetime import datetime

from payments import watchlists
from payments.adoption_report import AdoptionReport
from payments.chargebacks import settle_chargeback
from payments.errors import PaymentError
from payments.runtime import Runtime


def adopt_chargebacks(runtime: Runtime, *, since: datetime) -> AdoptionReport:
    """Book the chargebacks since then, the oldest first, and what became of those that the copy has as open."""
    listed = {each.gateway_dispute_id: each for each in runtime.gateway.list_chargebacks(since=since)}
    unsettled = runtime.transact(watchlists.list_open_chargebacks)
    known = runtime.transact(lambda session: watchlists.list_known_chargebacks(session, list(listed)))
    older = [runtime.gateway.retrieve_chargeback(each) for each in sorted(unsettled - listed.keys())]
    news = [each for each in listed.values() if each.gateway_dispute_id not in known - unsettled]
    adopted, unclear = [], []
    for state in (*older, *reversed(news)):
        try:
            runtime.settle(lambda session, now, state=state: settle_chargeback(session, state=state, now=now))  # type: ignore[misc]  # as in reconciliation
        except PaymentError:
            unclear.append(state.gateway_dispute_id)
        else:
            adopted += [] if state.gateway_dispute_id in unsettled else [state.gateway_dispute_id]
    return AdoptionReport(len(listed) - len(news), tuple(adopted), tuple(unclear))
