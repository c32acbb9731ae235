"""Where a password is chosen, the page says what makes a good one."""

from tests.functional.accounts.test_accounts import new_browser, sign_up


class TestNewPassword:
    def test_says_how_long_it_is_where_it_is_chosen_and_nowhere_else(self, app, services):
        said = "10 to 128 characters"
        visitor = sign_up(app, services)
        assert said in new_browser(app).get("/sign-up/influencer").text
        assert said in visitor.get("/settings").text
        assert said not in new_browser(app).get("/sign-in").text
