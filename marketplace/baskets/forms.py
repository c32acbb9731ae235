"""What a brand may set about a basket."""

from wtforms import (
    BooleanField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from marketplace.baskets.domain import COUNT_MOST, Wishes
from marketplace.deals.records import TEXT_MAX
from marketplace.web.amounts import amount_as_typed, read_amount
from marketplace.web.formats import percent
from marketplace.web.forms import Form, offered
from marketplace.web.language import gettext
from marketplace.web.language import lazy_gettext as _
from marketplace.web.number_field import WholeNumberField
from marketplace.web.reading import carried_number

SHARES = (0, 25, 50, 60, 70, 80, 90)


def _shares() -> list[tuple[str, str]]:
    return [(str(share), percent(share / 100) if share else gettext("no matter")) for share in SHARES]


class BasketForm(Form):
    """Budget, count and floors; `kept` and `dropped` are the ticks beside people."""

    budget = StringField(_("Budget, in listed prices"), validators=[InputRequired()])
    count_most = WholeNumberField(
        _("At most so many people"), validators=[InputRequired()], least=1, most=COUNT_MOST
    )
    per_topic_most = WholeNumberField(_("At most so many of one topic"), least=1, most=COUNT_MOST)
    arabic_percent = SelectField(
        _("Arabic speakers among those reached, at least"), choices=lambda: offered(_shares())
    )
    has_newcomer = BooleanField(_("At least one newcomer"))
    kept = SelectMultipleField(_("Must be in"), choices=[], validate_choice=False)
    dropped = SelectMultipleField(_("Leave out"), choices=[], validate_choice=False)

    @classmethod
    def showing(cls, wishes: Wishes, currency: str) -> "BasketForm":
        """Return the form filled with what stands."""
        return cls(
            formdata=None,
            budget=amount_as_typed(wishes.budget_minor, currency),
            count_most=wishes.count_most,
            per_topic_most=wishes.per_topic_most,
            arabic_percent=str(wishes.arabic_percent),
            has_newcomer=wishes.has_newcomer,
            kept=list(wishes.kept),
            dropped=list(wishes.dropped),
        )

    def read_wishes(self, currency: str) -> Wishes | None:
        """Return what was typed, or None with a message beside the field that is wrong."""
        is_valid = self.validate()
        budget_minor, problem = read_amount(self.budget.data or "", currency=currency)
        if budget_minor is None:
            self.budget.errors = [str(problem)]
        if budget_minor is None or not is_valid:
            return None
        dropped = tuple(dict.fromkeys(self.dropped.data or ()))
        return Wishes(
            budget_minor=budget_minor,
            count_most=self.count_most.data or COUNT_MOST,
            per_topic_most=self.per_topic_most.data,
            arabic_percent=int(self.arabic_percent.data),
            has_newcomer=bool(self.has_newcomer.data),
            kept=tuple(each for each in dict.fromkeys(self.kept.data or ()) if each not in dropped),
            dropped=dropped,
        )


class InviteAllForm(Form):
    """The word that goes with every invitation; `revision` is the basket that was looked at."""

    revision = HiddenField(validators=[InputRequired()])
    message = TextAreaField(_("A word to everybody"), validators=[Optional(), Length(max=TEXT_MAX)])

    @property
    def looked_at(self) -> int:
        """Return the revision that was looked at; 0, which no basket has, when it is no number."""
        return carried_number(self.revision.data) or 0
