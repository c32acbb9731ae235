"""More than is kept is refused whole, and a search says what it did not look for."""


class TestEvidence:
    def test_with_more_links_than_are_kept_is_refused_whole(self, dispute):
        many = {"links": "\n".join(f"https://video.example.test/{number}" for number in range(21))}
        refused = dispute.influencer.post(f"{dispute.path}/dispute/evidence", many)
        assert (refused.status_code, "Give at most 20 links." in refused.text) == (422, True)
        assert "https://video.example.test/20" in refused.text


class TestWords:
    def test_that_are_not_looked_for_are_named(self, dispute):
        long = "showed " + "x" * 100
        assert "words=xxxxxxx</code>" in dispute.brand.get(f"/disputes/decided?words={long}").text
