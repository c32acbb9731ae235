import re

from marketplace.notifications.sentences import SENTENCES

#: names of a brand and of a channel, not of something that somebody wrote
OF_NAMES = {"moderation.approved_brand", "moderation.approved_channel"}


class TestSentences:
    def test_quote_the_titles_that_people_wrote(self):
        texts = {kind: str(sentence.text) for kind, sentence in SENTENCES.items() if kind not in OF_NAMES}
        quoted = {kind for kind, text in texts.items() if "“%(title)s”" in text}
        assert quoted
        assert {kind for kind, text in texts.items() if re.search(r"(?<!“)%\(title\)s", text)} == set()
