"""The link that switches a mail off does that for one person and one topic, and cannot be made up."""

from marketplace.notifications.switching import read_switch_token, switch_token


class TestSwitchToken:
    def test_is_read_back_also_under_an_older_secret(self):
        token = switch_token("old", user_id="u1", topic="fits")
        assert read_switch_token(["new", "old"], token) == ("u1", "fits")

    def test_is_refused_when_anything_of_it_is_another(self):
        token = switch_token("secret", user_id="u1", topic="fits")
        signed = token.rsplit(".", 1)[1]
        for wrong in (
            f"u2.fits.{signed}",
            f"u1.searches.{signed}",
            f"u1.all.{signed}",
            token[:-1],
            "",
            "ü.fits.ü",
        ):
            assert read_switch_token(["secret"], wrong) is None, wrong
        assert read_switch_token(["another"], token) is None
