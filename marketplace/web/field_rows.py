"""Rows of fields inside a form, and refusals that name fields of rows (`deliverables-0-price`)."""

from collections.abc import Mapping
from typing import Any

from wtforms import Field, FieldList, FormField

from marketplace.web.forms import Form


def attach_errors(form: Form, problems: Mapping[str, object]) -> list[dict[str, str]]:
    """Put each problem beside its field; returns those of fields in rows, for the summary's links."""
    known = {field.name: field for field in _all_fields(form)}
    in_rows = []
    for name, message in problems.items():
        field = known.get(name)
        if field is None:
            form.form_errors.append(str(message))
            continue
        field.errors = [*field.errors, str(message)]
        if name not in form:
            in_rows.append({"field_id": str(field.id), "message": f"{field.label.text}: {message}"})
    return in_rows


def _all_fields(form: Any) -> list[Field]:
    """Return the fields of a form and of its rows; a list of rows stands for itself, too."""
    found: list[Field] = []
    for field in form:
        if isinstance(field, FormField):
            found += _all_fields(field.form)
        else:
            found.append(field)
            if isinstance(field, FieldList):
                found += _all_fields(field.entries)
    return found
