"""Mail as it leaves: one stable Message-ID, no smuggled headers, whatever the way out is."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from marketplace.mail import UnknownMailAddress, compose, open_mailer

MAIL = {
    "recipient": "noura@example.test",
    "subject": "وصلك عرض\nBcc: everyone@example.test",
    "body": "مرحبا نورة،\n\nhttp://localhost/x\n",
    "message_id": "<abc@athar>",
    "language": "ar",
}


def parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


class TestCompose:
    def test_keeps_a_subject_on_one_line(self):
        mail = parsed(compose(sender="Athar <no-reply@localhost>", **MAIL).as_bytes())
        assert mail["Bcc"] is None
        assert mail["Subject"] == "وصلك عرض Bcc: everyone@example.test"
        assert (mail["Message-ID"], mail["Content-Language"]) == ("<abc@athar>", "ar")
        assert mail.get_content() == MAIL["body"]

    def test_writes_what_mail_programs_read_as_it_was_given(self):
        subject = "Nasma Tea — دفعة \u2068SAR 1,900\u2069 " + "وصلت " * 30
        told = MAIL | {"subject": subject, "recipient": "نورة <noura@example.test>"}
        written = compose(sender="Athar <no-reply@localhost>", **told)
        for content in (written.as_bytes(), written.as_string().encode()):
            mail = parsed(content)
            assert mail["Subject"] == subject.strip()
            assert [each.addr_spec for each in mail["To"].addresses] == ["noura@example.test"]
            head = content.split(b"\n\n")[0]
            assert head.isascii()
            assert max(len(line) for line in head.splitlines()) <= 78

    def test_offers_to_stop_what_can_be_stopped(self):
        def headers(**options):
            mail = parsed(compose(sender="a@localhost", **MAIL, **options).as_bytes())
            return mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"]

        long = f"athar.example/mail/off/{'x' * 160}"
        assert headers() == (None, None)
        assert headers(stop_address=f"https://{long}") == (f"<https://{long}>", "List-Unsubscribe=One-Click")
        assert headers(stop_address=f"http://{long}") == (f"<http://{long}>", None)

    def test_leaves_a_long_address_whole_as_mail_programs_read_it(self):
        address = f"https://athar.example/mail/off/{'x' * 160}"
        mail = compose(sender="a@localhost", **MAIL, stop_address=address)
        assert f"\nList-Unsubscribe: <{address}>\n".encode() in mail.as_bytes()
        assert f"\nList-Unsubscribe: <{address}>\n" in mail.as_string()


class TestFolder:
    def test_holds_one_file_for_a_mail_however_often_it_is_sent(self, tmp_path):
        mailer = open_mailer("file:", home=tmp_path, sender="a@localhost")
        for _time in range(2):
            mailer.send(**MAIL)
        files = list((tmp_path / "mail").iterdir())
        assert len(files) == 1
        assert parsed(files[0].read_bytes())["To"] == MAIL["recipient"]


class TestConsole:
    def test_prints_the_mail(self, tmp_path, capsys):
        open_mailer("console:", home=tmp_path, sender="a@localhost").send(**MAIL)
        assert "Message-ID: <abc@athar>" in capsys.readouterr().out


class TestOpenMailer:
    @pytest.mark.parametrize("url", ["pigeon://x", "", "smtp"])
    def test_refuses_what_it_does_not_know(self, tmp_path, url):
        with pytest.raises(UnknownMailAddress, match="ATHAR_MAIL_URL"):
            open_mailer(url, home=tmp_path, sender="a@localhost")
