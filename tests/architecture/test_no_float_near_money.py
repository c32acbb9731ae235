"""Money is whole minor units: no float, no true division, where payments or an amount called `*_minor` is at work."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import PACKAGES, parse, python_files, relative

MONEY_SUFFIX = "_minor"
# Time-outs and paths are not money; what these files do with amounts is seen by their names.
NOT_MONEY_ALONE = ("payments/sandbox/", "payments/adapters/")
FLOAT_TYPES = {
    "float",
    "Float",
    "Double",
    "Numeric",
}  # Decimal is exact; a Numeric column is a float on SQLite


def name_of(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
            return name
        case ast.keyword(arg=str(name)):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
    return ""


def is_amount(node: ast.AST) -> bool:
    return name_of(node).endswith(MONEY_SUFFIX)


def is_inexact(node: ast.AST) -> bool:
    """A float literal, a type that rounds, or a true division."""
    match node:
        case ast.Constant(value=float()):
            return True
        case ast.BinOp(op=ast.Div()) | ast.AugAssign(op=ast.Div()):
            return True
    return name_of(node) in FLOAT_TYPES


def touches_amount(node: ast.AST) -> bool:
    """A calculation with an amount in it, or whatever gives an amount its value or its type."""
    match node:
        case ast.BinOp() | ast.AugAssign() | ast.Compare():
            return has_amount(node)
        case ast.Assign(targets=targets):
            return any(is_amount(target) for target in targets)
        case ast.AnnAssign(target=target):
            return is_amount(target)
    return isinstance(node, ast.arg | ast.keyword) and is_amount(node)


def has_amount(node: ast.AST) -> bool:
    return any(is_amount(inner) for inner in ast.walk(node))


def is_ratio(node: ast.AST) -> bool:
    """An amount divided by an amount is a plain number; what is made of it is looked at where that happens."""
    match node:
        case ast.BinOp(op=ast.Div(), left=left, right=right):
            return has_amount(left) and has_amount(right)
    return False


def offences(tree: ast.AST, *, is_all_money: bool) -> Iterator[int]:
    """Line numbers where an inexact number meets money; with `is_all_money`, where there is one at all."""
    for node in ast.walk(tree):
        meets_amount = touches_amount(node) and any(is_inexact(inner) for inner in ast.walk(node))
        if (is_all_money and is_inexact(node)) or (meets_amount and not is_ratio(node)):
            yield getattr(node, "lineno", 0)


class TestAmounts:
    def test_are_never_inexact(self):
        found = []
        for path in python_files(*PACKAGES):
            name = relative(path)
            is_all_money = name.startswith("payments/") and not name.startswith(NOT_MONEY_ALONE)
            found += [
                f"{name}:{line}" for line in sorted(set(offences(parse(path), is_all_money=is_all_money)))
            ]
        assert found == []


class TestOffences:
    @pytest.mark.parametrize(
        "line",
        [
            "fee_minor = total_minor * 0.1",
            "share = total_minor / 2",
            "total_minor: float = 0",
            "def f(price_minor: float): ...",
            "price_minor = mapped_column(Numeric(10, 2))",
            "quote(price_minor=float(text))",
            "quote.total_minor /= 3",
            "row['total_minor'] * 1.5",
            "fee_minor = total_minor * (part_minor / whole_minor)",
        ],
    )
    def test_are_found(self, line):
        assert list(offences(ast.parse(line), is_all_money=False))

    @pytest.mark.parametrize(
        "line",
        [
            "fee_minor = total_minor * 1000 // 10_000",
            "timeout = 1.5",
            "path = folder / 'x'",
            "score = min(1.0, market_minor / price_minor)",
        ],
    )
    def test_are_not_seen_where_there_are_none(self, line):
        assert not list(offences(ast.parse(line), is_all_money=False))

    def test_in_payments_any_float_is_one(self):
        assert list(offences(ast.parse("rate = 0.1"), is_all_money=True))
