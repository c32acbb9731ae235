"""A process that writes for ever: `python -m tests.integration.matching_engine.writer_process FOLDER SEED`.

Every commit raises the version of all items of one batch together, so that half a commit would be seen. It prints a line
before and after each commit; the test kills it when it likes.
"""

import sys
from pathlib import Path

from matching.adapters.tantivy import TantivyIndex
from tests.integration.matching_engine.market import make_item

BATCH = 40


def main(folder: str, start: str) -> None:
    index = TantivyIndex(Path(folder))
    version = int(start)
    while True:
        version += 1
        index.upsert(make_item(number, version=version, word=f"v{version}") for number in range(BATCH))
        print(f"writing {version}", flush=True)
        index.refresh()
        print(f"written {version}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
