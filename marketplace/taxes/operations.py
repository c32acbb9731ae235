"""Stating one's tax status."""

from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.audit.operations import record
from marketplace.errors import Invalid
from marketplace.ownership import require
from marketplace.policies import Actor, Permission, Subject
from marketplace.taxes.domain import clean_number, is_number_formed
from marketplace.taxes.models import TaxProfile
from marketplace.taxes.queries import find_profile
from marketplace.taxes.sides import TaxSide
from marketplace.taxes.tables import tax_table
from marketplace.web.language import lazy_gettext as _

PERMISSIONS = {TaxSide.BRAND: Permission.BRAND_EDIT, TaxSide.INFLUENCER: Permission.INFLUENCER_EDIT}


def state_tax_status(
    session: Session,
    *,
    actor: Actor,
    side: TaxSide,
    subject_id: str,
    legal_name: str,
    address: str,
    country: str,
    number: str,
    now: datetime,
) -> TaxProfile:
    """Keep name, address and tax number for the documents to come; issued ones stay as they are.

    Nothing happens when nothing differs.

    Raises:
        NotFound, Forbidden: not theirs, or not their role.
        Invalid: the number does not look like one of the country.

    """
    is_brand = side is TaxSide.BRAND
    require(
        actor,
        PERMISSIONS[side],
        Subject(subject_id if is_brand else None, None if is_brand else subject_id),
    )
    cleaned = clean_number(number)
    _check_number(cleaned, country)
    profile = find_profile(session, side=side, subject_id=subject_id)
    before = _facts(profile) if profile is not None else {}
    if profile is None:
        profile = TaxProfile(side=side, subject_id=subject_id)
        session.add(profile)
    profile.legal_name, profile.address = legal_name.strip(), address.strip()
    profile.country, profile.number = country, cleaned
    after = _facts(profile)
    if after == before:
        return profile
    profile.updated_at, profile.updated_by = now, actor.user_id
    session.flush()
    record(
        session,
        actor=actor,
        action="tax_status.stated",
        subject_type=side,
        subject_id=subject_id,
        before=before,
        after=after,
        now=now,
    )
    return profile


def _check_number(cleaned: str, country: str) -> None:
    """Let an empty number pass, and one that looks as those of the country do. Raises Invalid."""
    form = tax_table().form_of(country)
    if cleaned and not is_number_formed(cleaned, form):
        message = (
            _("A tax number of this country looks different: %(form)s.", form=form.example)
            if form.example
            else _("A tax number has 5 to 20 letters and digits.")
        )
        raise Invalid(message, fields={"number": message})


def _facts(profile: TaxProfile) -> dict[str, str | bool]:
    """Return what the audit trail keeps; name, address and number are sealed under the key of who states them."""
    return {
        "legal_name": profile.legal_name,
        "address": profile.address,
        "tax_number": profile.number,
        "country": profile.country,
        "is_registered": bool(profile.number),
    }
