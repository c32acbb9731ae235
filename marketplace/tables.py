"""Every table of the product in one import, for migrations and for a fresh test database."""

from marketplace.accounts import models as accounts
from marketplace.approvals import models as approvals
from marketplace.audit import models as audit
from marketplace.authenticity import models as authenticity
from marketplace.baskets import models as baskets
from marketplace.bookings import models as bookings
from marketplace.brands import models as brands
from marketplace.briefs import models as briefs
from marketplace.db import Base
from marketplace.deals import models as deals
from marketplace.documents import models as documents
from marketplace.exposure import models as exposure
from marketplace.fees import models as fees
from marketplace.forecasts import models as forecasts
from marketplace.formulas import models as formulas
from marketplace.influencers import models as influencers
from marketplace.listings import models as listings
from marketplace.matches import models as matches
from marketplace.moderation import models as moderation
from marketplace.notifications import models as notifications
from marketplace.outbox import models as outbox
from marketplace.quotes import models as quotes
from marketplace.results import models as results
from marketplace.searches import models as searches
from marketplace.specialists import models as specialists
from marketplace.taxes import models as taxes
from marketplace.topics import models as topics
from payments import models as payments

MODULES = (
    accounts,
    approvals,
    audit,
    baskets,
    authenticity,
    bookings,
    brands,
    briefs,
    deals,
    documents,
    exposure,
    fees,
    forecasts,
    formulas,
    influencers,
    listings,
    matches,
    moderation,
    notifications,
    outbox,
    quotes,
    results,
    searches,
    specialists,
    taxes,
    topics,
    payments,
)
#: both metadatas, in the order in which they are created
METADATAS = [Base.metadata, payments.PaymentsBase.metadata]
