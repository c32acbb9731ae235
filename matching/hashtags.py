"""Hashtags and handles to words: #SkinCareRoutine and #skin_care_routine say the same as "skin care routine"."""

import re

_TAG = re.compile(r"[#@＃]([\w]+)")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=[0-9])")


def split_hashtag(tag: str) -> str:
    """Return the words of one hashtag (with or without its sign), separated by spaces, in its own case."""
    bare = tag.lstrip("#@＃")
    return " ".join(_HUMP.sub(" ", part) for part in bare.split("_") if part)


def open_hashtags(text: str) -> str:
    """Replace every hashtag and handle in `text` by its words."""
    return _TAG.sub(lambda match: split_hashtag(match.group(1)), text)
