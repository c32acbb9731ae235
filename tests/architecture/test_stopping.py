"""Servers of a run are stopped at once, also where nobody asks how they ended."""

import subprocess
import sys

from tests.elasticsearch import is_running, kill_group

PARENT = """
import subprocess, sys, time
server = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
print(server.pid, flush=True)
time.sleep(60)
"""


def test_a_server_that_its_parent_never_waits_for_is_gone_when_it_is_killed(tmp_path):
    with subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        server = int(parent.stdout.readline())
        pid_file = tmp_path / "server.pid"
        pid_file.write_text(str(server))
        assert is_running(server)
        kill_group(pid_file)
        assert not is_running(server)
        parent.kill()
