"""What a listing version says, and the rules it must keep before it may be stored."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import ClassVar

from marketplace.errors import Invalid
from marketplace.influencers.domain import Platform
from marketplace.influencers.pieces import Problem, deliverable_problems
from marketplace.settlement import currency_problem
from marketplace.web.contact_words import PRIVATE_KINDS, contact_problem
from marketplace.web.language import lazy_gettext as _
from marketplace.web.language import lazy_ngettext
from payments.money import CURRENCIES, MAX_AMOUNT_MINOR

TITLE_MIN, TITLE_MAX = 3, 120
DESCRIPTION_MIN, DESCRIPTION_MAX = 10, 4_000
DAYS_MIN, DAYS_MAX = 1, 60


class ListingInvalid(Invalid):
    """The listing cannot be stored; `fields` says what is wrong where."""

    code: ClassVar[str] = "listing_invalid"


@dataclass(frozen=True, slots=True)
class ListingTerms:
    """The content of a version. Amounts are minor units of `currency`; None means that the extra is not sold."""

    platform: str
    title: str
    description: str
    deliverables: tuple[tuple[str, int], ...]
    currency: str
    base_minor: int
    turnaround_days: int
    amplification_month_minor: int | None = None
    exclusivity_day_minor: int | None = None
    rush_minor: int | None = None
    rush_days: int | None = None


def check_terms(terms: ListingTerms, *, settled: Collection[str]) -> None:
    """Let the terms pass or refuse them with every field at fault; `settled` are the currencies a price can be made in.

    Raises:
        ListingInvalid: see its class.

    """
    fields: dict[str, object] = {}
    for field, message in _problems(terms, settled):
        fields.setdefault(field, message)
    if fields:
        raise ListingInvalid(_("Some fields need another look."), fields=fields)


def _problems(terms: ListingTerms, settled: Collection[str]) -> Iterator[Problem]:
    yield from _text_problems(terms)
    yield from contact_problems(terms)
    yield from deliverable_problems(terms.deliverables, platforms=(terms.platform,))
    yield from _price_problems(terms, settled)
    if not DAYS_MIN <= terms.turnaround_days <= DAYS_MAX:
        yield (
            "turnaround_days",
            _("Choose between %(least)s and %(most)s.", least=_days(DAYS_MIN), most=_days(DAYS_MAX)),
        )
    yield from _rush_problems(terms)


def _days(count: int) -> object:
    return lazy_ngettext("%(num)d day", "%(num)d days", count)


def _text_problems(terms: ListingTerms) -> Iterator[Problem]:
    if terms.platform not in set(Platform):
        yield "platform", _("Choose a platform.")
    if not TITLE_MIN <= len(terms.title) <= TITLE_MAX:
        yield "title", _("Use %(least)s to %(most)s characters.", least=TITLE_MIN, most=TITLE_MAX)
    if not DESCRIPTION_MIN <= len(terms.description) <= DESCRIPTION_MAX:
        yield (
            "description",
            _("Use %(least)s to %(most)s characters.", least=DESCRIPTION_MIN, most=DESCRIPTION_MAX),
        )


def contact_problems(terms: ListingTerms) -> Iterator[Problem]:
    """Yield (field, message) of every text that leads off the platform; everybody reads a listing."""
    for field, most in (("title", TITLE_MAX), ("description", DESCRIPTION_MAX)):
        text: str = getattr(terms, field)
        if len(text) > most:  # refused for its length
            continue
        problem = contact_problem(text, refused=PRIVATE_KINDS)
        if problem is not None:
            yield field, problem


def _price_problems(terms: ListingTerms, settled: Collection[str]) -> Iterator[Problem]:
    if terms.currency not in CURRENCIES:
        yield "currency", _("Choose a currency from the list.")
        return
    problem = currency_problem(terms.currency, settled)
    if problem is not None:
        yield "currency", problem
    step = CURRENCIES[terms.currency].step_minor
    for field in ("base_minor", "amplification_month_minor", "exclusivity_day_minor", "rush_minor"):
        amount_minor = getattr(terms, field)
        if amount_minor is None:
            continue
        if not 0 < amount_minor <= MAX_AMOUNT_MINOR or amount_minor % step:
            yield field, _("This amount cannot be paid in %(currency)s.", currency=terms.currency)
    pieces = sum(max(count, 0) for _kind, count in terms.deliverables)
    if 0 < terms.base_minor < pieces * step:
        yield "base_minor", _("The price is too small for so many deliverables.")


def _rush_problems(terms: ListingTerms) -> Iterator[Problem]:
    if (terms.rush_minor is None) != (terms.rush_days is None):
        field = "rush_minor" if terms.rush_minor is None else "rush_days"
        yield field, _("Rush needs both a price and a number of days.")
    elif terms.rush_days is not None and not 1 <= terms.rush_days < terms.turnaround_days:
        yield "rush_days", _("Rush must be quicker than your usual number of days.")
