"""`make demo` on a machine that lacks something names it, with the one line that installs it, and makes nothing."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

TOOLS = ("bash", "cat", "echo", "grep", "make", "rm", "sed", "touch")
#: stand-ins for Python: too old, without its venv module, and one that has everything
OLD = "#!/bin/bash\nexit 1\n"
WITHOUT_VENV = '#!/bin/bash\ncase "$2" in *venv*) exit 1;; esac\nexit 0\n'
WHOLE = "#!/bin/bash\nexit 0\n"


def run_make(folder: Path, *, tools: tuple[str, ...], python: str | None) -> subprocess.CompletedProcess[str]:
    path = folder / "bin"
    path.mkdir()
    for tool in tools:
        found = shutil.which(tool)
        assert found is not None
        (path / tool).symlink_to(found)
    if python is not None:
        (path / "python3").write_text(python, encoding="utf-8")
        (path / "python3").chmod(0o755)
    checkout = folder / "checkout"
    checkout.mkdir()
    for name in ("Makefile", "pyproject.toml", "setup.py", "constraints.txt"):
        shutil.copy(ROOT / name, checkout)
    return subprocess.run(
        [str(path / "make"), "demo"],
        cwd=checkout,
        env={"PATH": str(path), "HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


class TestDemo:
    @pytest.mark.parametrize(
        ("tools", "python", "packages"),
        [
            (TOOLS, WHOLE, "git"),
            ((*TOOLS, "git"), None, "python3 python3-venv"),
            ((*TOOLS, "git"), OLD, "python3.11 python3.11-venv"),
            ((*TOOLS, "git"), WITHOUT_VENV, "python3-venv"),
            (TOOLS, WITHOUT_VENV, "git python3-venv"),
        ],
        ids=["no git", "no Python", "an old Python", "no venv", "neither git nor venv"],
    )
    def test_names_what_is_missing_in_one_line(
        self, tmp_path: Path, tools: tuple[str, ...], python: str | None, packages: str
    ) -> None:
        made = run_make(tmp_path, tools=tools, python=python)
        assert made.returncode != 0
        assert f"    sudo apt-get install -y {packages}\n" in made.stderr
        assert not (tmp_path / "checkout" / ".venv").exists()
