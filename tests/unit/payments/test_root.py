"""The root over the newest hashes of all streams: the same in one pass as over all at once, in one order only."""

import pytest

from payments.ledger import RootDigest, StreamHeads


def root_of(*streams: tuple[str, str]) -> str:
    digest = RootDigest("0" * 64)
    for stream, head in streams:
        digest.add(stream, head)
    return digest.hexdigest()


class TestRootDigest:
    def test_differs_with_every_stream_and_head(self):
        roots = {
            root_of(),
            root_of(("a", "1")),
            root_of(("a", "2")),
            root_of(("b", "1")),
            root_of(("a", "1"), ("b", "1")),
        }
        assert len(roots) == 5

    def test_stays_as_it_is_where_nothing_follows(self):
        digest = RootDigest("0" * 64)
        digest.add("a", "1")
        digest.extend(StreamHeads())
        digest.add("b", "1")
        assert digest.hexdigest() == root_of(("a", "1"), ("b", "1"))

    @pytest.mark.parametrize("second", ["a", "b"])
    def test_refuses_streams_out_of_order(self, second):
        digest = RootDigest("0" * 64)
        digest.add("b", "1")
        with pytest.raises(ValueError, match="does not come after"):
            digest.add(second, "1")
