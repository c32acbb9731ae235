"""What counts as a contact detail, in both scripts, and what does not."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.contact_details import ContactKind, find_contacts

ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
FOUND = [
    (ContactKind.MAIL, "Write to noura.k+ads@mail.example.com please"),
    (ContactKind.MAIL, "noura (at) example (dot) com"),
    (ContactKind.MAIL, "noura at example dot com"),
    (ContactKind.MAIL, "نورة آت دلة دوت كوم"),
    (ContactKind.MAIL, "n o u r a (at) dallah . sa"),
    (ContactKind.PHONE, "صفر خمسة خمسة صفر واحد اثنين ثلاثة أربعة خمسة ستة"),
    (ContactKind.PHONE, "zero five five, one two three, four five six seven"),
    (ContactKind.MAIL, "noura.k at gmail.com"),
    (ContactKind.MAIL, "noura.k @gmail.com"),
    (ContactKind.MAIL, "noura.k @ example.com"),
    (ContactKind.MAIL, "راسلوني على noura [at] example [نقطة] com"),
    (ContactKind.MAIL, "noura\u200b@exam\u200bple.com"),
    (ContactKind.MAIL, "ｎｏｕｒａ＠ｅｘａｍｐｌｅ．ｃｏｍ"),
    (ContactKind.MESSENGER, "https://wa.me/966500000000"),
    (ContactKind.MESSENGER, "see T.ME/noura_k"),
    (ContactKind.MESSENGER, "discord.gg/abcd"),
    (ContactKind.MESSENGER, "tel:1234"),
    (ContactKind.MESSENGER, "Telegram: noura_k"),
    (ContactKind.MESSENGER, "سناب شات: noura.k"),
    (ContactKind.MESSENGER, "واتساب: 0500"),
    (ContactKind.PHONE, "+966 50 000 0000"),
    (ContactKind.PHONE, "+966-(50)-000-0000"),
    (ContactKind.PHONE, "00971 50 000 0000"),
    (ContactKind.PHONE, "0500000000"),
    (ContactKind.PHONE, "050 000 0000"),
    (ContactKind.PHONE, "رقمي 05-0000-0000"),
    (ContactKind.PHONE, "966500000000"),
    (ContactKind.PHONE, "201012345678"),
    (ContactKind.PHONE, "9647701234567"),
    (ContactKind.PHONE, "97333001122 after six"),
    (ContactKind.PHONE, "05\u200b0000\u20600000"),
    (ContactKind.HANDLE, "I am @noura_k everywhere"),
    (ContactKind.HANDLE, "حسابي @noura.k"),
    (ContactKind.HANDLE, "Tag @cold.brew in it"),
]
CLEAN = [
    "",
    "I brew every morning and can start on 2026-11-26 at 09:00.",
    "من 26/11/2026 إلى 30/11/2026",
    "Between 1,000 and 100,000 followers; 1,250,000.50 SAR in all",
    "السعر 20,000 ريال، والموعد 10:30",
    "My last 60 posts had 1200000 views; order 123456789",
    "https://www.instagram.com/p/Cx12_ab/ shows the style",
    "I look at the dots in the picture. Common sense.",
    "I post on WhatsApp and Telegram channels too.",
    "أنشر في سناب شات وواتساب أيضًا",
    "Order at cold-brew.example, or look at the shop.",
    "Meet @ 5 in the shop",
    "12.05.2026, 13.05.2026",
    "Code ATHAR-7K2QXM, 3.5 of 5",
    "CR 1010123456, order 202611270001",
    "سجل تجاري 1010123456، رقم الطلب 1234567890123",
    "Order code 1234567890123, barcode 6281100000017, ISBN 9789953000017",
]


class TestFindContacts:
    @pytest.mark.parametrize(("kind", "text"), FOUND)
    def test_finds_what_can_be_copied_and_dialled(self, kind, text):
        assert find_contacts(text) == (kind,)

    @pytest.mark.parametrize("digits", [ARABIC, PERSIAN])
    @pytest.mark.parametrize("text", [text for kind, text in FOUND if kind is ContactKind.PHONE])
    def test_reads_every_kind_of_digits(self, text, digits):
        assert find_contacts(text.translate(digits)) == (ContactKind.PHONE,)

    @pytest.mark.parametrize("text", CLEAN)
    def test_lets_dates_amounts_counts_and_posts_be(self, text):
        assert find_contacts(text) == ()
        assert find_contacts(text.translate(ARABIC)) == ()

    def test_names_every_kind_once(self):
        text = "ads@brand.example or 050 000 0000, else 0511111111, @brand and t.me/brand"
        assert find_contacts(text) == tuple(ContactKind)

    def test_does_not_join_the_digits_around_what_it_found(self):
        assert find_contacts("050 a@b.example 1234567") == (ContactKind.MAIL,)

    @pytest.mark.parametrize(
        "start",
        [
            "a",
            "a.",
            "a@",
            "a@b.",
            "a at ",
            "x dot ",
            "dot ",
            "a (at) b (dot) ",
            "viber: ",
            "@",
            "0",
            "1",
            "+1 ",
        ],
    )
    def test_takes_no_longer_for_a_letter_of_a_long_text(self, start):
        for text in (start * (20_000 // len(start)), start + " " * 20_000, "a" * 64 + "@" + start * 2_000):
            began = time.process_time()
            find_contacts(text)
            assert time.process_time() - began < 1, "squares would take many seconds"

    @given(st.text())
    def test_reads_anything(self, text):
        find_contacts(text)
