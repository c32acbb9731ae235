"""What happens in the sandbox because time has passed: sessions expire, refunds settle, payouts arrive."""

from payments.sandbox.balances import announce_available
from payments.sandbox.charges import name_line
from payments.sandbox.checkout import expire_if_open
from payments.sandbox.database import Database
from payments.sandbox.payouts import arrive_payout
from payments.sandbox.refunds import fail_refund, settle_refund
from payments.sandbox.settings import SandboxSettings
from payments.sandbox.unit import UnitOfWork, open_unit


def run_due(unit: UnitOfWork) -> int:
    """Do everything that fell due, each at its own moment, oldest first; return how many things were done."""
    count = 0
    while (timer := unit.store.pop_due_timer(unit.now)) is not None:
        at, action, object_id = timer
        _run(unit.at(at), action, object_id)
        count += 1
    return count


def catch_up(database: Database, settings: SandboxSettings) -> int:
    """As `run_due` in a transaction of its own, which is begun only when something is due."""
    with open_unit(database, settings, is_read_only=True) as unit:
        if not unit.store.has_due_timer(unit.now):
            return 0
    with open_unit(database, settings) as unit:
        return run_due(unit)


def _run(unit: UnitOfWork, action: str, object_id: str) -> None:
    if action == "balance_available":
        announce_available(unit, object_id)
        return
    if action == "expire_session":
        expire_if_open(unit, object_id)
        return
    body = unit.store.find(object_id)
    if body is None:
        return
    acting = unit.acting_for(unit.store.owner_of(object_id))
    if action == "settle_refund":
        settle_refund(acting, body)
    elif action == "fail_refund" and body["status"] == "succeeded":
        fail_refund(acting, body)
    elif action == "arrive_payout":
        arrive_payout(acting, body)
    elif action == "name_line":
        name_line(acting, body)
