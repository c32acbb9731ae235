"""What jobs of the outbox look like to programs."""

from marketplace.web.schema import AnswerSchema, moment_out, number_out, page_of, text_out


class JobsSchema(AnswerSchema):
    """How many jobs wait, failed and are tried again, and are parked."""

    waiting = number_out()
    retrying = number_out()
    parked = number_out()
    oldest_waiting_at = moment_out(is_optional=True)


class ParkedJobSchema(AnswerSchema):
    """A job that failed so often that it waits for somebody."""

    id = number_out()
    kind = text_out()
    attempts = number_out()
    last_error = text_out(is_optional=True)
    created_at = moment_out()
    parked_at = moment_out()


ParkedJobPageSchema = page_of(ParkedJobSchema)
