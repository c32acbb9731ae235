"""Leaves dead rows behind: the live ones are written into a new generation, which then takes the old one's place."""

import shutil
from pathlib import Path

from matching.adapters import cells
from matching.adapters.tantivy_layout import create_generation, switch_generation
from matching.adapters.tantivy_opener import SnapshotOpener
from matching.adapters.tantivy_snapshot import Snapshot
from matching.adapters.tantivy_writer import GenerationWriter, read_artifact


def replace_by_compacted(root: Path, old: Snapshot) -> None:
    """Switch to a copy without dead rows; hold the writer's lock. Readers that mapped the old one keep it."""
    generation = create_generation(root)
    try:
        with GenerationWriter(generation, None, is_bulk=True) as writer:
            writer.upsert(old.load_live())
            for name in old.manifest.artifacts.keys() - {cells.ARTIFACT}:
                content = read_artifact(old.folder, old.manifest, name)
                if content is not None:
                    writer.store_artifact(name, content)
            writer.commit()
        group_if_large(SnapshotOpener(generation).open())
        switch_generation(root, generation)
    except BaseException:
        shutil.rmtree(generation, ignore_errors=True)
        raise
    shutil.rmtree(old.folder, ignore_errors=True)


def group_if_large(snapshot: Snapshot) -> None:
    """Group the rows of a generation when it is so large that a scan of all would be slow; hold the writer's lock."""
    if cells.wants_grouping(rows=snapshot.manifest.rows, grouped=snapshot.grouped_rows()):
        with GenerationWriter(snapshot.folder, snapshot) as writer:
            writer.store_artifact(cells.ARTIFACT, snapshot.group())
            writer.commit()
