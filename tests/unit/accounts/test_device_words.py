"""Devices by the names their owners know."""

import pytest

from marketplace.accounts.device_words import device_name

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"
SAMSUNG = "Mozilla/5.0 (Linux; Android 16; SM-S931B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36"
FIREFOX = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0"


class TestDeviceName:
    @pytest.mark.parametrize(
        ("user_agent", "name"),
        [
            (CHROME, "Chrome on Windows"),
            (CHROME + " Edg/140.0.0.0", "Edge on Windows"),
            (SAFARI, "Safari on iPhone"),
            (SAMSUNG, "Samsung Internet on Android"),
            (FIREFOX, "Firefox on macOS"),
            ("curl/8.5.0", "curl/8.5.0"),
            ("", "Unknown device"),
        ],
    )
    def test_is_browser_and_system(self, user_agent, name):
        assert device_name(user_agent) == name
