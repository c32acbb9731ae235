"""Who may use which route, written by hand: a route that is not here fails the test, and so does one that opens wider.

The roles are spelled out instead of being computed from `policies.py`, so that a slip there is found as well.
"""

from dataclasses import dataclass

OWNER, APPROVER, BUYER = "owner", "approver", "buyer"
SUSPENDED_OWNER, UNVERIFIED_OWNER, REMOVED_MEMBER = "suspended owner", "unverified owner", "removed member"
INFLUENCER, SUSPENDED_INFLUENCER, UNVERIFIED_INFLUENCER = (
    "influencer",
    "suspended influencer",
    "unverified influencer",
)
READER, MODERATOR, SENIOR, FINANCE, ADMIN = "reader", "moderator", "senior", "finance", "admin"
VISITOR = "visitor"

BRAND_ROLES = frozenset({OWNER, APPROVER, BUYER, SUSPENDED_OWNER, UNVERIFIED_OWNER})
INFLUENCERS = frozenset({INFLUENCER, SUSPENDED_INFLUENCER, UNVERIFIED_INFLUENCER})
OPERATORS = frozenset({READER, MODERATOR, SENIOR, FINANCE, ADMIN})
SIGNED_IN = BRAND_ROLES | INFLUENCERS | OPERATORS | {REMOVED_MEMBER}
ROLES = SIGNED_IN | {VISITOR}

APPROVERS = BRAND_ROLES - {BUYER}
OWNERS = APPROVERS - {APPROVER}
SIDES = BRAND_ROLES | INFLUENCERS
NO_NEWCOMERS = frozenset({SUSPENDED_OWNER, SUSPENDED_INFLUENCER})
NO_UNPROVEN = frozenset({UNVERIFIED_OWNER, UNVERIFIED_INFLUENCER})
#: starting something new asks for an account in good standing; reaching others also for a proven address
STARTING = ROLES - NO_NEWCOMERS
BINDING = STARTING - NO_UNPROVEN
MODERATORS = frozenset({MODERATOR, SENIOR, ADMIN})
#: who may suspend accounts and restore them
SUSPENDERS = frozenset({SENIOR, ADMIN})
BOOKKEEPERS = frozenset({FINANCE, ADMIN})
CARETAKERS = frozenset({SENIOR, FINANCE, ADMIN})
#: who may be the second person of some act
DECIDERS = MODERATORS | BOOKKEEPERS
ADMINS = frozenset({ADMIN})


@dataclass(frozen=True, slots=True)
class Row:
    """`roles` may come in (None: everyone). `is_shared`: what the address names belongs to nobody's side."""

    roles: frozenset[str] | None
    is_shared: bool = False


EVERYONE = Row(None)
ANYONE_SIGNED_IN = Row(SIGNED_IN)

TABLE: dict[str, Row] = {
    # accounts, onboarding and the public site
    "accounts.sign_in": EVERYONE, "accounts.do_sign_in": EVERYONE, "accounts.forgot": EVERYONE,
    "accounts.do_forgot": EVERYONE, "accounts.reset": EVERYONE, "accounts.do_reset": EVERYONE,
    "accounts.verify": EVERYONE, "accounts.do_verify": EVERYONE,
    "accounts.sign_out": ANYONE_SIGNED_IN, "accounts.verify_again": ANYONE_SIGNED_IN,
    "accounts.settings": ANYONE_SIGNED_IN, "accounts.save_settings": ANYONE_SIGNED_IN,
    "accounts.save_password": ANYONE_SIGNED_IN, "accounts.devices": ANYONE_SIGNED_IN,
    "accounts.end_device": ANYONE_SIGNED_IN, "accounts.api_keys": ANYONE_SIGNED_IN,
    "accounts.add_api_key": ANYONE_SIGNED_IN, "accounts.revoke_api_key": ANYONE_SIGNED_IN,
    "onboarding.sign_up": EVERYONE, "onboarding.sign_up_brand": EVERYONE, "onboarding.do_sign_up_brand": EVERYONE,
    "onboarding.sign_up_influencer": EVERYONE, "onboarding.do_sign_up_influencer": EVERYONE,
    "onboarding.join": EVERYONE, "onboarding.do_join": EVERYONE,
    "web.home": EVERYONE, "web.problems": EVERYONE, "web.how_it_works": EVERYONE, "web.pricing": EVERYONE, "web.set_language": EVERYONE,
    "web.healthz": EVERYONE, "web.readyz": EVERYONE, "web.metrics": EVERYONE,
    "styleguide.show_styleguide": EVERYONE, "billing.webhook": EVERYONE,
    "home.home": ANYONE_SIGNED_IN, "notifications.notices": ANYONE_SIGNED_IN,
    "notifications.read_all": ANYONE_SIGNED_IN, "notifications.mail_settings": ANYONE_SIGNED_IN,
    "notifications.save_mail_settings": ANYONE_SIGNED_IN,
    "notifications.mail_off": EVERYONE, "notifications.do_mail_off": EVERYONE,
    # brands
    "brands.own_brand": Row(BRAND_ROLES | OPERATORS), "brands.members": Row(BRAND_ROLES | OPERATORS),
    "brands.save_brand": Row(OWNERS), "brands.invite_member": Row(OWNERS), "brands.change_role": Row(OWNERS),
    # briefs
    "briefs.own_briefs": Row(BRAND_ROLES | OPERATORS), "briefs.brief": Row(BRAND_ROLES | OPERATORS),
    "briefs.preview": Row(BRAND_ROLES | OPERATORS),
    "briefs.new_brief": Row(BRAND_ROLES & STARTING), "briefs.create_brief": Row(BRAND_ROLES & STARTING),
    "briefs.edit_brief": Row(BRAND_ROLES & STARTING), "briefs.save_brief": Row(BRAND_ROLES & STARTING),
    "briefs.autosave": Row(BRAND_ROLES & STARTING), "briefs.copy_brief": Row(BRAND_ROLES & STARTING),
    "briefs.act_on_brief": Row(APPROVERS & BINDING), "briefs.close_brief": Row(APPROVERS & BINDING),
    "briefs.open_briefs": Row(INFLUENCERS | OPERATORS),
    "briefs.open_brief": Row(INFLUENCERS | OPERATORS, is_shared=True),
    # matches
    "matches.matches": Row(BRAND_ROLES), "matches.run": Row(BRAND_ROLES), "matches.receipt": Row(BRAND_ROLES),
    "matches.compare": Row(BRAND_ROLES), "matches.correct": Row(BRAND_ROLES),
    "searches.own_searches": Row(BRAND_ROLES), "searches.search": Row(BRAND_ROLES),
    "searches.new_search": Row(BRAND_ROLES), "searches.save_search": Row(BRAND_ROLES),
    "searches.open_search": Row(BRAND_ROLES), "searches.set_alert": Row(BRAND_ROLES),
    # a buyer those that they saved themselves, which this one is not
    "searches.rename_search": Row(APPROVERS), "searches.delete_search": Row(APPROVERS),
    "matches.own_rank": Row(INFLUENCERS | OPERATORS, is_shared=True),
    "matches.work_out_own_rank": Row(INFLUENCERS | OPERATORS, is_shared=True),
    # baskets
    "baskets.basket": Row(BRAND_ROLES), "baskets.choose": Row(BRAND_ROLES), "baskets.take_proven": Row(BRAND_ROLES),
    "baskets.invite": Row(BRAND_ROLES & BINDING),
    # deals
    "deals.apply": Row(INFLUENCERS & BINDING, is_shared=True),
    "deals.submit_application": Row(INFLUENCERS & BINDING, is_shared=True),
    "deals.application_price": Row(INFLUENCERS & BINDING, is_shared=True),
    "deals.own_applications": Row(INFLUENCERS & BINDING), "deals.withdraw_application": Row(INFLUENCERS & BINDING),
    "deals.application": Row(SIDES | OPERATORS), "deals.applications": Row(BRAND_ROLES),
    "deals.make_quote": Row(APPROVERS & BINDING), "deals.refuse": Row(APPROVERS & BINDING),
    "deals.shortlist": Row(BRAND_ROLES & BINDING), "deals.invite": Row(BRAND_ROLES & BINDING),
    "deals.send_invitation": Row(BRAND_ROLES & BINDING), "deals.invitation_price": Row(BRAND_ROLES & BINDING),
    "deals.withdraw_invitation": Row(BRAND_ROLES & BINDING), "deals.quote_invitation": Row(APPROVERS & BINDING),
    "deals.invitation": Row(SIDES | OPERATORS), "deals.invitations": Row(INFLUENCERS & BINDING),
    "deals.accept_invitation": Row(INFLUENCERS & BINDING), "deals.decline_invitation": Row(INFLUENCERS & BINDING),
    "deals.order": Row(APPROVERS & BINDING, is_shared=True), "deals.place_order": Row(APPROVERS & BINDING, is_shared=True),
    "deals.order_price": Row(APPROVERS & BINDING, is_shared=True), "deals.drop_order": Row(APPROVERS & BINDING),
    "quotes.quote": Row(SIDES | OPERATORS),
    # bookings
    "bookings.accept_quote": Row(APPROVERS & BINDING), "bookings.of_quote": Row(SIDES | OPERATORS),
    "bookings.own_bookings": Row(SIDES | OPERATORS), "bookings.booking": Row(SIDES | OPERATORS),
    "bookings.changes": Row(SIDES | OPERATORS),
    "bookings.file": Row(SIDES | OPERATORS), "bookings.send_message": Row(SIDES),
    "bookings.accept_order": Row(INFLUENCERS), "bookings.decline_order": Row(INFLUENCERS),
    "bookings.decline_order_page": Row(INFLUENCERS), "bookings.submit": Row(INFLUENCERS),
    "bookings.submit_work": Row(INFLUENCERS), "bookings.publish": Row(INFLUENCERS),
    "bookings.submit_publication": Row(INFLUENCERS), "bookings.review": Row(APPROVERS),
    "bookings.approve": Row(APPROVERS), "bookings.request_changes": Row(APPROVERS),
    "bookings.look_at_post": Row(APPROVERS), "bookings.confirm_publication": Row(APPROVERS),
    "bookings.refuse_publication": Row(APPROVERS), "bookings.report_taken_down": Row(APPROVERS), "bookings.report_page": Row(APPROVERS),
    "bookings.refund_overdue": Row(APPROVERS), "bookings.cancel": Row(APPROVERS | INFLUENCERS),
    "bookings.cancel_page": Row(APPROVERS | INFLUENCERS),
    "bookings.contest": Row(APPROVERS | INFLUENCERS), "bookings.contest_page": Row(APPROVERS | INFLUENCERS),
    "bookings.divide": Row(CARETAKERS), "bookings.divide_page": Row(CARETAKERS),
    "bookings.claw_back": Row(CARETAKERS), "bookings.claw_back_page": Row(CARETAKERS),
    "bookings.report_found_gone": Row(MODERATORS), "bookings.report_found_gone_page": Row(MODERATORS),
    "bookings.restore_post": Row(MODERATORS), "bookings.restore_post_page": Row(MODERATORS),
    # disputes
    "disputes.room": Row(SIDES | OPERATORS), "disputes.add_evidence": Row(APPROVERS | INFLUENCERS),
    "disputes.show_post": Row(INFLUENCERS), "disputes.find_post_live": Row(APPROVERS), "disputes.deny_post": Row(APPROVERS),
    "disputes.accept_ruling": Row(APPROVERS | INFLUENCERS), "disputes.appeal": Row(APPROVERS | INFLUENCERS),
    "disputes.rule": Row(MODERATORS), "disputes.open_disputes": Row(OPERATORS), "disputes.past_rulings": ANYONE_SIGNED_IN,
    # acts that need two persons
    "documents.own_documents": Row(SIDES | BOOKKEEPERS), "documents.document": Row(SIDES | BOOKKEEPERS),
    "documents.document_pdf": Row(SIDES | BOOKKEEPERS), "documents.operate_documents": Row(BOOKKEEPERS),
    "taxes.tax_status": Row(SIDES | BOOKKEEPERS), "taxes.save_brand_status": Row(OWNERS),
    "taxes.save_own_status": Row(INFLUENCERS), "documents.price_card_pdf": Row(SIDES | OPERATORS),
    "documents.match_pdf": Row(BRAND_ROLES),
    "fees.fees": Row(OPERATORS), "fees.propose": Row(CARETAKERS),
    "approvals.requests": Row(OPERATORS), "approvals.request": Row(OPERATORS),
    "approvals.approve": Row(DECIDERS), "approvals.refuse": Row(DECIDERS), "approvals.withdraw": Row(DECIDERS),
    "step_up.confirm": ANYONE_SIGNED_IN, "step_up.do_confirm": ANYONE_SIGNED_IN,
    "bookings.accept_cancellation": Row(APPROVERS | INFLUENCERS),
    "bookings.freeze": Row(CARETAKERS), "bookings.freeze_page": Row(CARETAKERS), "bookings.unfreeze": Row(CARETAKERS),
    # results
    "results.results": Row(SIDES | OPERATORS), "results.hand_in": Row(INFLUENCERS),
    "results.review": Row(MODERATORS), "results.report": Row(BRAND_ROLES | OPERATORS),
    "results.basket_outcome": Row(BRAND_ROLES),
    "results.report_csv": Row(BRAND_ROLES | OPERATORS), "results.enter_figures": Row(APPROVERS & BINDING),
    "results.calibration": EVERYONE,
    "fairness.exposure": Row(OPERATORS),
    # money
    "billing.money": Row(SIDES | BOOKKEEPERS), "billing.ledger": Row(BOOKKEEPERS),
    "billing.booking_ledger": Row(CARETAKERS), "billing.verification": Row(BOOKKEEPERS),
    "billing.waiting_money": Row(CARETAKERS), "billing.reconciliation": Row(BOOKKEEPERS), "billing.comparison": Row(BOOKKEEPERS),
    "billing.holds": Row(CARETAKERS), "billing.hold_payouts": Row(CARETAKERS), "billing.end_hold": Row(CARETAKERS),
    "billing.claims_list": Row(CARETAKERS), "billing.recover_claim": Row(CARETAKERS),
    "billing.write_off_claim": Row(CARETAKERS), "billing.entry_page": Row(CARETAKERS),
    "billing.request_hand_entry": Row(CARETAKERS), "billing.chargebacks": Row(CARETAKERS),
    "billing.chargeback": Row(CARETAKERS), "billing.submit_chargeback_evidence": Row(CARETAKERS),
    "billing.operations": Row(CARETAKERS), "billing.operation": Row(CARETAKERS),
    "billing.ask_again": Row(CARETAKERS), "billing.resume_operation": Row(CARETAKERS),
    "billing.retry_waiting_money": Row(CARETAKERS), "billing.refund_paid_otherwise": Row(CARETAKERS), "billing.stray_returned": Row(CARETAKERS), "billing.claim_paid_otherwise": Row(CARETAKERS), "billing.pay": Row(SIDES | OPERATORS),
    "billing.pay_go": Row(APPROVERS & BINDING), "billing.start_payment": Row(APPROVERS & BINDING),
    "billing.payment_return": Row(SIDES | OPERATORS), "billing.payment_cancelled": Row(SIDES | OPERATORS),
    "billing.payout_account": Row(INFLUENCERS), "billing.start_onboarding": Row(INFLUENCERS),
    "billing.onboarding_go": Row(INFLUENCERS), "billing.onboarding_return": Row(INFLUENCERS),
    # influencers and listings
    "influencers.profile": Row(None, is_shared=True),
    "influencers.own_profile": Row(INFLUENCERS), "influencers.save_profile": Row(INFLUENCERS),
    "influencers.set_listed": Row(INFLUENCERS), "influencers.own_channels": Row(INFLUENCERS),
    "influencers.add_channel": Row(INFLUENCERS), "influencers.change_channel": Row(INFLUENCERS),
    "influencers.request_proof": Row(INFLUENCERS),
    "influencers.add_figure": Row(INFLUENCERS), "influencers.set_audience": Row(INFLUENCERS),
    "influencers.own_posts": Row(INFLUENCERS), "influencers.add_post": Row(INFLUENCERS),
    "influencers.own_calendar": Row(INFLUENCERS), "influencers.add_busy_period": Row(INFLUENCERS),
    "influencers.remove_busy_period": Row(INFLUENCERS), "specialists.own_specialism": Row(INFLUENCERS),
    "authenticity.own_authenticity": Row(INFLUENCERS), "authenticity.contest": Row(INFLUENCERS),
    "formulas.how_ranking_works": EVERYONE,
    "listings.market": Row(SIGNED_IN), "listings.listing": Row(SIGNED_IN, is_shared=True),
    "listings.own_listings": Row(INFLUENCERS & STARTING), "listings.new_listing": Row(INFLUENCERS & STARTING),
    "listings.create_listing": Row(INFLUENCERS & STARTING), "listings.edit_listing": Row(INFLUENCERS & STARTING),
    "listings.save_listing": Row(INFLUENCERS & STARTING), "listings.act_on_listing": Row(INFLUENCERS & STARTING),
    "listings.preview_price": Row(INFLUENCERS & STARTING),
    # operators and the authors of what they decide
    "specialists.fame": Row(OPERATORS), "authenticity.operate_authenticity": Row(OPERATORS),
    "formulas.operate_formulas": Row(OPERATORS), "formulas.version": Row(OPERATORS), "formulas.draft": Row(ADMINS),
    "formulas.try_version": Row(ADMINS), "formulas.switch": Row(ADMINS),
    "topics.operate_topics": Row(OPERATORS), "topics.new": Row(ADMINS), "topics.look": Row(ADMINS), "topics.add": Row(ADMINS),
    "topics.retire": Row(ADMINS), "topics.confirm_retire": Row(ADMINS), "topics.build": Row(ADMINS),
    "moderation.queue": Row(OPERATORS), "moderation.case": Row(OPERATORS), "moderation.close_alarm": Row(MODERATORS), "moderation.claim": Row(MODERATORS),
    "moderation.release": Row(MODERATORS), "moderation.decide": Row(MODERATORS),
    "moderation.accounts": Row(SUSPENDERS), "moderation.account": Row(SUSPENDERS), "moderation.decide_account": Row(SUSPENDERS),
    "moderation.appeals": Row(OPERATORS), "moderation.appeal_case": Row(OPERATORS),
    "moderation.answer_appeal": Row(MODERATORS), "moderation.jobs": Row(OPERATORS),
    "moderation.retry_job": Row(CARETAKERS), "moderation.audit_trail": Row(OPERATORS),
    "moderation.own_decisions": Row(SIDES), "moderation.appeal": Row(SIDES), "moderation.file_appeal": Row(SIDES),
}  # fmt: skip
