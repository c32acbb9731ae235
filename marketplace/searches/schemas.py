"""What saved searches look like to programs."""

from marshmallow import fields
from marshmallow.validate import Length, OneOf

from marketplace.matches.facets import CODES_MOST, GROUPS
from marketplace.searches.domain import CODE_LENGTH_MAX, NAME_LENGTH_MAX, OFF, Pace
from marketplace.web.schema import AnswerSchema, moment_out, number_out, object_out, page_of, text_out
from marketplace.web.schema_fields import BodySchema, OnlyRead

PACES = (OFF, *map(str, Pace))


class SavedSearchSchema(AnswerSchema):
    """A search of your brand: a brief's ranking with corrections and facets, under a name."""

    id = text_out()
    brief_id = text_out()
    name = text_out()
    corrections = object_out(about="Item -> values that take the place of the brief's own.")
    facets = object_out(about="Group -> codes by which the list is narrowed.")
    created_at = moment_out()
    opened_at = moment_out(about="Who was found later is new.")
    ran_at = moment_out(is_optional=True, about="When everyone was ranked by it last; null: not yet.")
    pool_size = number_out(about="How many passed every filter then.")
    places = number_out(about="How many stand in its list now.")
    new = number_out(about="How many of them were found since it was opened last.")
    run_id = text_out(is_optional=True, about="The newest list that was kept: GET /matches/{run_id}.")
    is_running = fields.Boolean(
        metadata={"description": "Whether it is run every day: its brief takes applications."}
    )
    pace = text_out(about="How often you hear of new finds: off, daily, weekly.")
    is_changeable = fields.Boolean(metadata={"description": "Whether you may rename and delete it."})


SavedSearchPageSchema = page_of(SavedSearchSchema)


def _name(**options: object) -> fields.String:
    return fields.String(validate=Length(min=1, max=NAME_LENGTH_MAX), **options)  # type: ignore[arg-type]


def _pace(**options: object) -> fields.String:
    return fields.String(validate=OneOf(PACES), **options)  # type: ignore[arg-type]


class SearchBodySchema(BodySchema):
    """The list of a brief as it is corrected now, narrowed by facets."""

    name = _name(required=True)
    facets = fields.Dict(
        keys=fields.String(validate=OneOf(GROUPS)),
        values=fields.List(
            fields.String(validate=Length(min=1, max=CODE_LENGTH_MAX)), validate=Length(max=CODES_MOST)
        ),
        load_default=dict,
        metadata={"description": "Group -> codes, as the facets of a list name them."},
    )
    pace = _pace(load_default=OFF)


class SearchPatchSchema(BodySchema):
    """Changes of a saved search: what is left out stays as it is."""

    name = _name()
    pace = _pace()
    id = OnlyRead()
    brief_id = OnlyRead()
    corrections = OnlyRead()
    facets = OnlyRead()
    created_at = OnlyRead()
    opened_at = OnlyRead()
    ran_at = OnlyRead()
    pool_size = OnlyRead()
    places = OnlyRead()
    new = OnlyRead()
    run_id = OnlyRead()
    is_running = OnlyRead()
    is_changeable = OnlyRead()
