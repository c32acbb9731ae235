"""Mail through a real SMTP server on this machine."""

from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller

from marketplace.mail import open_mailer
from tests.servers import free_port

MAIL = {"subject": "Hello", "body": "Text\n", "message_id": "<abc@athar>", "language": "en"}


class Postbox:
    """Keeps what is delivered; refuses one recipient."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802  # aiosmtpd's name
        if address.startswith("gone"):
            return "550 nobody here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  # aiosmtpd's name
        self.kept.append(envelope.content)
        return "250 kept"


@pytest.fixture
def postbox():
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    box.url = f"smtp://127.0.0.1:{controller.port}"
    yield box
    controller.stop()


class TestSmtp:
    def test_hands_a_mail_over(self, postbox, tmp_path):
        open_mailer(postbox.url, home=tmp_path, sender="a@example.test").send(
            recipient="b@example.test", **MAIL
        )
        assert [message_from_bytes(each)["Message-ID"] for each in postbox.kept] == ["<abc@athar>"]

    def test_raises_what_makes_the_worker_try_again(self, postbox, tmp_path):
        mailer = open_mailer(postbox.url, home=tmp_path, sender="a@example.test")
        with pytest.raises(OSError, match="nobody here"):
            mailer.send(recipient="gone@example.test", **MAIL)

    def test_raises_when_nobody_listens(self, tmp_path):
        mailer = open_mailer(f"smtp://127.0.0.1:{free_port()}", home=tmp_path, sender="a@example.test")
        with pytest.raises(OSError, match="refused"):
            mailer.send(recipient="b@example.test", **MAIL)
