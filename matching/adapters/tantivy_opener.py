"""Opens commits for readers while a writer in another process publishes new ones."""

from pathlib import Path

import tantivy

from matching.adapters import tantivy_text as text
from matching.adapters.mapped_files import MappedColumns
from matching.adapters.tantivy_layout import FileState, Manifest, damaged, read_manifest
from matching.adapters.tantivy_snapshot import KeptOfRows, Snapshot
from matching.errors import IndexUnavailable

_ATTEMPTS = 20


class SnapshotOpener:
    """Opens the commits of one generation for one process; remembers which bytes were verified already."""

    def __init__(self, generation: Path) -> None:
        self.generation = generation
        self._index: tantivy.Index | None = None
        self._verified: dict[str, FileState] = {}
        self._verified_segments: set[str] = set()
        self._kept = KeptOfRows(MappedColumns(generation))

    def open(self) -> Snapshot:
        """Open the last commit. Raises IndexUnavailable when it is missing or damaged.

        tantivy may be one commit ahead of the manifest but never two (rows are removed from it one commit after they
        died), so the manifest must be the same before and after its searcher was taken.
        """
        failure: IndexUnavailable | None = None
        for _ in range(_ATTEMPTS):
            manifest = read_manifest(self.generation)
            try:
                searcher = self._take_searcher()
            except IndexUnavailable as error:
                failure = error
                continue
            if read_manifest(self.generation).commit == manifest.commit:
                return self._finish(manifest, searcher)
        raise failure or IndexUnavailable("The search index changes faster than it can be read; try again.")

    def _take_searcher(self) -> tantivy.Searcher:
        """Verify, then open (tantivy panics on some damaged files), then verify what a merge may have added since."""
        folder = self.generation / text.FOLDER
        self._verified_segments = text.verify_folder(folder, self._verified_segments)
        try:
            if self._index is None:
                index = tantivy.Index.open(str(folder))
                index.config_reader("manual")
                self._index = index
            self._index.reload()
            self._verified_segments = text.verify_folder(folder, self._verified_segments)
            return self._index.searcher()
        except (ValueError, OSError) as error:
            self._index = None
            raise damaged(folder, "cannot be opened") from error

    def _finish(self, manifest: Manifest, searcher: tantivy.Searcher) -> Snapshot:
        snapshot = Snapshot(self.generation, manifest, searcher, self._verified, self._kept)
        self._verified = manifest.files
        return snapshot
