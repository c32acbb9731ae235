"""Where applicants stand for the briefs they applied to."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from marketplace.deals.views import ApplicationView
from marketplace.matches.place_lines import ApplicantPlace, list_applicant_places


def places_of(session: Session, rows: Sequence[ApplicationView]) -> dict[str, ApplicantPlace]:
    """Return the places by application, in two statements; who was never placed is left out."""
    pairs = {row.id: (row.brief.id, row.influencer.id) for row in rows}
    places = list_applicant_places(session, applicants=pairs.values())
    return {row_id: places[pair] for row_id, pair in pairs.items() if pair in places}
