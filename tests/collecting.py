"""How often Python looks for garbage in a run: it took a tenth of the time, most of it over what stays anyway.

While tests are collected, modules are imported and nothing becomes garbage; what is there afterwards stays for the run
and is set aside. Whatever holds files and connections is closed by its test, and pytest looks once more at the end.
"""

import gc

import pytest

NEW_OBJECTS = 100_000  # between two looks; Python's own number is 700


gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 10, 5)
    gc.enable()
