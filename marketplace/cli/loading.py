"""Commands that are imported when they are asked for: `athar demo run` stays beside the process that serves, and must be small."""

from collections.abc import Iterator, MutableMapping
from importlib import import_module

import click

from marketplace.collector import without_collector


class LoadedCommands(MutableMapping[str, click.Command]):
    """Name -> command; takes "module:attribute" of marketplace.cli, or a command that is there already."""

    def __init__(self, places: dict[str, str]) -> None:
        self._found: dict[str, str | click.Command] = dict(places)

    def __getitem__(self, name: str) -> click.Command:
        found = self._found[name]
        if isinstance(found, str):
            module, attribute = found.split(":")
            with without_collector():
                found = getattr(import_module(f"marketplace.cli.{module}"), attribute)
            self._found[name] = found
        return found

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._found[name] = command

    def __delitem__(self, name: str) -> None:
        del self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)
