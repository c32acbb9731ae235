"""The operators' page of exposure: who was shown, invited and booked in a month."""

from datetime import date

from flask import Blueprint, render_template

from marketplace.db import db
from marketplace.fairness.queries import exposure_audit
from marketplace.policies import Permission
from marketplace.web import address_values
from marketplace.web.access import requires
from marketplace.web.context import now

blueprint = Blueprint("fairness", __name__)
MONTHS_SHOWN = 12


@blueprint.get("/exposure")
@requires(Permission.AUDIT_VIEW)
def exposure() -> str:
    """Show the audit of a month, this one unless another is asked for."""
    this = now().date().replace(day=1)
    months = [this]
    while len(months) < MONTHS_SHOWN:
        months.append(_before(months[-1]))
    asked = address_values.one_of("month", [each.isoformat() for each in months], this.isoformat())
    month = date.fromisoformat(asked)
    audit = exposure_audit(db.session, month=month)
    return render_template("fairness/exposure.html", audit=audit, months=months)


def _before(month: date) -> date:
    return date(month.year - 1, 12, 1) if month.month == 1 else month.replace(month=month.month - 1)
