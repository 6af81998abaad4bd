"""The type of an expression: which products, sums and inverses make sense."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import nodes as n
from .types import (
    SCALAR,
    TRUTH,
    Covector,
    Family,
    Function,
    Index,
    Matrix,
    Parameter,
    Scalar,
    SetOf,
    Type,
    Vector,
)


class ShapeError(ValueError):
    """A node whose parts do not fit together."""

    def __init__(self, message: str, node: n.Node) -> None:
        super().__init__(message)
        self.message = message
        self.node = node


class Shapes:
    """Types of nodes, each computed once (nodes are kept, so identities stay theirs)."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[n.Node, Type]] = {}

    def __call__(self, node: n.Node) -> Type:
        """The type of a node; ShapeError if its parts do not fit together."""
        found = self._known.get(id(node))
        if found is None:
            found = (node, _RULES[type(node)](self, node))
            self._known[id(node)] = found
        return found[1]


def transposed(shape: Type) -> Type | None:
    """The type of the transpose, or None where there is none."""
    match shape:
        case Vector(sort):
            return Covector(sort)
        case Covector(sort):
            return Vector(sort)
        case Matrix(rows, columns):
            return Matrix(columns, rows)
        case Scalar():
            return shape
        case _:
            return None


def product(left: Type, right: Type) -> Type | None:
    """The type of a product, or None if it has none."""
    if isinstance(left, Index):
        left = SCALAR
    if isinstance(right, Index):
        right = SCALAR
    match left, right:
        case Scalar(), Scalar() | Vector() | Covector() | Matrix():
            return right
        case Vector() | Covector() | Matrix(), Scalar():
            return left
        case Covector(a), Vector(b) if a == b:
            return SCALAR
        case Vector(a), Covector(b):
            return Matrix(a, b)
        case Matrix(rows, a), Vector(b) if a == b:
            return Vector(rows)
        case Covector(a), Matrix(b, columns) if a == b:
            return Covector(columns)
        case Matrix(rows, a), Matrix(b, columns) if a == b:
            return Matrix(rows, columns)
        case _:
            return None


def _plain(shape: Type) -> Type:
    return SCALAR if isinstance(shape, Index) else shape


def _need_scalar(shapes: Shapes, node: n.Node, what: str) -> None:
    shape = _plain(shapes(node))
    if shape != SCALAR:
        raise ShapeError(f"{what} must be a scalar, not {shape}", node)


def _add(shapes: Shapes, node: n.Add) -> Type:
    first = _plain(shapes(node.terms[0]))
    for term in node.terms[1:]:
        shape = _plain(shapes(term))
        if shape != first:
            raise ShapeError(f"{first} and {shape} cannot be added", term)
    return first


def _mul(shapes: Shapes, node: n.Mul) -> Type:
    total = _plain(shapes(node.factors[0]))
    for factor in node.factors[1:]:
        shape = _plain(shapes(factor))
        result = product(total, shape)
        if result is None:
            raise ShapeError(_no_product(total, shape), factor)
        total = result
    return total


def _no_product(left: Type, right: Type) -> str:
    if isinstance(left, Vector) and left == right:
        return r"two column vectors have no product; write x^\top y or \langle x, y \rangle"
    return f"{left} times {right} has no meaning"


def _div(shapes: Shapes, node: n.Div) -> Type:
    _need_scalar(shapes, node.denominator, "a denominator")
    return _plain(shapes(node.numerator))


def _pow(shapes: Shapes, node: n.Pow) -> Type:
    _need_scalar(shapes, node.exponent, "an exponent")
    base = _plain(shapes(node.base))
    if isinstance(base, Matrix) and base.rows == base.columns:
        return base
    _need_scalar(shapes, node.base, "the base of a power")
    return SCALAR


def _transpose(shapes: Shapes, node: n.Transpose) -> Type:
    shape = transposed(shapes(node.operand))
    if shape is None:
        raise ShapeError(f"{shapes(node.operand)} has no transpose", node.operand)
    return shape


def _inverse(shapes: Shapes, node: n.Inverse) -> Type:
    shape = shapes(node.operand)
    if not (isinstance(shape, Matrix) and shape.rows == shape.columns):
        raise ShapeError(f"{shape} has no inverse", node.operand)
    return shape


def _indexed(shapes: Shapes, node: n.Indexed) -> Type:
    base = shapes(node.base)
    match base:
        case Family(sorts, element):
            expected, result = sorts, element
        case Vector(sort) | Covector(sort):
            expected, result = (sort,), SCALAR
        case Matrix(rows, columns):
            expected, result = (rows, columns), SCALAR
        case _:
            raise ShapeError(f"{base} has no entries", node)
    if len(expected) != len(node.indices):
        raise ShapeError(f"{base} takes {_count(len(expected), 'index', 'indices')}", node)
    for sort, index in zip(expected, node.indices, strict=True):
        shape = shapes(index)
        if isinstance(shape, Index) and shape.sort != sort:
            raise ShapeError(
                f"this index runs over {shape.sort.name}, but one over {sort.name} is needed", index
            )
        _need_scalar(shapes, index, "an index")
    return result


def fits(expected: Type, given: Type) -> bool:
    """Whether an argument may stand where a function expects the other type."""
    if isinstance(expected, Function) and isinstance(given, Function):
        return not expected.parameters or len(expected.parameters) == len(given.parameters)
    return _plain(expected) == _plain(given) or isinstance(expected, Parameter)


def _apply(shapes: Shapes, node: n.Apply) -> Type:
    function = node.function.type
    if not isinstance(function, Function):
        raise ShapeError(f"{function} is not a function", node.function)
    if len(function.parameters) != len(node.arguments):
        wanted = _count(len(function.parameters), "argument", "arguments")
        raise ShapeError(f"{node.function.name} takes {wanted}, not {len(node.arguments)}", node)
    for expected, argument in zip(function.parameters, node.arguments, strict=True):
        given = shapes(argument)
        if isinstance(expected, Function) and isinstance(argument, n.Apply):
            if not all(isinstance(x, n.Symbol) for x in argument.arguments):
                raise ShapeError("a distribution belongs here, not one of its values", argument)
            given = argument.function.type
        if not fits(expected, given):
            raise ShapeError(f"{expected} is needed here, not {given}", argument)
    return function.result


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _call(shapes: Shapes, node: n.Call) -> Type:
    types = [_plain(shapes(a)) for a in node.arguments]
    check = _CALLS.get(node.name)
    if check is not None:
        return check(node, types)
    for argument in node.arguments:
        _need_scalar(shapes, argument, f"the argument of {node.name}")
    return SCALAR


def _square(node: n.Call, types: list[Type]) -> Type:
    shape = types[0]
    if node.name == "tr" and shape == SCALAR:
        return SCALAR
    if not isinstance(shape, Matrix):
        raise ShapeError(f"{node.name} needs a matrix, not {shape}", node.arguments[0])
    if shape.rows != shape.columns:
        raise ShapeError(f"{node.name} needs a square matrix", node.arguments[0])
    return shape if node.name == "adjugate" else SCALAR


def _absolute(node: n.Call, types: list[Type]) -> Type:
    if types[0] != SCALAR:
        raise ShapeError(
            f"{types[0]} has no absolute value; a norm is written \\|x\\|", node.arguments[0]
        )
    return SCALAR


def _norm(node: n.Call, types: list[Type]) -> Type:
    if isinstance(types[0], Matrix):
        raise ShapeError(
            "which norm of the matrix? only the Frobenius norm \\|A\\|_F is read", node.arguments[0]
        )
    if not isinstance(types[0], Vector | Covector | Scalar):
        raise ShapeError(f"{types[0]} has no norm", node.arguments[0])
    return SCALAR


def _frobenius(node: n.Call, types: list[Type]) -> Type:
    if not isinstance(types[0], Matrix):
        raise ShapeError(f"the Frobenius norm needs a matrix, not {types[0]}", node.arguments[0])
    return SCALAR


def _diag(node: n.Call, types: list[Type]) -> Type:
    if not isinstance(types[0], Vector):
        raise ShapeError(f"diag needs a vector, not {types[0]}", node.arguments[0])
    return Matrix(types[0].sort, types[0].sort)


def _inner(node: n.Call, types: list[Type]) -> Type:
    if types[0] != types[1] or not isinstance(types[0], Vector):
        raise ShapeError("an inner product needs two vectors of one space", node)
    return SCALAR


def _normal(node: n.Call, types: list[Type]) -> Type:
    *point, mean, variance = types
    if any(p != mean for p in point):
        raise ShapeError("the argument and the mean of a normal density differ in shape", node)
    want = Matrix(mean.sort, mean.sort) if isinstance(mean, Vector) else SCALAR
    if variance != want:
        raise ShapeError(f"the variance here must be {want}, not {variance}", node.arguments[-1])
    return SCALAR


_CALLS: dict[str, Callable[[n.Call, list[Type]], Type]] = {
    **dict.fromkeys(("det", "tr", "rank", "minor", "adjugate"), _square),
    "abs": _absolute,
    "norm": _norm,
    "norm_p": _norm,
    "frobenius": _frobenius,
    "diag": _diag,
    "inner": _inner,
    "normal": _normal,
    "var": lambda node, types: SCALAR,
    "cov": lambda node, types: SCALAR,
}


def _derivative(shapes: Shapes, node: n.Derivative) -> Type:
    body, variable = _plain(shapes(node.body)), _plain(shapes(node.variable))
    if isinstance(variable, Scalar | Parameter):
        return body
    if isinstance(variable, Function | Family | SetOf) or variable == TRUTH:
        raise ShapeError(f"there is no derivative by {variable}", node.variable)
    if body == SCALAR:
        if node.order == 1:
            return variable
        if isinstance(variable, Vector) and node.order == 2:
            return Matrix(variable.sort, variable.sort)
    if isinstance(body, Vector) and isinstance(variable, Vector) and node.order == 1:
        return Matrix(body.sort, variable.sort)
    raise ShapeError(f"the derivative of {body} by {variable} is not supported", node)


def _integral(shapes: Shapes, node: n.Integral) -> Type:
    for limit in (node.lower, node.upper):
        if limit is not None:
            _need_scalar(shapes, limit, "a limit of integration")
    return _plain(shapes(node.body))


def _matrix(shapes: Shapes, node: n.MatrixLiteral) -> Type:
    raise ShapeError("a matrix written out has no declared sorts to compare with", node)


def _set(shapes: Shapes, node: n.SetLiteral) -> Type:
    for element in node.elements[1:]:
        if _plain(shapes(element)) != _plain(shapes(node.elements[0])):
            raise ShapeError("the elements of a set must be alike", element)
    return SetOf(_plain(shapes(node.elements[0])) if node.elements else SCALAR)


def _body(shapes: Shapes, node: n.Sum | n.Product | n.Limit | n.Expectation) -> Type:
    shape = _plain(shapes(node.body))
    if isinstance(node, n.Product):
        _need_scalar(shapes, node.body, "a factor of a product")
    return shape


def _extremum(shapes: Shapes, node: n.Extremum) -> Type:
    _need_scalar(shapes, node.body, "what is minimised or maximised")
    return node.variable.type if node.kind.startswith("arg") else SCALAR


def _piecewise(shapes: Shapes, node: n.Piecewise) -> Type:
    first = _plain(shapes(node.values[0]))
    for value in node.values[1:]:
        if _plain(shapes(value)) != first:
            raise ShapeError("the values of a case distinction must be alike", value)
    return first


def _relation(shapes: Shapes, node: n.Relation) -> Type:
    left, right = shapes(node.left), shapes(node.right)
    if node.op == "in" and not isinstance(right, SetOf):
        raise ShapeError(f"only a set can stand behind \\in, not {right}", node.right)
    if isinstance(right, SetOf) and not isinstance(left, SetOf) and node.op not in ("=", "in"):
        raise ShapeError(f"{left} and {right} cannot be compared", node)
    if isinstance(left, Function) != isinstance(right, Function):
        raise ShapeError(f"{left} and {right} cannot be compared", node)
    return TRUTH


def _equivalence(shapes: Shapes, node: n.Equivalence) -> Type:
    for side in (node.left, node.right):
        if shapes(side) != TRUTH:
            raise ShapeError("an equivalence stands between two relations", side)
    return TRUTH


def _diagonal(shapes: Shapes, node: n.Diagonal) -> Type:
    family = node.family.type
    if not isinstance(family, Family) or len(family.indices) != 1 or family.element != SCALAR:
        raise ShapeError("the diagonal must be a family of scalars with one index", node)
    return Matrix(family.indices[0], family.indices[0])


def _setpower(shapes: Shapes, node: n.SetPower) -> Type:
    _need_scalar(shapes, node.exponent, "the exponent of a set")
    return shapes(node.base)


def _delta(shapes: Shapes, node: n.Delta) -> Type:
    shapes(node.argument)
    return SCALAR


_RULES: dict[type[n.Node], Callable[[Shapes, Any], Type]] = {
    n.Number: lambda s, x: SCALAR,
    n.Constant: lambda s, x: SCALAR,
    n.Symbol: lambda s, x: x.type,
    n.Indexed: _indexed,
    n.Add: _add,
    n.Neg: lambda s, x: _plain(s(x.operand)),
    n.Mul: _mul,
    n.Div: _div,
    n.Pow: _pow,
    n.Transpose: _transpose,
    n.Inverse: _inverse,
    n.Call: _call,
    n.Apply: _apply,
    n.Delta: _delta,
    n.Kronecker: lambda s, x: SCALAR,
    n.Binder: lambda s, x: SCALAR,
    n.Sum: _body,
    n.Product: _body,
    n.Integral: _integral,
    n.Derivative: _derivative,
    n.Expectation: _body,
    n.Extremum: _extremum,
    n.Limit: _body,
    n.MatrixLiteral: _matrix,
    n.Diagonal: _diagonal,
    n.SetLiteral: _set,
    n.NamedSet: lambda s, x: SetOf(SCALAR),
    n.SetPower: _setpower,
    n.Piecewise: _piecewise,
    n.Relation: _relation,
    n.Equivalence: _equivalence,
}
