"""A live post lies on the platform it was agreed for, as its host tells."""

import pytest

from marketplace.bookings.post_address import check_platform
from marketplace.bookings.refusals import LinkNotUsable
from marketplace.influencers.domain import Platform


def refusal(address: str, platform: str) -> str:
    try:
        check_platform(address, platform=platform, field="url")
    except LinkNotUsable as error:
        return str(error.fields["url"])
    return ""


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
        assert refusal(address, platform)

    @pytest.mark.parametrize(
        "address",
        [
            "https://evil.example/reel/1/",
            "https://instagram.com.evil.example/1",
            "https://notinstagram.com/1",
            "https://instagram.com@evil.example/1",
            "https://evil.example/instagram.com",
            "https://[::1]/1",
            "https://localhost/1",
        ],
    )
    def test_of_a_host_nobody_knows_is_refused_with_what_is_taken(self, address):
        assert "https://instagram.com / https://instagr.am" in refusal(address, "instagram")

    def test_that_leads_anywhere_proves_nothing(self):
        assert refusal("https://t.co/abc", "x")

    @pytest.mark.parametrize(
        ("address", "platform"),
        [
            ("https://www.instagram.com/reel/1/", "instagram"),
            ("https://instagr.am/p/1", "instagram"),
            ("https://vm.tiktok.com/1", "tiktok"),
            ("https://youtu.be/1", "youtube"),
            ("https://t.snapchat.com/1", "snapchat"),
            ("https://mobile.twitter.com/a/status/1", "x"),
            ("https://www.youtube.com/watch?v=1", "podcast"),
            ("https://anybody.example/article", "blog"),
        ],
    )
    def test_of_its_own_platform_passes_short_links_too(self, address, platform):
        assert not refusal(address, platform)

    def test_of_a_platform_with_hosts_is_always_looked_at(self):
        anywhere = {name for name in Platform if not refusal("https://evil.example/1", name)}
        assert anywhere == {Platform.PODCAST, Platform.BLOG}
