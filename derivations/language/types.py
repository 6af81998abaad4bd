"""Types of expressions: what a symbol may stand for.

Sorts are finite sets of symbolic size (the n samples, the N components); they are
not ranges of integers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Sort:
    """A finite index set, such as the samples, with the LaTeX name of its size."""

    name: str
    size: str


@dataclass(frozen=True, slots=True)
class Scalar:
    """A real number."""

    def __str__(self) -> str:
        return "a scalar"


@dataclass(frozen=True, slots=True)
class Index:
    """An element of an index sort."""

    sort: Sort

    def __str__(self) -> str:
        return f"an index of sort {self.sort.name}"


@dataclass(frozen=True, slots=True)
class Vector:
    """A column vector with one component for each element of a sort."""

    sort: Sort

    def __str__(self) -> str:
        return f"a vector over {self.sort.name}"


@dataclass(frozen=True, slots=True)
class Covector:
    """A row vector: the transpose of a column vector."""

    sort: Sort

    def __str__(self) -> str:
        return f"a row vector over {self.sort.name}"


@dataclass(frozen=True, slots=True)
class Matrix:
    """A matrix with rows and columns labelled by sorts."""

    rows: Sort
    columns: Sort

    def __str__(self) -> str:
        return f"a matrix over {self.rows.name} x {self.columns.name}"


@dataclass(frozen=True, slots=True)
class Parameter:
    """The element of an abstract parameter set, or a named group of parameters."""

    members: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "a parameter"


@dataclass(frozen=True, slots=True)
class SetOf:
    """A set whose elements have the given type."""

    element: Type

    def __str__(self) -> str:
        return f"a set whose element is {self.element}"


@dataclass(frozen=True, slots=True)
class Family:
    """Values indexed by sorts, such as the samples x_i.

    The last ``superscripts`` indices are written ``^{(i)}``, as in ``x_k^{(i)}``.
    """

    indices: tuple[Sort, ...]
    element: Type
    superscripts: int = 0

    def __str__(self) -> str:
        return f"a family over {', '.join(s.name for s in self.indices)}"


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the given parameters; a distribution is one with total mass 1.

    The last ``given`` parameters stand after the bar of a conditional p(x | z).
    """

    parameters: tuple[Type, ...]
    result: Type = Scalar()
    distribution: bool = False
    given: int = 0

    def __str__(self) -> str:
        return "a distribution" if self.distribution else "a function"


@dataclass(frozen=True, slots=True)
class Truth:
    """True or false: a relation, an equivalence."""

    def __str__(self) -> str:
        return "a statement"


Type: TypeAlias = (
    Scalar | Index | Vector | Covector | Matrix | Parameter | SetOf | Family | Function | Truth
)

SCALAR = Scalar()
TRUTH = Truth()
