"""Where the embedded index lies on disk: generations, the pointer to the live one, its manifest, and the locks.

`<root>/CURRENT` names the live generation (a folder). Inside it every file only grows, and `manifest.json` says up to
where each one counts. Both are replaced by an atomic rename, so a reader sees one commit or the next, never half of one.
"""

import contextlib
import fcntl
import json
import os
import re
import shutil
import time
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from matching.errors import IndexDamaged, IndexUnavailable

FORMAT_VERSION = 5
REBUILD_ADVICE = "Run `athar index build` to make it anew from the database."
POINTER = "CURRENT"
MANIFEST = "manifest.json"
WRITER_LOCK = "writer.lock"
ARTIFACTS = "artifacts"
_GENERATION_NAME = re.compile(r"g(\d{6,})")


@dataclass(frozen=True, slots=True)
class FileState:
    """How much of a growing file counts, and the CRC-32 of that much."""

    size: int = 0
    checksum: int = 0


@dataclass(frozen=True, slots=True)
class Manifest:
    """One commit: `rows` ever written, `live` of them not replaced or deleted, `total_length` of the live in tenths.

    The first `swept` dead rows have left tantivy. `artifacts` maps a name to its file.
    """

    commit: int = 0
    rows: int = 0
    live: int = 0
    total_length: int = 0
    swept: int = 0
    dimensions: int = 0
    topics: int = 0
    files: dict[str, FileState] = field(default_factory=dict)
    artifacts: dict[str, str] = field(default_factory=dict)


def damaged(path: Path, what: str) -> IndexDamaged:
    return IndexDamaged(f"The search index is damaged ({path.name}: {what}). {REBUILD_ADVICE}")


@contextlib.contextmanager
def disk_errors() -> Iterator[None]:
    """Name what a full or failing disk does: the old commit stays live, the caller may try again."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise IndexUnavailable(
            f"The search index could not be written ({error}); the last good state stays in use. "
            "Check the free space of its folder, then try again."
        ) from error


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def replace_file(path: Path, content: bytes) -> None:
    """Write durably and atomically: the old content or the new one survives any crash."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_manifest(generation: Path, manifest: Manifest) -> None:
    body = json.dumps({"format": FORMAT_VERSION, **asdict(manifest)}, sort_keys=True).encode()
    replace_file(generation / MANIFEST, b"%08x\n" % zlib.crc32(body) + body)


def read_manifest(generation: Path) -> Manifest:
    """Return the last commit of a generation. Raises IndexUnavailable when it is missing or damaged."""
    path = generation / MANIFEST
    try:
        checksum, _, body = path.read_bytes().partition(b"\n")
    except OSError as error:
        raise damaged(path, "cannot be read") from error
    if checksum != b"%08x" % zlib.crc32(body):
        raise damaged(path, "checksum differs")
    values = json.loads(body)
    if values.pop("format") != FORMAT_VERSION:
        raise IndexDamaged(f"The search index was written by another version of Athar. {REBUILD_ADVICE}")
    files = {name: FileState(**state) for name, state in values.pop("files").items()}
    return replace(Manifest(**values), files=files)


def artifact_path(generation: Path, manifest: Manifest, name: str) -> Path | None:
    file_name = manifest.artifacts.get(name)
    return None if file_name is None else generation / ARTIFACTS / file_name


def read_file(path: Path) -> bytes:
    """Return the content of a file whose name ends in its checksum. Raises IndexUnavailable when it is not that."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise damaged(path, "cannot be read") from error
    if path.suffix != f".{zlib.crc32(content):08x}":
        raise damaged(path, "checksum differs")
    return content


def current_generation(root: Path) -> Path:
    """Return the folder of the live generation. Raises IndexUnavailable when there is none."""
    pointer = root / POINTER
    try:
        name = pointer.read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        raise IndexDamaged(f"There is no search index yet. {REBUILD_ADVICE}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise damaged(pointer, "cannot be read") from error
    if not _GENERATION_NAME.fullmatch(name):
        raise damaged(pointer, "names no generation")
    return root / name


def switch_generation(root: Path, generation: Path) -> None:
    replace_file(root / POINTER, f"{generation.name}\n".encode("ascii"))


def create_generation(root: Path) -> Path:
    """Make the folder of a generation not used before; nobody reads it until `switch_generation`."""
    root.mkdir(parents=True, exist_ok=True)
    numbers = [
        int(match.group(1)) for entry in root.iterdir() if (match := _GENERATION_NAME.fullmatch(entry.name))
    ]
    generation = root / f"g{max(numbers, default=0) + 1:06}"
    generation.mkdir()
    return generation


def remove_other_generations(root: Path, live: Path) -> None:
    """Remove what older generations and killed builds left; readers that still map them keep what they mapped."""
    for entry in root.iterdir():
        if entry != live and _GENERATION_NAME.fullmatch(entry.name):
            shutil.rmtree(entry, ignore_errors=True)


@contextlib.contextmanager
def exclusive_lock(path: Path, *, timeout_seconds: float) -> Iterator[None]:
    """Hold an advisory lock between processes; it dies with its holder. Raises IndexUnavailable after the time-out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + timeout_seconds
    with path.open("ab") as stream:
        while True:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > deadline:
                    raise IndexUnavailable(
                        "Another process is writing to the search index; the change will be tried again later."
                    ) from error
                time.sleep(0.01)
        yield
