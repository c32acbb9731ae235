"""The blueprint that the page modules of moderation share, with the words its templates use."""

from flask import Blueprint

from marketplace.moderation.field_words import field_text, field_word, shown_fields
from marketplace.moderation.history_words import act_word, actor_word, audit_subject_word, operator_role_word

blueprint = Blueprint("moderation", __name__)
blueprint.add_app_template_filter(field_word, "field_word")
blueprint.add_app_template_filter(field_text, "field_text")
blueprint.add_app_template_filter(shown_fields, "shown_fields")
for teller in (act_word, actor_word, audit_subject_word, operator_role_word):
    blueprint.add_app_template_global(teller)
