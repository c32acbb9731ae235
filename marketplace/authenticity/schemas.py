"""What signs of authenticity look like to operators' programs."""

from marshmallow import fields

from marketplace.web.schema import AnswerSchema, number_out, page_of, text_out, word_out
from matching.authenticity import SIGNS, SignState


def _share(about: str) -> fields.Float:
    return fields.Float(allow_none=True, metadata={"description": about})


class SignSchema(AnswerSchema):
    """One figure beside those of peers."""

    name = word_out(SIGNS)
    title = text_out(about="In your language.")
    state = word_out(SignState)
    value = _share("As it was measured.")
    percentile = _share("0 to 1: the share of peers below it.")
    peers = number_out()
    weight = _share("0 to 1: how much it counts.")


class UnusualFiguresSchema(AnswerSchema):
    """An influencer with unusual figures. Who contests one has a case of the subject `authenticity`."""

    influencer_id = text_out()
    handle = text_out()
    platform = text_out(is_optional=True)
    band = number_out(is_optional=True, about="Of followers, from 0 on.")
    value = _share("0 to 1: what the signs come to; 1 is usual throughout.")
    signs = fields.List(fields.Nested(SignSchema))


UnusualFiguresPageSchema = page_of(UnusualFiguresSchema)
