"""What a brief says around its subject hardly counts, and what the company makes stays."""

import numpy as np
import pytest

from matching.adapters.use_encoder import UseEncoder
from matching.background import divide, judge_by
from matching.criteria import SearchCriteria
from matching.lexicon import EMPTY_LEXICON
from matching.queries import understand
from matching.topics import load_topic_space

#: one worker builds what the file shares
pytestmark = pytest.mark.xdist_group("encoder")

ENCODER = UseEncoder()
TOPICS = load_topic_space(ENCODER)
JUDGE = judge_by(ENCODER, TOPICS)

SUBJECTS = {
    "en": "We are looking for cooks who publish recipes.",
    "ar": "نبحث عن طهاة ينشرون وصفات.",
}
AROUND = [
    ("en", "We are a family business founded in 1987 in Riyadh, with 40 branches."),
    ("en", "We won the Best Regional Brand award in 2023."),
    ("en", "Our mission is to bring quality and trust to every home."),
    ("en", "Dear Sir or Madam, I hope this email finds you well."),
    ("en", "All content must comply with local law, and a valid licence is required."),
    ("en", "Payment is made by bank transfer within 30 days of the invoice."),
    ("en", "Kind regards,\nRana Aziz\nSenior Account Manager"),
    ("en", "We exist to enrich lives."),
    ("en", "A jury of experts honoured us with the gold medal for excellence."),
    ("en", "You will get your money two weeks after we accept the work."),
    ("en", "Registration is open until Thursday evening."),
    ("ar", "نحن شركة عائلية تأسست عام ١٩٨٧ في الرياض، ولدينا ٤٠ فرعًا."),
    ("ar", "حصلنا على جائزة أفضل علامة إقليمية عام ٢٠٢٣."),
    ("ar", "رسالتنا أن نصل بالجودة والثقة إلى كل بيت."),
    ("ar", "السادة الكرام، تحية طيبة وبعد،"),
    ("ar", "حنا شركة سعودية صار لنا عشر سنين بالسوق."),
    ("ar", "يتم الدفع بتحويل بنكي خلال ٣٠ يومًا من الفاتورة."),
    ("ar", "شكرًا لوقتكم ونتطلع إلى شراكة طويلة."),
    ("ar", "وُجدنا لنثري حياة الناس."),
    ("ar", "كرمتنا لجنة من الخبراء بالميدالية الذهبية للتميز."),
    ("ar", "تستلمون أتعابكم بعد أسبوعين من قبول العمل."),
    ("ar", "يجب أن يكون عمر المشارك فوق ١٨ سنة وأن يحمل تصريح معلن."),
]


def wanted(text):
    return divide(text, JUDGE).wanted


class TestDivide:
    @pytest.mark.parametrize(("language", "around"), AROUND)
    def test_keeps_only_the_subject(self, language, around):
        subject = SUBJECTS[language]
        assert wanted(f"{subject}\n{around}") == subject
        if "regards" not in around:
            assert wanted(f"{around} {subject}") == subject

    @pytest.mark.parametrize(
        ("text", "made"),
        [
            ("We sell organic baby food and look for mothers in Riyadh.", "organic baby food"),
            ("We are an organic baby food brand founded in 2010. We want mothers.", "organic baby food"),
            ("Award-winning olive oil, 3 branches. Looking for cooks.", "olive oil"),
            ("I am writing on behalf of our client, an oat milk brand. We need baristas.", "oat milk"),
            ("My name is Sara, we make handmade soap. We want beauty bloggers.", "handmade soap"),
            ("نبيع أغذية أطفال عضوية ونبحث عن أمهات.", "أغذية أطفال عضوية"),
            ("شركة عطور تأسست عام ١٩٩٥ في الرياض. نبحث عن مهتمين بالجمال.", "عطور"),
            ("أكتب إليكم نيابة عن أحد عملائنا، محمصة قهوة. نحتاج صناع محتوى.", "قهوة"),
        ],
    )
    def test_keeps_what_the_company_makes(self, text, made):
        assert made in wanted(text)

    @pytest.mark.parametrize(
        "text",
        [
            "We are an organic baby food company founded in 1987 in Riyadh.",
            "Payment is made by bank transfer.",
            "Our mission is to help mothers.",
            "شركة عطور عائلية من الرياض.",
            "",
        ],
    )
    def test_counts_all_where_nothing_else_names_a_subject(self, text):
        assert divide(text, JUDGE).aside == ""
        assert all(
            word in wanted(text) for word in text.split() if word in {"baby", "transfer", "mothers", "عطور"}
        )

    def test_does_not_ask_by_meaning_about_a_single_clause(self):
        def never(texts):
            raise AssertionError(texts)

        text = "Someone who repairs old motorcycles"
        assert divide(text, never).wanted == text


class TestUnderstanding:
    def test_moves_little_by_a_letter_around_the_brief(self):
        letter = "Dear team, I hope you are well. {} Thank you for your time. Kind regards, Sara"

        def views(text):
            criteria = SearchCriteria(text=text)
            return understand(criteria, encoder=ENCODER, topics=TOPICS, lexicon=EMPTY_LEXICON).views

        plain, inside = views(SUBJECTS["en"]), views(letter.format(SUBJECTS["en"]))
        assert float(plain.vector @ inside.vector) > 0.95
        assert np.argmax(plain.topics) == np.argmax(inside.topics)
        assert plain.weighted_tokens == inside.weighted_tokens
