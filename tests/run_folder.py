"""One folder per test run, shared by all xdist workers: server data, databases, locks, and what tests write (tmp_path).

It lies in memory (/dev/shm) where there is room: PostgreSQL clones a database there twenty times faster than on disk, and
SQLite, which writes through to the disk at every commit of ours, does not wait for one. The controller makes the folder,
passes it on in the environment and removes it when the run ends; `--basetemp=FOLDER` keeps what failing tests wrote.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FOLDER_VARIABLE = "TEST_RUN_FOLDER"  # not ATHAR_...: those are settings, and an unknown one is refused
MEMORY_FOLDER = Path("/dev/shm")
MEMORY_NEEDED_BYTES = 1024**3
_NAME_START = "athar-test-"


def is_worker(config: pytest.Config) -> bool:
    """True in an xdist worker, False in the controller and in a run without xdist."""
    return hasattr(config, "workerinput")


def run_folder() -> Path:
    """The folder of this run, the same in every worker."""
    return Path(os.environ[FOLDER_VARIABLE])


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold the run's lock `name`: of several workers, one does the work and the others find it done."""
    with (run_folder() / f"{name}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def parent_folder() -> Path:
    """Memory when it is large enough, else the usual temporary folder."""
    is_writable = MEMORY_FOLDER.is_dir() and os.access(MEMORY_FOLDER, os.W_OK)
    if is_writable and shutil.disk_usage(MEMORY_FOLDER).free >= MEMORY_NEEDED_BYTES:
        return MEMORY_FOLDER
    return Path(tempfile.gettempdir())


def abandoned_folders() -> list[Path]:
    """Folders of runs whose controller was killed before it could tidy up."""
    return [
        folder
        for folder in parent_folder().glob(f"{_NAME_START}*")
        if folder.name.split("-")[2].isdigit() and not Path(f"/proc/{folder.name.split('-')[2]}").exists()
    ]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if is_worker(config):
        return
    folder = tempfile.mkdtemp(prefix=f"{_NAME_START}{os.getpid()}-", dir=parent_folder())
    os.environ[FOLDER_VARIABLE] = folder
    if config.option.basetemp is None:  # workers are given folders in it
        config.option.basetemp = Path(folder) / "tmp"


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if not is_worker(config):
        shutil.rmtree(run_folder(), ignore_errors=True)
