"""A live post lies on the platform it was agreed for, as far as its host tells."""

import pytest

from marketplace.bookings.post_address import check_platform
from marketplace.bookings.refusals import LinkNotUsable


def refuses(address: str, platform: str) -> bool:
    try:
        check_platform(address, platform=platform, field="url")
    except LinkNotUsable as error:
        return set(error.fields) == {"url"}
    return False


class TestAddress:
    @pytest.mark.parametrize(
        ("address", "platform"),
        [
            ("https://tiktok.com/@x/video/1", "instagram"),
            ("https://VM.TikTok.com/1", "instagram"),
            ("https://www.instagram.com./reel/1/", "tiktok"),
            ("https://youtu.be/1", "x"),
        ],
    )
    def test_of_another_platform_is_refused_beside_its_field(self, address, platform):
        assert refuses(address, platform)

    @pytest.mark.parametrize(
        ("address", "platform"),
        [
            ("https://www.instagram.com/reel/1/", "instagram"),
            ("https://mobile.twitter.com/a/status/1", "x"),
            ("https://video.example.test/draft", "instagram"),
            ("https://tiktok.com.example/1", "instagram"),
            ("https://nottiktok.com/1", "instagram"),
            ("https://www.youtube.com/watch?v=1", "podcast"),
            ("https://[::1]/1", "instagram"),
        ],
    )
    def test_of_its_own_platform_or_of_an_unknown_host_passes(self, address, platform):
        assert not refuses(address, platform)
