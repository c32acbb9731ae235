"""A real Elasticsearch for the run: the one at ELASTICSEARCH_URL, else one that is started here.

It is started from ELASTICSEARCH_HOME, else from the server that Maven fetches once (124 MiB, kept in a cache folder outside
the checkout) on a Java of version 21 or newer. The first worker that needs it starts it under a lock; the others read its
address; the controller stops it. It never runs as root: then another user owns its folder.
"""

import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import uuid
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from matching.adapters.elasticsearch_connection import ClusterAddress, Connection
from tests.run_folder import abandoned_folders, is_worker, locked, parent_folder, run_folder
from tests.servers import free_port

VERSION = "9.5.0"
MISSING = (
    "no Elasticsearch: set ELASTICSEARCH_URL or ELASTICSEARCH_HOME, or install Maven and a Java of version 21 "
    "or newer (apt-get install maven openjdk-21-jdk-headless)"
)
LEAST_JAVA = 21
HEAP = "512m"
# For a server that lives for minutes: what the second compiler of Java makes faster is gone before it pays, and it took a third
# of the processor. Servers that are measured or killed (running_cluster) run as they do in production.
_SHORT_LIVED = ("-XX:TieredStopAtLevel=1", "-XX:-UseG1GC", "-XX:+UseSerialGC")
_ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
_FETCH_SECONDS = 280
_START_SECONDS = 180
_STOP_SECONDS = 20
_UNPRIVILEGED = "nobody"


class ServerUnavailable(RuntimeError):
    """This machine has no way to run Elasticsearch; the message says what to install."""


@pytest.fixture(scope="session")
def elasticsearch_server() -> str:
    """The address of the run's Elasticsearch."""
    try:
        return server_url()
    except ServerUnavailable as error:
        pytest.skip(str(error))


@contextmanager
def cluster_connection(url: str, *more: str, **options: Any) -> Iterator[Connection]:
    """Our connection to a server, with a prefix of its own; what begins with it is gone after the block."""
    address = ClusterAddress((url, *more), prefix=f"t{uuid.uuid4().hex[:12]}")
    connection = Connection(address, **options)
    yield connection
    connection.close()
    remove_prefix(url, address.prefix)


def remove_prefix(url: str, prefix: str) -> None:
    """Remove indices and templates of a prefix."""
    names = call(url, "GET", f"/{prefix}-*?features=aliases&expand_wildcards=all")
    if names:
        call(url, "DELETE", f"/{','.join(names)}")
    call(url, "DELETE", f"/_index_template/{prefix}-influencers,{prefix}-files")


def call(url: str, method: str, path: str) -> dict[str, Any]:
    """Ask the server without our adapter; {} when it answers with an error."""
    request = urllib.request.Request(url + path, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            found: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError:
        return {}
    return found


def server_url() -> str:
    """The address of the run's server, which is started when nobody has yet. Raises ServerUnavailable."""
    if given := os.environ.get("ELASTICSEARCH_URL"):
        return given.rstrip("/")
    address_file = run_folder() / "elasticsearch.url"
    with locked("elasticsearch"):
        if not address_file.exists():
            node = _start_single(make_node_folder())
            node.wait_until_ready()
            address_file.write_text(node.url)
    return address_file.read_text()


class Node:
    """One running server with its data in a folder of its own."""

    def __init__(self, folder: Path, name: str, *, http_port: int, transport_port: int) -> None:
        self.folder = folder / name
        self.name = name
        self.url = f"http://127.0.0.1:{http_port}"
        self.transport = f"127.0.0.1:{transport_port}"
        self.http_port, self.transport_port = http_port, transport_port

    def start(self, settings: Mapping[str, object], *, java: Sequence[str] = ()) -> None:
        """Write its configuration, with options for Java beside the size of its heap, and start it as an unprivileged user."""
        home = server_home()
        config = self.folder / "config"
        shutil.copytree(home / "config", config)
        lines = {
            "cluster.name": "athar-tests",
            "node.name": self.name,
            "path.data": self.folder / "data",
            "path.logs": self.folder / "logs",
            "network.host": "127.0.0.1",
            "http.port": self.http_port,
            "transport.port": self.transport_port,
            "xpack.security.enabled": "false",
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            **settings,
        }
        text = "".join(f"{key}: {json.dumps(str(value))}\n" for key, value in lines.items())
        (config / "elasticsearch.yml").write_text(text)
        (config / "jvm.options.d").mkdir(exist_ok=True)
        (config / "jvm.options.d" / "heap.options").write_text(
            "\n".join((f"-Xms{HEAP}", f"-Xmx{HEAP}", *java, ""))
        )
        self._give_away()
        self._launch(home, java_home(), config)

    def _give_away(self) -> None:
        if os.geteuid() == 0:
            user = pwd.getpwnam(_UNPRIVILEGED)
            for path in (self.folder.parent, self.folder, *self.folder.rglob("*")):
                os.chown(path, user.pw_uid, user.pw_gid)

    def _launch(self, home: Path, java: Path, config: Path) -> None:
        is_root = os.geteuid() == 0
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ES_", "JAVA_"))}
        with (self.folder / "output.log").open("ab") as output:
            process = subprocess.Popen(
                [home / "bin" / "elasticsearch"],
                env={
                    **kept,
                    "ES_JAVA_HOME": str(java),
                    "ES_PATH_CONF": str(config),
                    "HOME": str(self.folder),
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                start_new_session=True,
                user=_UNPRIVILEGED if is_root else None,
                group=pwd.getpwnam(_UNPRIVILEGED).pw_gid if is_root else None,
                extra_groups=[] if is_root else None,
            )
        (self.folder.parent / f"{self.name}.pid").write_text(str(process.pid))
        process.returncode = 0  # it outlives this object and perhaps this process; the controller ends it

    def wait_until_ready(self, *, nodes: int = 1) -> None:
        """Return when it answers with that many nodes. Raises AssertionError with what it said."""
        deadline = time.monotonic() + _START_SECONDS
        while True:
            with suppress(OSError):
                path = f"/_cluster/health?wait_for_nodes={nodes}&wait_for_status=yellow&timeout=5s"
                if call(self.url, "GET", path).get("number_of_nodes") == nodes:
                    return
            assert time.monotonic() < deadline, (self.folder / "output.log").read_text()[-4_000:]
            time.sleep(0.2)

    def restart(self) -> None:
        """Start it again with its data."""
        self._launch(server_home(), java_home(), self.folder / "config")

    def kill(self) -> None:
        """End it as a power cut would."""
        kill_group(self.folder.parent / f"{self.name}.pid")


def _start_single(folder: Path) -> Node:
    node = Node(folder, "single", http_port=free_port(), transport_port=free_port())
    node.folder.mkdir()
    node.start({"discovery.type": "single-node"}, java=_SHORT_LIVED)
    return node


def make_node_folder() -> Path:
    """A folder beside the run's, because another user must be able to reach it; removed with the run."""
    start = run_folder().name  # athar-test-<pid>-...: what a killed run leaves is found by it
    folder = Path(tempfile.mkdtemp(prefix=f"{start}-elasticsearch-", dir=parent_folder()))
    folder.chmod(0o755)
    return folder


@contextmanager
def running_cluster(
    size: int, *, java: Sequence[str] = (), own: Mapping[str, object] | None = None
) -> Iterator[list[Node]]:
    """Several nodes on the loopback address that make one cluster, with further options and settings; gone with the block."""
    folder = make_node_folder()
    names = [f"node-{number}" for number in range(size)]
    nodes = [Node(folder, name, http_port=free_port(), transport_port=free_port()) for name in names]
    settings = {
        "discovery.seed_hosts": ",".join(node.transport for node in nodes),
        "cluster.initial_master_nodes": ",".join(names),
        **(own or {}),
    }
    try:
        for node in nodes:
            node.folder.mkdir()
            node.start(settings, java=java)
        nodes[0].wait_until_ready(nodes=size)
        yield nodes
    finally:
        stop_servers(folder)
        shutil.rmtree(folder, ignore_errors=True)


def server_home() -> Path:
    """The unpacked server. Raises ServerUnavailable."""
    if given := os.environ.get("ELASTICSEARCH_HOME"):
        return Path(given)
    home = cache_folder() / f"elasticsearch-{VERSION}"
    if not (home / "bin" / "elasticsearch").exists():
        with tempfile.TemporaryDirectory(prefix="athar-elasticsearch-") as folder:
            _unpack(_fetch(Path(folder)), home)
    return home


def cache_folder() -> Path:
    """Where the server is kept between runs; every user must be able to read it when root runs the tests."""
    if os.geteuid() == 0:
        return Path("/var/tmp/athar-tests")
    return Path(os.environ.get("XDG_CACHE_HOME", "~/.cache")).expanduser() / "athar-tests"


def _fetch(folder: Path) -> Path:
    """Let Maven fetch the server and put it into the folder; returns the archive.

    Where its repository lies is not asked: some Mavens colour that answer even when they were told not to.
    """
    maven = shutil.which("mvn")
    if maven is None:
        raise ServerUnavailable(MISSING)
    java_home()  # say what is missing before 124 MiB are fetched
    command = [maven, "-q", "-B", "dependency:copy", f"-Dartifact={_ARTIFACT}", f"-DoutputDirectory={folder}"]
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_FETCH_SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise ServerUnavailable(f"Maven could not fetch {_ARTIFACT}; {MISSING}") from error
    return folder / f"elasticsearch-{VERSION}.zip"


def _unpack(archive: Path, home: Path) -> None:
    """Unpack beside its place, then rename: two runs may do it at the same time."""
    home.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix="unpacking-", dir=home.parent))
    draft.chmod(0o755)
    with zipfile.ZipFile(archive) as content:
        content.extractall(draft)
        for entry in content.infolist():  # zipfile forgets what is executable
            mode = entry.external_attr >> 16
            if mode:
                (draft / entry.filename).chmod(mode)
    with suppress(OSError):
        (draft / home.name).rename(home)
    shutil.rmtree(draft, ignore_errors=True)


def java_home() -> Path:
    """A Java that is new enough, looked for where systems put it. Raises ServerUnavailable."""
    named = [os.environ.get(name, "") for name in ("ES_JAVA_HOME", "JAVA_HOME")]
    programs = [Path(home) / "bin" / "java" for home in named if home]
    if on_path := shutil.which("java"):
        programs.append(Path(on_path).resolve())
    for folder in (
        Path("/usr/lib/jvm"),
        Path("/Library/Java/JavaVirtualMachines"),
        Path("~/.sdkman/candidates/java"),
    ):
        programs += sorted(folder.expanduser().glob("*/bin/java"))
        programs += sorted(folder.expanduser().glob("*/Contents/Home/bin/java"))
    for program in programs:
        if _java_version(program) >= LEAST_JAVA:
            return program.parent.parent
    raise ServerUnavailable(MISSING)


def _java_version(program: Path) -> int:
    try:
        said = subprocess.run([program, "-version"], check=False, capture_output=True, text=True, timeout=30)
    except OSError:
        return 0
    found = re.search(r'version "(\d+)', said.stderr)
    return int(found.group(1)) if found else 0


def kill_group(pid_file: Path) -> None:
    """Kill a server with what it started, and wait until it is gone."""
    try:
        pid = int(pid_file.read_text())
        os.killpg(pid, signal.SIGKILL)
    except (OSError, ValueError):
        return
    deadline = time.monotonic() + _STOP_SECONDS
    while is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.05)


def is_running(group: int) -> bool:
    """Whether a process of the group still runs.

    A dead one stays in the group until its parent asks how it ended; servers whose worker ended before them are left to
    the system's first process, which in a small container never asks.
    """
    with suppress(ChildProcessError):
        os.waitpid(group, os.WNOHANG)
    try:
        os.killpg(group, 0)
    except OSError:
        return False
    states = list(_states(group))
    return not states or any(state != "Z" for state in states)


def _states(group: int) -> Iterator[str]:
    """The state of each process of the group, one letter; nothing where there is no /proc."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _parent, its_group = stat.read_text().rpartition(")")[2].split()[:3]
            if int(its_group) == group:
                yield state


def stop_servers(folder: Path) -> None:
    """Stop every server whose data lies in `folder`."""
    for pid_file in folder.glob("*.pid"):
        kill_group(pid_file)


def _folders_of_run(name: str) -> list[Path]:
    return list(parent_folder().glob(f"{name}-elasticsearch-*"))


def pytest_sessionstart(session: pytest.Session) -> None:
    if not is_worker(session.config):
        for folder in abandoned_folders():
            stop_servers(folder)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if not is_worker(session.config):
        for folder in _folders_of_run(run_folder().name):
            stop_servers(folder)
            shutil.rmtree(folder, ignore_errors=True)
