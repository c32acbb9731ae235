"""Processes of their own for tests of races and crashes, forked from a server that has imported what they run.

Starting Python and importing the application costs two to four seconds of processor a process; a fork costs
milliseconds, and is as real to kill. A process has one such server, hence one list for all tests.
"""

import multiprocessing

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    [
        "tests.faults.children",
        "tests.faults.sandbox_process",
        "tests.faults.site_children",
        "tests.integration.documents.numbers",
        "tests.integration.payments.processes",
        "tests.integration.worker.worker_process",
    ]
)
