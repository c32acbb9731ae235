"""Templates are compiled once a run: an application of a test's own, and that of the other worker, reads them compiled.

Jinja keeps them by name and compares their source. What else decides what is compiled are the options of the
environment: applications with other options have a folder of their own.
"""

import hashlib
import os

from flask import Flask
from flask.templating import Environment
from jinja2 import FileSystemBytecodeCache

from tests.run_folder import FOLDER_VARIABLE, run_folder

_create_without = Flask.create_jinja_environment


def _create(self: Flask) -> Environment:
    environment = _create_without(self)
    if FOLDER_VARIABLE not in os.environ:  # benchmarks and tools start processes, too, outside of a run
        return environment
    options = f"{self.import_name} {sorted(self.jinja_options.items())}"
    folder = run_folder() / f"templates-{hashlib.sha256(options.encode()).hexdigest()[:16]}"
    folder.mkdir(exist_ok=True)
    environment.bytecode_cache = FileSystemBytecodeCache(str(folder))
    return environment


Flask.create_jinja_environment = _create  # type: ignore[method-assign]
