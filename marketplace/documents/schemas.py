"""What documents look like to programs."""

from marketplace.web.schema import AnswerSchema, moment_out, money_out, object_out, page_of, text_out


class DocumentSchema(AnswerSchema):
    """An issued document. Its amounts and names never change."""

    id = text_out()
    kind = text_out(
        about="invoice or credit_note (to the brand), statement or correction (to the influencer)."
    )
    number = text_out(about="Without a gap in its series and year.")
    booking_id = text_out()
    total = money_out()
    issued_at = moment_out()
    content_hash = text_out(about="SHA-256 over the canonical JSON of `content`, in hex.")


class WholeDocumentSchema(DocumentSchema):
    """A document with everything on it."""

    content = object_out()


DocumentPageSchema = page_of(DocumentSchema)
