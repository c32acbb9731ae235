"""Leaves dead rows behind: the live ones are written into a new generation, which then takes the old one's place."""

import shutil
from pathlib import Path

from matching.adapters.tantivy_layout import create_generation, switch_generation
from matching.adapters.tantivy_snapshot import Snapshot
from matching.adapters.tantivy_writer import GenerationWriter, read_artifact


def replace_by_compacted(root: Path, old: Snapshot) -> None:
    """Switch to a copy without dead rows; hold the writer's lock. Readers that mapped the old one keep it."""
    generation = create_generation(root)
    try:
        with GenerationWriter(generation, None, is_bulk=True) as writer:
            writer.upsert(old.load_live())
            for name in old.manifest.artifacts:
                content = read_artifact(old.folder, old.manifest, name)
                if content is not None:
                    writer.store_artifact(name, content)
            writer.commit()
        switch_generation(root, generation)
    except BaseException:
        shutil.rmtree(generation, ignore_errors=True)
        raise
    shutil.rmtree(old.folder, ignore_errors=True)
