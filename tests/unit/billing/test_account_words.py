"""What the provider asks for, in words: the same for its first API and its second."""

import pytest

from marketplace.billing.account_words import OTHER, requirement_words


class TestRequirementWords:
    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("external_account", "configuration.recipient.default_outbound_destination"),
            ("individual.first_name", "identity.individual.given_name"),
            ("individual.dob.day", "identity.individual.date_of_birth"),
            ("individual.id_number", "identity.individual.id_numbers"),
            ("tos_acceptance.date", "identity.attestations.terms_of_service.account"),
            ("company.tax_id", "identity.business_details.id_numbers"),
        ],
    )
    def test_are_the_same_in_both_apis(self, first, second):
        assert requirement_words([first]) == requirement_words([second])
        assert requirement_words([first])[0].thing != str(OTHER)

    def test_name_each_thing_once_and_say_what_to_do(self):
        missing = requirement_words(["individual.dob.day", "individual.dob.month", "external_account"])
        assert [each.thing for each in missing] == ["Your date of birth", "Your bank account"]
        assert "IBAN" in missing[1].step

    def test_have_words_for_what_nobody_foresaw(self):
        assert requirement_words(["invented.later"])[0].thing == str(OTHER)
