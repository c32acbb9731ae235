"""What the API says of notices."""

from marketplace.web.schema import (
    AnswerSchema,
    moment_out,
    number_out,
    page_of,
    text_out,
)


class NoticeSchema(AnswerSchema):
    """One notice."""

    id = text_out()
    kind = text_out(about="What happened, as a stable code.")
    sentence = text_out(about="What happened, in the reader's language.")
    path = text_out(about="The page about it.")
    created_at = moment_out()
    read_at = moment_out(is_optional=True)


NoticePageSchema = page_of(NoticeSchema)


class UnreadSchema(AnswerSchema):
    """How much is not read yet."""

    unread = number_out()
