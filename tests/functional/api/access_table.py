"""Who may make which call of the API, by the name of its operation: written by hand, so that a change is seen."""

from marketplace.accounts.domain import BrandRole, OperatorRole, UserKind

OWNER, APPROVER, BUYER = BrandRole.OWNER, BrandRole.APPROVER, BrandRole.BUYER
INFLUENCER = UserKind.INFLUENCER
ADMIN, SENIOR, FINANCE = OperatorRole.ADMIN, OperatorRole.SENIOR, OperatorRole.FINANCE
MODERATOR, READER = OperatorRole.MODERATOR, OperatorRole.READER

OPERATORS = frozenset({ADMIN, SENIOR, FINANCE, MODERATOR, READER})
BRAND = frozenset({OWNER, APPROVER, BUYER})
BINDS_BRAND = frozenset({OWNER, APPROVER})
SIDES = BRAND | {INFLUENCER}
EVERYBODY = SIDES | OPERATORS
ROLES = sorted(EVERYBODY)

_CALLS: dict[frozenset[str], str] = {
    EVERYBODY: """
        list_applications list_bookings list_invitations list_market list_own_notices preview_price read_notices
        show_application show_booking show_booking_money show_booking_results show_calibration show_invitation
        show_market_listing show_me show_profile show_quote
    """,
    SIDES: "file_appeal list_own_decisions send_message show_own_decision",
    SIDES
    | {FINANCE, ADMIN}: "list_documents list_money show_brand_tax_status show_document show_own_tax_status",
    BINDS_BRAND | {INFLUENCER}: """
        accept_cancellation accept_ruling add_evidence appeal_ruling cancel_booking open_contest refund_overdue
    """,
    BRAND | OPERATORS: "list_brand_members list_own_briefs show_brief show_member show_own_brand show_report",
    BRAND: """
        change_brief change_saved_search choose_basket correct_matches create_brief delete_saved_search invite_basket
        list_facets list_matches list_saved_searches open_saved_search run_matches save_search send_invitation
        shortlist_application show_basket show_basket_outcome show_newest_run show_receipt show_saved_search
        withdraw_invitation
    """,
    BINDS_BRAND: """
        accept_quote approve_submission close_brief confirm_publication deny_post find_post_live list_orders pause_brief
        place_order quote_application quote_invitation refuse_application refuse_publication report_taken_down
        request_changes resume_brief show_order show_payment start_payment submit_brief take_back_brief withdraw_brief
        withdraw_order
    """,
    frozenset({OWNER}): "change_member change_own_brand invite_member remove_member state_brand_tax_status",
    OPERATORS | {INFLUENCER}: "list_open_briefs show_open_brief",
    frozenset({INFLUENCER}): """
        accept_invitation accept_order add_channel add_post apply_to_brief change_channel change_own_profile
        consent_to_listing create_listing decline_invitation decline_order declare_audience declare_figure
        hand_in_result list_own_channels list_own_listings list_posts_of_own pause_listing request_channel_proof
        resume_listing save_calendar save_listing show_calendar show_own_channel show_own_listing show_own_post
        show_own_profile show_payout_account show_post start_onboarding state_own_tax_status submit_listing
        submit_publication submit_work take_back_listing withdraw_application withdraw_consent
    """,
    OPERATORS: """
        list_appeals list_approvals list_audit_trail list_cases list_disputes list_fee_policies list_formulas
        list_parked_jobs list_policies list_topics list_unusual_figures show_appeal show_approval show_case show_formula
        show_jobs show_topic_build
    """,
    frozenset({ADMIN, SENIOR, MODERATOR}): """
        answer_appeal claim_case close_alarm decide_case release_case report_found_gone restore_post rule_contest
    """,
    frozenset({ADMIN, SENIOR, MODERATOR, FINANCE}): "approve_act refuse_act withdraw_act",
    frozenset({ADMIN, SENIOR}): "list_accounts restore_account show_account suspend_account",
    frozenset({ADMIN, SENIOR, FINANCE}): """
        ask_call_again freeze_booking list_calls list_claims list_disputed_payments list_waiting_money recover_claim
        retry_parked_job retry_waiting_money show_booking_ledger show_call show_chargeback show_claim
        submit_chargeback_evidence unfreeze_booking
    """,
    frozenset({ADMIN, FINANCE}): "list_account_balances show_ledger show_statement verify_books",
    frozenset({ADMIN}): """
        add_topic ask_topic_build draft_formula preview_topic retire_topic switch_formula try_formula
    """,
}
ROLES_OF = {name: roles for roles, names in _CALLS.items() for name in names.split()}
