r"""What the kernel talks about: terms over the reals and over finite sets of symbolic size.

One immutable class, few operations. ``lam`` is the only binder: a sum is ``sum`` of a
``lam``, bound variables are de Bruijn indices, so terms that differ in bound names are the
same object. Matrices are functions of two indices; a derivative by an entry is a derivative
by one real number on which the entry depends. Every operation is total, with 0⁻¹ = 0 (a
meadow, Bergstra and Tucker 2007, doi:10.1145/1219092.1219095); where a law needs more, its
rule asks for it. Terms are made by the functions below, which check sorts.

Sorts are not empty. They are ``REAL``; ``TRUTH``, for statements; a finite set (a string, the
sort's name); ``Arrow`` for functions; ``Points`` for a finite set of vectors, whose elements can
be applied to an index.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial
from typing import Any, NoReturn, TypeAlias

REAL = "real"
TRUTH = "truth"


@dataclass(frozen=True)
class Arrow:
    """Functions of arguments of the given sorts."""

    arguments: tuple[Sort, ...]
    result: Sort

    def __str__(self) -> str:
        return f"({', '.join(map(str, self.arguments))} -> {self.result})"


@dataclass(frozen=True)
class Points:
    """A finite set of functions on ``index`` with real values; with ``spins``, all to {-1, 1}."""

    name: str
    index: str
    spins: bool = False

    def __str__(self) -> str:
        return f"{{{self.name}: {self.index}}}"


Sort: TypeAlias = "str | Arrow | Points"
Rational: TypeAlias = "int | Fraction"


class KernelError(Exception):
    """A rule, or a term, that the kernel refuses; says which and why."""


def refuse(message: str) -> NoReturn:
    """Raise KernelError."""
    raise KernelError(message)


def is_finite(sort: Sort) -> bool:
    """Whether a sort is a finite set."""
    return isinstance(sort, Points) or (isinstance(sort, str) and sort not in (REAL, TRUTH))


def _check_sort(sort: Sort) -> None:
    if isinstance(sort, Arrow) and type(sort.arguments) is tuple:
        for part in (*sort.arguments, sort.result):
            _check_sort(part)
    elif isinstance(sort, Points):
        if type(sort.name) is not str or type(sort.index) is not str or not is_finite(sort.index):
            refuse(f"{sort} is no set of vectors with finitely many components")
    elif type(sort) is not str or not sort:
        refuse(f"{sort!r} is no sort")


def _is_space(sort: Sort) -> bool:
    """Whether there is a volume: the real line, and vectors over finite sorts."""
    if isinstance(sort, Arrow):
        return sort.result == REAL and bool(sort.arguments) and all(map(is_finite, sort.arguments))
    return sort == REAL


class Term:
    """An operation with its arguments; equal terms are one object."""

    __slots__ = ("_digest", "args", "data", "loose", "masses", "op", "sort", "variables")
    _digest: bytes | None
    op: str
    data: Any
    args: tuple[Term, ...]
    sort: Sort
    loose: int
    """How many enclosing binders its bound variables reach out of it."""
    variables: frozenset[Term]
    """The free variables."""
    masses: bool
    """Whether it has a Dirac measure outside all integrals."""

    def __new__(cls) -> Term:
        refuse("terms are made by the functions of kernel.terms")

    @property
    def digest(self) -> bytes:
        """What terms are ordered by; the same in every run."""
        found = self._digest
        if found is None:
            head = f"{self.op}|{self.data!r}|{_sort_text(self.sort)}|".encode()
            text = head + b"".join([a.digest for a in self.args])
            found = hashlib.blake2b(text, digest_size=12).digest()
            object.__setattr__(self, "_digest", found)
        return found

    def __setattr__(self, name: str, value: object) -> None:
        refuse("a term cannot be changed")

    def __delattr__(self, name: str) -> None:
        refuse("a term cannot be changed")

    def __reduce__(self) -> NoReturn:
        refuse("a term is not pickled; write it with kernel.records")

    def __copy__(self) -> Term:
        return self

    def __deepcopy__(self, memo: object) -> Term:
        return self

    def __repr__(self) -> str:
        return show(self)


_made: dict[tuple[str, Any, tuple[Term, ...] | Sort], Term] = {}
_NOTHING: frozenset[Term] = frozenset()
_numbers: dict[Rational, Term] = {}


@cache
def _sort_text(sort: Sort) -> str:
    return repr(sort)


def _make(op: str, data: Any, args: tuple[Term, ...], sort: Sort) -> Term:
    key = (op, data, args or sort)  # with arguments, these settle the sort
    term = _made.get(key)
    if term is None:
        term = object.__new__(Term)
        loose, masses = data + 1 if op == "bound" else 0, op == "dirac"
        free = frozenset((term,)) if op == "var" else _NOTHING
        for a in args:
            loose, masses = max(loose, a.loose), masses or a.masses
            if not a.variables <= free:
                free = a.variables if free <= a.variables else free | a.variables
        put = object.__setattr__
        put(term, "op", op)
        put(term, "data", data)
        put(term, "args", args)
        put(term, "sort", sort)
        put(term, "loose", max(loose - len(data), 0) if op == "lam" else loose)
        put(term, "variables", free)
        put(term, "masses", masses and op != "int")
        put(term, "_digest", None)
        _made[key] = term
    return term


def _real(op: str, *terms: Term) -> None:
    if not terms:
        refuse(f"{op} of nothing")
    for term in terms:
        if term.sort != REAL:
            refuse(f"{op} of {term}, which is {term.sort} and not a real number")


# ---------------------------------------------------------------- making terms


def num(value: Rational) -> Term:
    """A rational number."""
    if type(value) not in (int, Fraction):
        refuse(f"num: {value!r} is no rational number")
    term = _numbers.get(value)
    if term is None:
        term = _numbers[value] = _make("num", Fraction(value), (), REAL)
    return term


def const(name: str) -> Term:
    r"""A real constant with laws of its own: ``pi``."""
    return _make("const", name, (), REAL) if name == "pi" else refuse(f"no constant {name}")


def var(name: str, sort: Sort) -> Term:
    """A free variable. Theorems hold for all its values."""
    if type(name) is not str or name[:1] in ("", "#", "@"):
        refuse(f"variable {name!r}: names with # or @ are the kernel's own")
    _check_sort(sort)
    return _make("var", name, (), sort)


def marker(number: int, sort: Sort) -> Term:
    """A variable that no one else can write: for what is bound while it is worked on."""
    return _make("var", f"#{number}", (), sort)


def slot(number: int, sort: Sort) -> Term:
    """The variable of a sum in a normal form."""
    return _make("var", f"@{number}", (), sort)


def lam(variables: Iterable[Term], body: Term) -> Term:
    """The function that takes variables to body."""
    return _lam(tuple(variables), body)


@cache
def _lam(bound: tuple[Term, ...], body: Term) -> Term:
    if body.loose:
        refuse(f"lam: {body} has bound variables of its own outside")
    if any(v.op != "var" for v in bound) or len(set(bound)) != len(bound):
        refuse("lam binds distinct variables")
    sorts = tuple(v.sort for v in bound)
    closed = _close(body, {v: k for k, v in enumerate(reversed(bound))}, 0)
    return _make("lam", sorts, (closed,), Arrow(sorts, body.sort))


@cache
def at(function: Term, *arguments: Term) -> Term:
    """A function at its arguments; of a ``lam``, its body with the arguments put in."""
    sort = function.sort
    if isinstance(sort, Points):
        sort = Arrow((sort.index,), REAL)
    if not isinstance(sort, Arrow):
        refuse(f"{function} is {sort} and cannot be applied")
    if tuple(a.sort for a in arguments) != sort.arguments:
        refuse(f"{function} takes {sort.arguments}, not {tuple(a.sort for a in arguments)}")
    if function.op == "lam":
        return _open(function.args[0], tuple(reversed(arguments)), 0)
    return _make("at", None, (function, *arguments), sort.result)


def function(term: Term) -> Term:
    """The term as a ``lam``: ``f`` becomes ``lam x. f(x)``."""
    if term.op == "lam":
        return term
    sort = term.sort
    if isinstance(sort, Points):
        sort = Arrow((sort.index,), REAL)
    if not isinstance(sort, Arrow):
        refuse(f"{term} is {sort}, not a function")
    fresh = fresh_variables(sort.arguments, term)
    return lam(fresh, at(term, *fresh))


def fresh_variables(sorts: Iterable[Sort], *avoid: Term) -> tuple[Term, ...]:
    """Markers of the given sorts, with numbers above those that occur in the terms."""
    return _fresh(tuple(sorts), avoid)


@cache
def _fresh(sorts: tuple[Sort, ...], avoid: tuple[Term, ...]) -> tuple[Term, ...]:
    used = [int(v.data[1:]) for t in avoid for v in t.variables if v.data[0] == "#"]
    first = max(used, default=-1) + 1
    return tuple(marker(first + k, sort) for k, sort in enumerate(sorts))


def add(*terms: Term) -> Term:
    """A sum of at least one term."""
    _real("add", *terms)
    return terms[0] if len(terms) == 1 else _make("add", None, terms, REAL)


def mul(*factors: Term) -> Term:
    """A product of at least one factor."""
    _real("mul", *factors)
    return factors[0] if len(factors) == 1 else _make("mul", None, factors, REAL)


def power(base: Term, exponent: int) -> Term:
    """A natural power."""
    _real("power", base)
    if type(exponent) is not int or exponent < 0:
        refuse(f"power: the exponent {exponent!r} is no natural number")
    return _make("pow", exponent, (base,), REAL)


def neg(term: Term) -> Term:
    """-1 times a term."""
    return mul(num(-1), term)


def sub(left: Term, right: Term) -> Term:
    """The sum of left and -1 times right."""
    return add(left, neg(right))


def inv(term: Term) -> Term:
    """The inverse, with 0⁻¹ = 0."""
    _real("inv", term)
    return _make("inv", None, (term,), REAL)


def div(left: Term, right: Term) -> Term:
    """The product of left and the inverse of right, so left / 0 = 0."""
    return mul(left, inv(right))


FUNCTIONS = ("exp", "ln", "sqrt", "sin", "cos", "sinh", "cosh", "tanh")


def call(name: str, term: Term) -> Term:
    """A function of one real variable, by name."""
    _real(name, term)
    if name not in FUNCTIONS:
        refuse(f"no function {name}")
    return _make(name, None, (term,), REAL)


def size(sort: Sort) -> Term:
    """The number of elements of a finite sort."""
    return _make("size", sort, (), REAL) if is_finite(sort) else refuse(f"{sort} is not finite")


def parity(index: Term) -> Term:
    """(-1) to the position of an index, however its sort is ordered."""
    return _make("parity", None, (index,), REAL) if is_finite(index.sort) else refuse("parity")


def delta(left: Term, right: Term) -> Term:
    """1 if two elements of a finite sort are the same, else 0."""
    if left.sort != right.sort or not is_finite(left.sort):
        refuse(f"delta of {left.sort} and {right.sort}")
    return _make("delta", None, (left, right), REAL)


def dirac(left: Term, right: Term) -> Term:
    """Dirac's measure at right, as a function of left; it has a meaning in integrals only."""
    if left.sort != right.sort or not _is_space(left.sort):
        refuse(f"dirac of {left.sort} and {right.sort}")
    return _make("dirac", None, (left, right), REAL)


def _binding(op: str, body: Term, arity: int, *rest: Term) -> Term:
    body = function(body)
    if len(body.data) != arity or body.args[0].sort != REAL:
        refuse(f"{op} takes a real function of {arity} variables")
    if op in ("sum", "prod", "min", "max", "det", "cof", "minv") and not all(
        is_finite(s) for s in body.data
    ):
        refuse(f"{op} over {body.data}, which is not finite")
    return _make(op, None, (body, *rest), REAL)


def total(body: Term) -> Term:
    """The sum of a function over a finite sort."""
    return _binding("sum", body, 1)


def product(body: Term) -> Term:
    """The product of a function over a finite sort."""
    return _binding("prod", body, 1)


def extremum(op: str, body: Term) -> Term:
    """The least (``min``) or greatest (``max``) value of a function on a finite sort."""
    return _binding(op, body, 1) if op in ("min", "max") else refuse(op)


def integral(body: Term) -> Term:
    """The integral over the real line, or over all vectors over finite sorts."""
    body = function(body)
    if not all(map(_is_space, body.data)):
        refuse(f"int over {body.data}, which has no volume")
    return _binding("int", body, 1)


def deriv(body: Term, point: Term) -> Term:
    """The derivative of a function of one real variable at a point."""
    body = function(body)
    if body.data != (REAL,) or point.sort != REAL:
        refuse("deriv takes a function of a real number, and a number")
    return _binding("deriv", body, 1, point)


def det(matrix: Term) -> Term:
    """The determinant of a function of two indices of one sort."""
    return _square("det", matrix)


def cof(matrix: Term, row: Term, column: Term) -> Term:
    """The cofactor: the signed minor without that row and column."""
    return _square("cof", matrix, row, column)


def minv(matrix: Term, row: Term, column: Term) -> Term:
    """An entry of the inverse matrix: cof(column, row) / det, so 0 where det is 0."""
    return _square("minv", matrix, row, column)


def _square(op: str, matrix: Term, *rest: Term) -> Term:
    matrix = function(matrix)
    if len(set(matrix.data)) != 1 or any(r.sort != matrix.data[0] for r in rest):
        refuse(f"{op} of a matrix that is not square")
    return _binding(op, matrix, 2, *rest)


# ---------------------------------------------------------------- statements


def equal(left: Term, right: Term) -> Term:
    """left = right, of any one sort; of functions: for all arguments."""
    return _relation("=", left, right)


def at_most(left: Term, right: Term) -> Term:
    """left <= right, real numbers."""
    return _relation("<=", left, right)


def less(left: Term, right: Term) -> Term:
    """left < right, real numbers."""
    return _relation("<", left, right)


def distinct(left: Term, right: Term) -> Term:
    """left and right, of one sort, are not the same."""
    return _relation("!=", left, right)


def _relation(op: str, left: Term, right: Term) -> Term:
    if left.sort != right.sort or (left.sort != REAL and op in ("<", "<=")):
        refuse(f"{op} between {left.sort} and {right.sort}")
    return _make(op, None, (left, right), TRUTH)


def conjunction(*statements: Term) -> Term:
    """All of the statements hold."""
    return _logic("and", *statements)


def implies(left: Term, right: Term) -> Term:
    """If left holds, right does."""
    return _logic("implies", left, right)


def iff(left: Term, right: Term) -> Term:
    """left holds exactly if right does."""
    return _logic("iff", left, right)


def _logic(op: str, *statements: Term) -> Term:
    if any(s.sort != TRUTH for s in statements):
        refuse(f"{op} joins statements")
    return _make(op, None, statements, TRUTH)


def every(body: Term) -> Term:
    """For all values of the variables of a ``lam`` its body holds."""
    if body.op != "lam" or body.args[0].sort != TRUTH:
        refuse("every takes a lam with a statement")
    return _make("every", None, (body,), TRUTH)


def smooth(body: Term) -> Term:
    """A real function of real variables has derivatives of every order."""
    body = function(body)
    if any(s != REAL for s in body.data) or body.args[0].sort != REAL:
        refuse("smooth is said of a real function of real numbers")
    return _make("smooth", None, (body,), TRUTH)


def posdef(matrix: Term) -> Term:
    """A matrix is symmetric and its quadratic form is positive but at 0."""
    matrix = function(matrix)
    if len(matrix.data) != 2 or len(set(matrix.data)) != 1 or not is_finite(matrix.data[0]):
        refuse("posdef is said of a square matrix")
    return _make("posdef", None, (matrix,), TRUTH)


# ---------------------------------------------------------------- binding and substitution


def rebuild(term: Term, args: tuple[Term, ...]) -> Term:
    """The same operation with other arguments of the same sorts."""
    if args == term.args:
        return term
    if term.op == "at" and args[0].op == "lam":
        return at(*args)
    return _make(term.op, term.data, args, term.sort)


def _close(term: Term, numbers: Mapping[Term, int], depth: int) -> Term:
    if term.op == "var":
        number = numbers.get(term)
        return term if number is None else _make("bound", depth + number, (), term.sort)
    if not term.args or numbers.keys().isdisjoint(term.variables):
        return term
    inner = depth + (len(term.data) if term.op == "lam" else 0)
    return rebuild(term, tuple([_close(a, numbers, inner) for a in term.args]))


def _open(term: Term, values: tuple[Term, ...], depth: int) -> Term:
    if term.loose <= depth:
        return term
    if term.op == "bound":
        number = term.data - depth
        if number < len(values):
            return _lift(values[number], depth, 0)
        return _make("bound", term.data - len(values), (), term.sort)
    inner = depth + (len(term.data) if term.op == "lam" else 0)
    return rebuild(term, tuple([_open(a, values, inner) for a in term.args]))


def _lift(term: Term, by: int, depth: int) -> Term:
    """The term as it reads below ``by`` more binders."""
    if term.loose <= depth or by == 0:
        return term
    if term.op == "bound":
        return _make("bound", term.data + by, (), term.sort)
    inner = depth + (len(term.data) if term.op == "lam" else 0)
    return rebuild(term, tuple(_lift(a, by, inner) for a in term.args))


def substitute(term: Term, values: Mapping[Term, Term]) -> Term:
    """The term with free variables replaced, all at once, without capture."""
    for old, new in values.items():
        if old.op != "var" or old.sort != new.sort or new.loose:
            refuse(f"substitute: {new} for {old} ({new.sort} for {old.sort})")
    free = term.variables
    key = (term, *[part for pair in values.items() if pair[0] in free for part in pair])
    if len(key) == 1:
        return term
    found = _substituted.get(key)
    if found is None:
        found = _substituted[key] = _substitute(term, values, {})
    return found


_substituted: dict[tuple[Term, ...], Term] = {}


def _substitute(term: Term, values: Mapping[Term, Term], done: dict[Term, Term]) -> Term:
    if term.op == "var":
        return values.get(term, term)
    if not term.args or values.keys().isdisjoint(term.variables):
        return term
    found = done.get(term)
    if found is None:
        args = tuple([_substitute(a, values, done) for a in term.args])
        found = done[term] = rebuild(term, args)
    return found


def match(pattern: Term, term: Term, holes: frozenset[Term]) -> dict[Term, Term] | None:
    """Values of the holes that make pattern the term, if there are any."""
    found: dict[Term, Term] = {}
    return found if _match(pattern, term, holes, found) else None


def _match(pattern: Term, term: Term, holes: frozenset[Term], found: dict[Term, Term]) -> bool:
    if pattern in holes:
        if pattern.sort != term.sort or term.loose:
            return False
        return found.setdefault(pattern, term) is term
    if pattern is term:
        return all(found.setdefault(h, h) is h for h in pattern.variables & holes)
    return (
        pattern.op == term.op
        and pattern.data == term.data
        and pattern.sort == term.sort
        and len(pattern.args) == len(term.args)
        and all(_match(p, t, holes, found) for p, t in zip(pattern.args, term.args, strict=True))
    )


# ---------------------------------------------------------------- reading a term


def show(term: Term) -> str:
    """A plain notation for messages and tests."""
    op, args = term.op, term.args
    match op:
        case "num" | "const" | "var":
            return str(term.data)
        case "bound":
            return f"${term.data}"
        case "lam":
            return f"{len(term.data)}. {args[0]}"
        case "at":
            return f"{args[0]}[{', '.join(map(show, args[1:]))}]"
        case "add" | "mul":
            return "(" + {"add": " + ", "mul": " * "}[op].join(map(show, args)) + ")"
        case "pow":
            return f"{args[0]}^{term.data}"
        case "size":
            return f"|{term.data}|"
        case "=" | "<" | "<=" | "!=" | "iff" | "implies":
            return f"{args[0]} {op} {args[1]}"
        case _:
            return f"{op}({', '.join(map(show, args))})"


# ---------------------------------------------------------------- from a record


def restored(op: str, data: Any, args: tuple[Term, ...]) -> Term:
    """A term from its operation and parts, sorts checked; bound variables may be loose."""
    match op, data, args:
        case "num", Fraction(), ():
            return num(data)
        case "const", str(), ():
            return const(data)
        case "var", (str() as name, sort), () if name:
            _check_sort(sort)
            if name[0] not in "#@":
                return var(name, sort)
            return _make("var", f"{name[0]}{int(name[1:])}", (), sort)
        case "bound", (int() as number, sort), () if number >= 0:
            _check_sort(sort)
            return _make("bound", number, (), sort)
        case "lam", tuple(), (body,):
            for sort in data:
                _check_sort(sort)
            _check_bound(body, data[::-1], 0, set())
            return _make("lam", data, (body,), Arrow(data, body.sort))
        case "pow", int(), (base,):
            return power(base, data)
        case "size", _, ():
            return size(data)
    make = _MAKERS.get(op) or refuse(f"no operation {op}")
    return make(*args)


def _check_bound(term: Term, sorts: tuple[Sort, ...], depth: int, seen: set[Any]) -> None:
    """Refuse bound variables that are not of the sort that their ``lam`` says."""
    if term.loose <= depth or (term, depth) in seen:
        return
    seen.add((term, depth))
    if (
        term.op == "bound"
        and term.data < depth + len(sorts)
        and term.sort != sorts[term.data - depth]
    ):
        refuse(f"a variable of {sorts[term.data - depth]} is used as {term.sort}")
    inner = depth + (len(term.data) if term.op == "lam" else 0)
    for a in term.args:
        _check_bound(a, sorts, inner, seen)


_MAKERS: dict[str, Callable[..., Term]] = {
    "at": at, "add": add, "mul": mul, "inv": inv, "parity": parity, "delta": delta,
    "dirac": dirac, "sum": total, "prod": product, "int": integral, "deriv": deriv,
    "det": det, "cof": cof, "minv": minv, "=": equal, "<=": at_most, "<": less,
    "!=": distinct, "and": conjunction, "implies": implies, "iff": iff, "every": every,
    "smooth": smooth, "posdef": posdef,
    "min": partial(extremum, "min"), "max": partial(extremum, "max"),
    **{name: partial(call, name) for name in FUNCTIONS},
}  # fmt: skip
