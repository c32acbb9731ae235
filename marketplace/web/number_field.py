"""The field of a whole number: typed as people write numbers, in any digits, with thousands grouped or not."""

from collections.abc import Sequence
from typing import Any

from wtforms import StringField

from marketplace.web.language import gettext as _
from marketplace.web.reading import whole_number


class WholeNumberField(StringField):
    """`data` is an int between `least` and `most`; None where nothing was typed, or what was typed is no such number.

    Drawn by the macro `number_field`; what was typed stays in the field when it is refused.
    """

    def __init__(
        self, label: object = None, validators: Sequence[Any] = (), *, least: int, most: int, **options: Any
    ) -> None:
        super().__init__(label, list(validators), **options)
        self.least, self.most = least, most

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed. Raises ValueError with what is wrong, which stands beside the field."""
        if not valuelist:
            return
        self.data = None
        typed = str(valuelist[0])
        if not typed.strip():
            return
        number = whole_number(typed)
        if number is None:
            raise ValueError(_("Type a whole number."))
        if not self.least <= number <= self.most:
            raise ValueError(_("Choose between %(least)s and %(most)s.", least=self.least, most=self.most))
        self.data = number

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)
