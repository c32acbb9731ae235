import pytest
import stripe


class TestCreateAccount:
    def test_begins_without_the_capability(self, world):
        account = world.v1.accounts.create(world.account_params())
        assert (account.capabilities.transfers, account.payouts_enabled) == ("inactive", False)
        assert account.requirements.currently_due
        assert account.requirements.disabled_reason == "requirements.past_due"
        assert account.controller.losses.payments == "application"

    def test_refuses_a_country_that_the_platform_may_not_serve(self, make_world):
        world = make_world(blocked_countries=frozenset({"KW"}))
        with pytest.raises(stripe.InvalidRequestError) as refused:
            world.v1.accounts.create(world.account_params("KW"))
        assert (refused.value.code, refused.value.param) == ("country_unsupported", "country")

    def test_refuses_to_leave_losses_to_the_provider(self, world):
        params = world.account_params()
        params["controller"]["losses"]["payments"] = "stripe"
        with pytest.raises(stripe.InvalidRequestError, match="losses"):
            world.v1.accounts.create(params)

    def test_finds_it_again_by_time(self, world):
        made = world.v1.accounts.create({**world.account_params(), "metadata": {"op": "a1"}})
        found = world.v1.accounts.list({"created": {"gte": world.clock.epoch}}).data
        assert [(account.id, account.metadata["op"]) for account in found] == [(made.id, "a1")]
        assert world.v1.accounts.list({"created": {"gt": world.clock.epoch}}).data == []


class TestCompleteOnboarding:
    def test_activates_transfers_and_tells(self, world):
        account_id = world.account()
        account = world.v1.accounts.retrieve(account_id)
        assert (account.capabilities.transfers, account.requirements.currently_due) == ("active", [])
        assert (account.payouts_enabled, account.details_submitted) == (True, True)
        assert world.connect.types == ["account.updated", "capability.updated"]
        assert {event["account"] for event in world.connect.events} == {account_id}
        assert world.connect.events[0]["data"]["previous_attributes"]["capabilities"] == {
            "transfers": "inactive"
        }

    def test_again_replaces_the_bank_account_and_tells(self, world):
        account_id = world.account()
        before = world.v1.accounts.external_accounts.list(account_id).data
        world.control.complete_onboarding(account_id, bank="refuses")
        after = world.v1.accounts.external_accounts.list(account_id).data
        assert len(before) == len(after) == 1
        assert before[0].fingerprint != after[0].fingerprint
        assert world.connect.types[-1] == "account.external_account.updated"


class TestSetTransfers:
    def test_switches_the_capability_off_and_on(self, world):
        account_id = world.account()
        off = world.control.set_transfers(account_id, is_active=False)
        assert (off["capabilities"]["transfers"], off["requirements"]["disabled_reason"]) == (
            "inactive",
            "platform_paused",
        )
        on = world.control.set_transfers(account_id, is_active=True)
        assert (on["capabilities"]["transfers"], on["payouts_enabled"]) == ("active", True)


class TestDeauthorize:
    def test_takes_the_account_away(self, world):
        account_id = world.account()
        world.control.deauthorize(account_id)
        for call in (lambda: world.v1.accounts.retrieve(account_id), lambda: world.balance(account_id)):
            with pytest.raises(stripe.PermissionError) as refused:
                call()
            assert refused.value.error.code == "account_invalid"  # the client sets no `code` on this class
        assert world.connect.types[-1] == "account.application.deauthorized"
        assert world.connect.events[-1]["account"] == account_id


class TestDelete:
    def test_takes_the_account_away(self, world):
        account_id = world.account()
        assert world.v1.accounts.delete(account_id).deleted
        with pytest.raises(stripe.PermissionError):
            world.v1.accounts.retrieve(account_id)


class TestUpdate:
    def test_changes_what_is_named(self, world):
        account_id = world.account()
        changed = world.v1.accounts.update(
            account_id,
            {"email": "new@example.com", "settings": {"payouts": {"schedule": {"interval": "weekly"}}}},
        )
        assert (changed.email, changed.settings.payouts.schedule.interval) == ("new@example.com", "weekly")
        assert world.connect.types[-1] == "account.updated"


class TestKeys:
    def test_must_be_the_sandboxs_own(self, world):
        client = stripe.StripeClient("sk_test_other", http_client=world.client._requestor._get_http_client())
        with pytest.raises(stripe.AuthenticationError):
            client.v1.balance.retrieve()


class TestAccountLink:
    @pytest.mark.parametrize(
        "changes", [{"type": None}, {"type": "other"}, {"refresh_url": "ftp://x"}, {"account": "acct_x"}]
    )
    def test_refuses_what_it_cannot_use(self, world, changes):
        params = {
            "account": world.account(),
            "type": "account_onboarding",
            "refresh_url": "https://s.example/r",
        }
        sent = {**params, "return_url": "https://s.example/u", **changes}
        with pytest.raises((stripe.InvalidRequestError, stripe.PermissionError)):
            world.v1.account_links.create({name: value for name, value in sent.items() if value})


class TestSecondApi:
    def test_shows_parts_only_when_they_are_asked_for(self, world):
        made = world.client.v2.core.accounts.create(world.account_params_v2())
        assert (made.identity, made.defaults) == (None, None)
        assert made.requirements.summary.minimum_deadline.status == "past_due"
        plain = world.client.v2.core.accounts.retrieve(made.id)
        assert (plain.configuration, plain.requirements) == (None, None)

    def test_makes_the_same_accounts_as_the_first(self, world):
        made = world.client.v2.core.accounts.create(world.account_params_v2())
        world.control.complete_onboarding(made.id)
        assert world.v1.accounts.retrieve(made.id).capabilities.transfers == "active"
        assert world.v1.transfers.create(world.transfer_params(world.paid(), made.id)).destination == made.id

    def test_replays_a_key(self, world):
        ids = {
            world.client.v2.core.accounts.create(world.account_params_v2(), {"idempotency_key": "k"}).id
            for _ in "ab"
        }
        assert len(ids) == 1

    @pytest.mark.parametrize(
        "changes",
        [
            {"include": ["colour"]},
            {"configuration": {}},
            {"defaults": {"responsibilities": {"losses_collector": "stripe"}}},
            {"identity": {"country": "nowhere"}},
            {"colour": "red"},
        ],
    )
    def test_refuses_what_it_does_not_serve(self, world, changes):
        with pytest.raises(stripe.InvalidRequestError):
            world.client.v2.core.accounts.create({**world.account_params_v2(), **changes})
