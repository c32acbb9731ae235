"""Settings: every bad value is named with what to do, secrets never show, production refuses what is meant for a demo."""

import pytest

from marketplace.settings import BadSettings, read_settings

SECRET = "s" * 40
PRODUCTION = {
    "ATHAR_MODE": "production",
    "ATHAR_SECRET_KEY": SECRET,
    "ATHAR_PAYMENTS": "stripe",
    "ATHAR_STRIPE_API_KEY": "sk_live_1",
    "ATHAR_STRIPE_WEBHOOK_SECRETS": "whsec_1",
    "ATHAR_STRIPE_COUNTRY": "AE",
    "ATHAR_BASE_URL": "https://athar.example",
    "ATHAR_DATABASE_URL": "postgresql+psycopg://athar:pass@db/athar",
    "ATHAR_RATE_LIMIT_URL": "redis://:pass@cache/1",
    "ATHAR_COMPANY_NAME": "Athar Trading LLC",
    "ATHAR_COMPANY_ADDRESS": "1 Example Street, Dubai",
    "ATHAR_COMPANY_COUNTRY": "AE",
}


@pytest.fixture
def home(tmp_path):
    return {"ATHAR_HOME": str(tmp_path)}


class TestReadSettings:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("MODE", "live"), ("PAYMENTS", "cash"), ("DEFAULT_LANGUAGE", "fr"), ("PORT", "80x"), ("PORT", "-1"),
            ("PORT", "0"), ("PORT", "70000"), ("PORT", "٨٠"), ("DEBUG", "maybe"), ("LOG_LEVEL", "loud"),
            ("ARGON2_COST", "free"), ("ENCODER_THREADS", "0"), ("MAIL_URL", "pigeon://x"), ("BASE_URL", "athar.example"),
            ("DATABASE_URL", "mysql://x"), ("UPLOAD_BYTES_MAX", "0"), ("UPLOAD_BYTES_MAX", "999999999999"),
            ("TRUSTED_PROXIES", "one"), ("STRIPE_ACCOUNTS", "v3"), ("NO_SUCH_SETTING", "1"), ("SECRET_KEY_FILE", "/no/such/file"),
        ],
    )  # fmt: skip
    def test_names_a_bad_value_and_says_what_to_do(self, home, name, value):
        with pytest.raises(BadSettings) as refused:
            read_settings(home | {f"ATHAR_{name}": value})
        line = next(line for line in str(refused.value).splitlines() if f"ATHAR_{name}" in line)
        assert len(line.split(": ", 1)[1]) > 10

    def test_names_all_problems_at_once(self, home):
        with pytest.raises(BadSettings) as refused:
            read_settings(home | {"ATHAR_MODE": "live", "ATHAR_PORT": "x", "ATHAR_OLD": "1"})
        assert len(str(refused.value).splitlines()) == 4

    def test_wants_the_keys_of_stripe_with_stripe(self, home):
        with pytest.raises(BadSettings, match="ATHAR_STRIPE_API_KEY"):
            read_settings(home | {"ATHAR_PAYMENTS": "stripe"})

    @pytest.mark.parametrize(("mode", "key"), [("test", "sk_live_1"), ("demo", "rk_live_1")])
    def test_refuses_real_money_outside_production(self, home, mode, key):
        changes = {"ATHAR_MODE": mode, "ATHAR_STRIPE_API_KEY": key}
        with pytest.raises(BadSettings, match="ATHAR_STRIPE_API_KEY"):
            read_settings(PRODUCTION | home | changes)

    @pytest.mark.parametrize("country", ["", "ae", "UAE"])
    def test_wants_the_country_of_the_platforms_account(self, home, country):
        with pytest.raises(BadSettings, match="ATHAR_STRIPE_COUNTRY"):
            read_settings(PRODUCTION | home | {"ATHAR_STRIPE_COUNTRY": country})

    @pytest.mark.parametrize("secrets", ["a,b@soon", "a,b@2026-13-01", "a,b,c", "a b", "@2026-12-01"])
    @pytest.mark.parametrize("name", ["WEBHOOK_SECRETS", "CONNECT_WEBHOOK_SECRETS", "THIN_WEBHOOK_SECRETS"])
    def test_refuses_secrets_that_nobody_can_read(self, home, name, secrets):
        with pytest.raises(BadSettings, match=f"ATHAR_STRIPE_{name}: "):
            read_settings(PRODUCTION | home | {f"ATHAR_STRIPE_{name}": secrets})

    def test_takes_two_secrets_while_one_is_replaced(self, home):
        secrets = "whsec_new, whsec_old@2026-12-01"
        read = read_settings(PRODUCTION | home | {"ATHAR_STRIPE_WEBHOOK_SECRETS": secrets})
        assert read.stripe_webhook_secrets == secrets

    @pytest.mark.parametrize(
        ("name", "value"), [("NAME", " "), ("ADDRESS", ""), ("COUNTRY", ""), ("COUNTRY", "uae")]
    )
    def test_wants_to_know_who_issues_invoices_in_production(self, home, name, value):
        with pytest.raises(BadSettings, match=f"ATHAR_COMPANY_{name}: "):
            read_settings(PRODUCTION | home | {f"ATHAR_COMPANY_{name}": value})
        assert read_settings(home | {f"ATHAR_COMPANY_{name}": value}).mode == "demo"

    def test_refuses_play_money_in_production(self, home):
        with pytest.raises(BadSettings, match="ATHAR_STRIPE_API_KEY"):
            read_settings(PRODUCTION | home | {"ATHAR_STRIPE_API_KEY": "sk_test_1"})

    def test_ignores_what_is_not_ours(self, home):
        assert read_settings(home | {"PATH": "/bin", "ATHAR_EVAL_DIR": "x"}).mode == "demo"

    def test_reads_a_value_from_a_file(self, home, tmp_path):
        (tmp_path / "key").write_text(f"{SECRET}\n")
        assert read_settings(home | {"ATHAR_SECRET_KEY_FILE": str(tmp_path / "key")}).secret_key == SECRET

    def test_refuses_a_file_that_is_no_text(self, home, tmp_path):
        (tmp_path / "key").write_bytes(b"\xff\xfe\x00")
        with pytest.raises(BadSettings, match="ATHAR_SECRET_KEY_FILE"):
            read_settings(home | {"ATHAR_SECRET_KEY_FILE": str(tmp_path / "key")})

    def test_keeps_one_secret_for_a_home_where_only_its_owner_reads_it(self, home, tmp_path):
        first, second = (read_settings(home).secret_key for _start in range(2))
        assert first == second
        assert len(first) > 40
        assert (tmp_path / "secret").stat().st_mode & 0o077 == 0

    def test_puts_everything_into_the_home(self, home, tmp_path):
        settings = read_settings(home)
        places = (settings.database_url, settings.queue_url, settings.storage_url)
        assert all(str(tmp_path) in place for place in places)


class TestProduction:
    def test_starts_when_everything_is_set(self, home):
        settings = read_settings(home | PRODUCTION)
        assert settings.has_secure_cookies
        assert not settings.is_demo

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("SECRET_KEY", "short"), ("SECRET_KEY", ""), ("PAYMENTS", "sandbox"), ("DEBUG", "true"),
            ("BASE_URL", "http://athar.example"), ("DATABASE_URL", ""), ("RATE_LIMIT_URL", "memory://"),
            ("ARGON2_COST", "low"),
        ],
    )  # fmt: skip
    def test_refuses_what_is_meant_for_a_demo(self, home, name, value):
        with pytest.raises(BadSettings, match=f"ATHAR_{name}"):
            read_settings(home | PRODUCTION | {f"ATHAR_{name}": value})


class TestMasked:
    def test_shows_no_secret(self, home):
        shown = read_settings(home | PRODUCTION | {"ATHAR_SECRET_KEY_FALLBACKS": "older-secret"}).masked()
        text = str(shown)
        assert not [each for each in (SECRET, "sk_live_1", "whsec_1", "pass", "older-secret") if each in text]
        assert shown["database_url"] == "postgresql+psycopg://***@db/athar"
        assert shown["base_url"] == "https://athar.example"
