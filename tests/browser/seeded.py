"""The demo's world for browsers: seeded once for a run, a copy for each worker, and who looks at what in it.

Seeding plays a year of the market, so it is done by the first worker that asks and copied by the others.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine, NullPool, create_engine, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import User
from marketplace.brands.models import Membership
from marketplace.influencers.models import Influencer
from tests.processes import ATHAR
from tests.run_folder import locked, run_folder

INFLUENCERS = 40
SEED_SECONDS = 280


def copy_of_seeded_home(folder: Path) -> Path:
    """Copy the seeded demo into `folder`. DEMO_SEED_FOLDER may name one that was seeded before (`athar demo seed`)."""
    shutil.copytree(os.environ.get("DEMO_SEED_FOLDER") or _seeded_home(), folder)
    return folder


def _seeded_home() -> Path:
    home = run_folder() / "demo-seed"
    with locked("demo-seed"):
        if not (home / "seeded").is_file():
            kept = {name: value for name, value in os.environ.items() if not name.startswith("ATHAR_")}
            ended = subprocess.run(
                [sys.executable, "-c", ATHAR, "demo", "seed", "--influencers", str(INFLUENCERS)],
                check=False,
                env=kept | {"ATHAR_HOME": str(home)},
                capture_output=True,
                text=True,
                timeout=SEED_SECONDS,
            )
            assert ended.returncode == 0, f"the demo cannot be seeded:\n{ended.stdout}\n{ended.stderr}"
    return home


@dataclass(frozen=True)
class DemoSite:
    """A running demo: its address, and its rows to look things up in (read only: it belongs to another process)."""

    address: str
    home: Path

    @contextmanager
    def rows(self) -> Iterator[Session]:
        with Session(self._engine) as session:
            yield session

    @cached_property
    def _engine(self) -> Engine:
        address = f"sqlite:///file:{self.home / 'athar.sqlite3'}?mode=ro&uri=true"
        return create_engine(address, poolclass=NullPool)  # closed with the session


def email_of_brand(session: Session, brand_id: str, role: str = "owner") -> str:
    """The address of a member of the brand."""
    statement = (
        select(User.email)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.brand_id == brand_id, Membership.role == role)
    )
    return str(session.scalars(statement).one())


def email_of_influencer(session: Session, influencer_id: str) -> str:
    """The address of the influencer."""
    statement = (
        select(User.email)
        .join(Influencer, Influencer.user_id == User.id)
        .where(Influencer.id == influencer_id)
    )
    return str(session.scalars(statement).one())
