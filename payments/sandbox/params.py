"""Form-encoded parameters as Stripe reads them: nested by brackets, typed on reading, unknown names refused."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from payments.sandbox.errors import ParameterInvalid

_NAME = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
_PART = re.compile(r"\[([^\[\]]*)\]")
_INTEGER = re.compile(r"^-?[0-9]{1,18}$")
METADATA_KEYS_MAX = 50


def decode_form(text: str) -> dict[str, Any]:
    """Return nested dictionaries and lists of strings from a form or a query string.

    Raises:
        ParameterInvalid: a name's brackets do not match or one name stands for two shapes.
    """
    root: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, max_num_fields=2_000):
        match = _NAME.match(name)
        if match is None:
            raise ParameterInvalid(f"Invalid parameter name: {name[:100]}", param=name[:100])
        _place(root, [match[1], *_PART.findall(match[2])], value, name)
    return {key: _with_lists(value) for key, value in root.items()}


def _place(root: dict[str, Any], parts: list[str], value: str, name: str) -> None:
    node = root
    for part in parts[:-1]:
        node = node.setdefault(part, {})
        if not isinstance(node, dict):
            raise ParameterInvalid(f"Invalid parameter: {name[:100]}", param=name[:100])
    last = parts[-1] or str(len(node))
    if isinstance(node.get(last), dict):
        raise ParameterInvalid(f"Invalid parameter: {name[:100]}", param=name[:100])
    node[last] = value


def _with_lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() for key in value):
        return [_with_lists(value[key]) for key in sorted(value, key=int)]
    return {key: _with_lists(item) for key, item in value.items()}


class Params:
    """One level of parameters; what was not read when `close` is called is refused as unknown."""

    def __init__(self, values: Mapping[str, Any], path: str = "") -> None:
        self._values = dict(values)
        self._path = path
        self._seen: set[str] = set()
        self._children: list[Params] = []

    def path_of(self, name: str) -> str:
        """Return the full name of a parameter as error messages show it, such as `line_items[0][quantity]`."""
        return f"{self._path}[{name}]" if self._path else name

    def has(self, name: str) -> bool:
        """Tell whether the parameter was sent, also when empty."""
        return name in self._values

    def accept(self, *names: str) -> None:
        """Let parameters pass that the sandbox understands but does not model."""
        self._seen.update(names)

    def text(self, name: str, *, length_max: int = 5_000) -> str | None:
        """Return a string, or None when absent or empty."""
        self._seen.add(name)
        value = self._values.get(name)
        if value is None or value == "":  # nothing was sent
            return None
        if not isinstance(value, str):
            raise self._invalid(name, f"Invalid string: {str(value)[:60]}")
        if len(value) > length_max:
            raise self._invalid(
                name, f"Must be at most {length_max} characters.", "parameter_invalid_string_too_long"
            )
        return value

    def required_text(self, name: str) -> str:
        """Return a string that must be there."""
        value = self.text(name)
        if value is None:
            raise self._missing(name)
        return value

    def integer(self, name: str) -> int | None:
        """Return an integer, or None when absent."""
        self._seen.add(name)
        value = self._values.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        if not isinstance(value, str) or not _INTEGER.match(value):
            raise self._invalid(name, f"Invalid integer: {str(value)[:60]}", "parameter_invalid_integer")
        return int(value)

    def required_integer(self, name: str) -> int:
        """Return an integer that must be there."""
        value = self.integer(name)
        if value is None:
            raise self._missing(name)
        return value

    def boolean(self, name: str, *, default: bool = False) -> bool:
        """Return a truth value written `true` or `false`."""
        self._seen.add(name)
        value = self._values.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, bool):
            return value
        if value not in {"true", "false"}:
            raise self._invalid(name, f"Invalid boolean: {str(value)[:60]}")
        return bool(value == "true")

    def choice(self, name: str, allowed: Iterable[str]) -> str | None:
        """Return one of the allowed words, or None when absent."""
        value = self.text(name)
        words = tuple(allowed)
        if value is not None and value not in words:
            raise self._invalid(name, f"Invalid {name}: must be one of {', '.join(words)}")
        return value

    def mapping(self, name: str) -> "Params":
        """Return the nested level, empty when absent."""
        self._seen.add(name)
        value = self._values.get(name)
        if value is None or value == "":
            value = {}
        if not isinstance(value, dict):
            raise self._invalid(name, "Invalid object")
        child = Params(value, self.path_of(name))
        self._children.append(child)
        return child

    def levels(self, name: str) -> list["Params"]:
        """Return the nested levels of a list."""
        self._seen.add(name)
        value = self._values.get(name) or []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self._invalid(name, "Invalid array")
        children = [Params(item, f"{self.path_of(name)}[{place}]") for place, item in enumerate(value)]
        self._children.extend(children)
        return children

    def texts(self, name: str) -> list[str]:
        """Return a list of strings, empty when absent."""
        self._seen.add(name)
        value = self._values.get(name) or []
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._invalid(name, "Invalid array")
        return list(value)

    def metadata(self) -> dict[str, str] | None:
        """Return the metadata sent, or None; an empty value means that its key is to be removed."""
        if not self.has("metadata"):
            return None
        self._seen.add("metadata")
        value = self._values["metadata"] or {}
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            raise self._invalid("metadata", "Invalid metadata: keys and values must be strings")
        if len(value) > METADATA_KEYS_MAX or any(len(k) > 40 or len(v) > 500 for k, v in value.items()):
            raise self._invalid("metadata", "Metadata takes 50 keys of 40 characters with values of 500.")
        return dict(value)

    def close(self) -> None:
        """Refuse what nobody read.

        Raises:
            ParameterInvalid: with code `parameter_unknown`.
        """
        for name in self._values:
            if name not in self._seen:
                full = self.path_of(name)
                raise ParameterInvalid(
                    f"Received unknown parameter: {full[:100]}", param=full[:100], code="parameter_unknown"
                )
        for child in self._children:
            child.close()

    def _missing(self, name: str) -> ParameterInvalid:
        full = self.path_of(name)
        return ParameterInvalid(f"Missing required param: {full}.", param=full, code="parameter_missing")

    def _invalid(self, name: str, message: str, code: str | None = None) -> ParameterInvalid:
        return ParameterInvalid(message, param=self.path_of(name), code=code)


def merge_metadata(before: Mapping[str, str], sent: Mapping[str, str] | None) -> dict[str, str]:
    """Return metadata after an update: sent keys replace, empty values remove, the others stay."""
    merged = {**before, **(sent or {})}
    return {key: value for key, value in merged.items() if value != ""}  # an empty value removes its key
