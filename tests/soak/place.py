"""Where a soak runs: one folder, one database, one clock and three ports, known to every process by the same JSON file."""

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Self

from marketplace.services import Services
from marketplace.settings import Settings
from marketplace.wiring import build_services
from payments.adapters.stripe import connect, make_http_client
from payments.money import CURRENCIES
from payments.sandbox.settings import SandboxSettings, WebhookEndpoint
from payments.webhooks import events_of
from tests.application import test_settings
from tests.builders.payments.desk import CONNECT_SECRET, KEY, SECRET
from tests.faults.shared_clock import SharedClock

INLINE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Place:
    """Ports stay the same when their process dies and comes back."""

    folder: str
    database_url: str
    web_ports: tuple[int, ...]
    sandbox_port: int

    @classmethod
    def read(cls, path: Path) -> Self:
        plain = json.loads(path.read_text(encoding="utf-8"))
        return cls(**plain | {"web_ports": tuple(plain["web_ports"])})

    def write(self) -> Path:
        path = Path(self.folder) / "place.json"
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")
        return path

    @property
    def provider(self) -> str:
        return f"http://127.0.0.1:{self.sandbox_port}"

    def clock(self) -> SharedClock:
        return SharedClock(Path(self.folder) / "clock")

    def settings(self) -> Settings:
        """A site on Stripe's settings, whose provider is the sandbox in a process of its own."""
        return test_settings(
            self.database_url,
            Path(self.folder),
            base_url=f"http://127.0.0.1:{self.web_ports[0]}",
            payments="stripe",
            stripe_api_key=KEY,
            stripe_country="AE",
            stripe_currencies=",".join(CURRENCIES),
            stripe_webhook_secrets=SECRET,
            stripe_connect_webhook_secrets=CONNECT_SECRET,
            mail_url="file:",
            log_level="critical",
        )

    def services(self) -> Services:
        """What web and worker run on: Stripe's client over the network, to the sandbox."""
        services = build_services(self.settings(), clock=self.clock(), has_search=False)
        return replace(
            services,
            gateway=self._gateway(),
            inline_gateway=self._gateway(retries=0, read_seconds=INLINE_SECONDS),
        )

    def _gateway(self, *, retries: int = 2, read_seconds: int = 20) -> Any:
        client = make_http_client(connect_seconds=2, read_seconds=read_seconds)
        return connect(api_key=KEY, http_client=client, retries=retries, address=self.provider)

    def sandbox(self) -> SandboxSettings:
        """The provider: it tells the first web process, and again later when that one is dead."""
        home = f"http://127.0.0.1:{self.web_ports[0]}/webhooks/stripe"
        return SandboxSettings(
            database_path=Path(self.folder) / "sandbox.sqlite3",
            public_url=self.provider,
            clock=self.clock(),
            api_keys=(KEY,),
            endpoints=(
                WebhookEndpoint(
                    name="platform",
                    secret=SECRET,
                    url=f"{home}/platform",
                    enabled_events=events_of("platform"),
                ),
                WebhookEndpoint(
                    name="connect",
                    secret=CONNECT_SECRET,
                    is_connect=True,
                    url=f"{home}/connect",
                    enabled_events=events_of("connect"),
                ),
            ),
        )
