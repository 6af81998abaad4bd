r"""The nodes of expressions: immutable, inert, each with its place in the source.

Building ``Mul((p, Div(q, p)))`` gives exactly that; nothing cancels. Two nodes are
equal when they say the same, wherever they stand: spans take no part in equality.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from typing import Any, Self

from .source import Span
from .types import Type


@dataclass(frozen=True, slots=True)
class Node:
    """What every expression and statement is made of."""

    span: Span | None = field(default=None, compare=False, repr=False, kw_only=True)

    def at(self, span: Span | None) -> Self:
        """The same node with another place."""
        return replace(self, span=span)

    def children(self) -> list[Node]:
        """Direct parts, in reading order."""
        found: list[Node] = []
        for name in parts(type(self)):
            value = getattr(self, name)
            if isinstance(value, Node):
                found.append(value)
            elif type(value) is tuple:
                _collect(value, found)
        return found

    def walk(self) -> Iterator[Node]:
        """This node and all below it, outermost first."""
        stack: list[Node] = [self]
        while stack:
            here = stack.pop()
            yield here
            stack += reversed(here.children())


_PARTS: dict[type[Node], tuple[str, ...]] = {}


def parts(kind: type[Node]) -> tuple[str, ...]:
    """Names of the fields that say something: all but places and spellings."""
    found = _PARTS.get(kind)
    if found is None:
        found = _PARTS[kind] = tuple(f.name for f in fields(kind) if f.compare)
    return found


def _collect(values: tuple[Any, ...], found: list[Node]) -> None:
    for value in values:
        if isinstance(value, Node):
            found.append(value)
        elif type(value) is tuple:
            _collect(value, found)


# ---------------------------------------------------------------- atoms


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A rational number: ``2``, ``0.5``."""

    value: Fraction


@dataclass(frozen=True, slots=True)
class Constant(Node):
    r"""A named constant: ``\pi``, ``\infty``, ``e`` (Napier's), ``i`` is not one."""

    name: str


@dataclass(frozen=True, slots=True)
class Symbol(Node):
    r"""A declared name, in canonical LaTeX: ``\mu``, ``p_0``, ``\vec{x}``, ``h'``."""

    name: str
    type: Type


@dataclass(frozen=True, slots=True)
class Indexed(Node):
    """An entry ``base[indices]`` of a family, vector or matrix: ``x_i``, ``A_{ij}``."""

    base: Node
    indices: tuple[Node, ...]
    alias: tuple[str, int, tuple[Node, ...]] | None = field(
        default=None, compare=False, repr=False, kw_only=True
    )
    """How the document writes it: a name, how many indices are superscripts, the indices."""


# ---------------------------------------------------------------- arithmetic


@dataclass(frozen=True, slots=True)
class Add(Node):
    """A sum of two or more terms; a subtracted term is a ``Neg``."""

    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Neg(Node):
    """``-x``; ``sign`` is where the minus stands."""

    operand: Node
    sign: Span | None = field(default=None, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Mul(Node):
    """A product of two or more factors, in printed order; shapes need not commute."""

    factors: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Div(Node):
    """A fraction."""

    numerator: Node
    denominator: Node


@dataclass(frozen=True, slots=True)
class Pow(Node):
    """``base ** exponent`` of scalars, or an integer power of a square matrix."""

    base: Node
    exponent: Node


@dataclass(frozen=True, slots=True)
class Transpose(Node):
    """The transpose of a vector, row vector or matrix."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Inverse(Node):
    """The inverse of a square matrix."""

    operand: Node


# ---------------------------------------------------------------- functions


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function that mathematics knows: see ``BUILTINS`` for names and arity."""

    name: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Apply(Node):
    """A declared function at its arguments; ``primes`` derivatives of it, if any."""

    function: Symbol
    arguments: tuple[Node, ...]
    primes: int = 0


@dataclass(frozen=True, slots=True)
class Delta(Node):
    """The unit mass at 0: Dirac's for a continuous argument, Kronecker's for a discrete one."""

    argument: Node


@dataclass(frozen=True, slots=True)
class Kronecker(Node):
    """1 if the two indices are equal, else 0."""

    first: Node
    second: Node


# ---------------------------------------------------------------- binders


@dataclass(frozen=True, slots=True)
class Binder(Node):
    r"""What a sum runs over.

    kind is ``all`` (the whole sort or declared set of the index), ``range`` (lower to
    upper), or for two indices ``pairs`` (each unordered pair once), ``ordered`` (all
    k != l), ``less`` (k < l), ``at most`` (k <= l); ``except`` is all but ``lower``.
    """

    indices: tuple[Symbol, ...]
    kind: str
    lower: Node | None = None
    upper: Node | None = None


@dataclass(frozen=True, slots=True)
class Sum(Node):
    """A sum of body over its binder."""

    binder: Binder
    body: Node


@dataclass(frozen=True, slots=True)
class Product(Node):
    """A product of body over its binder."""

    binder: Binder
    body: Node


@dataclass(frozen=True, slots=True)
class Integral(Node):
    """An integral of body over a variable, between limits or over the whole space."""

    variable: Node
    lower: Node | None
    upper: Node | None
    body: Node


@dataclass(frozen=True, slots=True)
class Derivative(Node):
    r"""``order``-th derivative by a symbol, an entry, or an expression such as σ² or Σ⁻¹.

    By a vector it is the gradient (a column), of second order the Hessian; by a matrix
    the matrix of the partial derivatives by each entry, entries taken as independent.
    """

    body: Node
    variable: Node
    order: int = 1
    partial: bool = field(default=False, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Expectation(Node):
    """The mean of body, over a variable that follows a law (``law`` a distribution)."""

    body: Node
    law: Node | None = None
    variable: Node | None = None


@dataclass(frozen=True, slots=True)
class Extremum(Node):
    """``min``, ``max``, ``argmin`` or ``argmax`` of body over a variable."""

    kind: str
    variable: Symbol
    body: Node


@dataclass(frozen=True, slots=True)
class Limit(Node):
    """The limit of body as variable tends to target; side ``+``, ``-`` or empty."""

    variable: Symbol
    target: Node
    body: Node
    side: str = ""


# ---------------------------------------------------------------- aggregates


@dataclass(frozen=True, slots=True)
class MatrixLiteral(Node):
    """A matrix written out, row by row."""

    rows: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True, slots=True)
class Diagonal(Node):
    r"""The diagonal matrix of a family: a pmatrix with ``\ddots`` between first and last."""

    family: Symbol


@dataclass(frozen=True, slots=True)
class SetLiteral(Node):
    """A finite set: ``\\{-1, 1\\}``."""

    elements: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class NamedSet(Node):
    r"""A set of numbers: ``\mathbb{R}``, ``\mathbb{N}``, ``\mathbb{Z}``."""

    name: str


@dataclass(frozen=True, slots=True)
class SetPower(Node):
    """All vectors with components in a set: ``\\{-1, 1\\}^N``."""

    base: Node
    exponent: Node


@dataclass(frozen=True, slots=True)
class Piecewise(Node):
    """Values with their conditions; the last condition may be None (otherwise)."""

    values: tuple[Node, ...]
    conditions: tuple[Node | None, ...]


# ---------------------------------------------------------------- statements


@dataclass(frozen=True, slots=True)
class Relation(Node):
    r"""``left op right``.

    op is one of ``= != < <= > >= << >> ~ oc in ->`` (``~``: approximately, ``oc``:
    proportional to); ``up_to`` names what both sides may differ by: terms free of it.
    It is said of all values of its symbols, but of those in ``some`` only that there are some.
    """

    op: str
    left: Node
    right: Node
    up_to: Symbol | None = None
    some: tuple[Symbol, ...] = ()
    sign: Span | None = field(default=None, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Equivalence(Node):
    """Two conditions that hold together: ``left`` iff ``right`` (or ``left`` implies it)."""

    left: Node
    right: Node
    one_way: bool = False
    sign: Span | None = field(default=None, compare=False, repr=False, kw_only=True)


BUILTINS: dict[str, tuple[int, int]] = {
    **dict.fromkeys(
        "exp ln sin cos tan sinh cosh tanh arcsin arccos arctan det tr diag rank abs norm "
        "frobenius sign Gamma factorial floor".split(),
        (1, 1),
    ),
    "sqrt": (1, 2),
    "log": (2, 2),
    "binom": (2, 2),
    "norm_p": (2, 2),
    "adjugate": (1, 1),
    "minor": (3, 3),
    "inner": (2, 2),
    "max": (1, 99),
    "min": (1, 99),
    "normal": (2, 3),
    "var": (1, 2),
    "cov": (2, 2),
}
"""Names of ``Call`` with the least and the greatest number of arguments."""
