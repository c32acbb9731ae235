"""Which features the application is made of: their HTML blueprints and their parts of the API."""

from flask import Blueprint, Flask
from flask_smorest import Api

from marketplace.accounts import api as accounts_api
from marketplace.accounts import pages as accounts
from marketplace.approvals import api as approvals_api
from marketplace.approvals import pages as approvals
from marketplace.authenticity import api as authenticity_api
from marketplace.authenticity import pages as authenticity
from marketplace.baskets import api as baskets_api
from marketplace.baskets import pages as baskets
from marketplace.billing import api as billing_api
from marketplace.billing import pages as billing
from marketplace.bookings import api as bookings_api
from marketplace.bookings import pages as bookings
from marketplace.brands import api as brands_api
from marketplace.brands import pages as brands
from marketplace.briefs import api as briefs_api
from marketplace.briefs import open_pages as briefs
from marketplace.deals import api as deals_api
from marketplace.deals import pages as deals
from marketplace.demo import pages as demo
from marketplace.disputes import api as disputes_api
from marketplace.disputes import pages as disputes
from marketplace.documents import api as documents_api
from marketplace.documents import pages as documents
from marketplace.fairness import pages as fairness
from marketplace.fees import api as fees_api
from marketplace.fees import pages as fees
from marketplace.formulas import api as formulas_api
from marketplace.formulas import pages as formulas
from marketplace.home import pages as home
from marketplace.influencers import api as influencers_api
from marketplace.influencers import api_channels, api_profile
from marketplace.influencers import pages as influencers
from marketplace.listings import api as listings_api
from marketplace.listings import pages as listings
from marketplace.matches import api as matches_api
from marketplace.matches import pages as matches
from marketplace.moderation import api as moderation_api
from marketplace.moderation import pages as moderation
from marketplace.moderation import pages_accounts as moderation_accounts
from marketplace.moderation import site_pages as moderation_site
from marketplace.notifications import api as notifications_api
from marketplace.notifications import pages as notifications
from marketplace.onboarding import pages as onboarding
from marketplace.quotes import api as quotes_api
from marketplace.quotes import pages as quotes
from marketplace.results import api as results_api
from marketplace.results import pages as results
from marketplace.searches import api as searches_api
from marketplace.searches import pages as searches
from marketplace.services import Services
from marketplace.specialists import pages as specialists
from marketplace.styleguide import pages as styleguide
from marketplace.taxes import api as taxes_api
from marketplace.taxes import pages as taxes
from marketplace.topics import api as topics_api
from marketplace.topics import pages as topics
from marketplace.web import problem_pages as web_pages
from marketplace.web import step_up_pages
from marketplace.web.api import ROOT

PAGES: tuple[Blueprint, ...] = (
    accounts.blueprint,
    approvals.blueprint,
    baskets.blueprint,
    authenticity.blueprint,
    billing.blueprint,
    bookings.blueprint,
    brands.blueprint,
    briefs.blueprint,
    deals.blueprint,
    disputes.blueprint,
    documents.blueprint,
    fairness.blueprint,
    fees.blueprint,
    formulas.blueprint,
    topics.blueprint,
    home.blueprint,
    influencers.blueprint,
    listings.blueprint,
    matches.blueprint,
    moderation.blueprint,
    moderation_site.blueprint,
    moderation_accounts.blueprint,
    notifications.blueprint,
    onboarding.blueprint,
    quotes.blueprint,
    specialists.blueprint,
    results.blueprint,
    searches.blueprint,
    step_up_pages.blueprint,
    taxes.blueprint,
    web_pages.blueprint,
)
#: only where nobody's money is at stake
NOT_IN_PRODUCTION: tuple[Blueprint, ...] = (styleguide.blueprint,)
API_PARTS: tuple[Blueprint, ...] = (
    accounts_api.blueprint,
    approvals_api.blueprint,
    authenticity_api.blueprint,
    baskets_api.blueprint,
    billing_api.blueprint,
    bookings_api.blueprint,
    brands_api.blueprint,
    briefs_api.blueprint,
    deals_api.blueprint,
    disputes_api.blueprint,
    documents_api.blueprint,
    fees_api.blueprint,
    formulas_api.blueprint,
    influencers_api.blueprint,
    api_profile.blueprint,
    api_channels.blueprint,
    listings_api.blueprint,
    matches_api.blueprint,
    moderation_api.blueprint,
    notifications_api.blueprint,
    quotes_api.blueprint,
    results_api.blueprint,
    searches_api.blueprint,
    taxes_api.blueprint,
    topics_api.blueprint,
)


def install_features(app: Flask, api: Api, services: Services) -> None:
    """Register every page and every part of the API."""
    for blueprint in dict.fromkeys(PAGES):  # several modules may share one blueprint
        app.register_blueprint(blueprint)
    if services.settings.is_demo:
        app.register_blueprint(demo.blueprint)
    if not services.settings.is_production:
        for blueprint in NOT_IN_PRODUCTION:
            app.register_blueprint(blueprint)
    for part in API_PARTS:
        api.register_blueprint(part, url_prefix=ROOT + (part.url_prefix or ""))
