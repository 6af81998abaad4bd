r"""Terms and statements of the kernel as formulas: LaTeX, or plain text for a terminal.

Bound variables, and the variables that only a proof speaks of, get letters that are free
where they stand. Terms that print alike are equal by the rule ``ring``: sums and products
are printed without zeros and ones, and with minus signs and fractions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from ..kernel import terms as t
from ..kernel.terms import REAL, Arrow, Points, Term
from .entries import ByEntry, by_entry
from .styles import ATOM, FACTOR, PRODUCT, REACH, SUM, Latex, Plain, Text
from .tidy import INTERNAL, ZERO, own_variables, tidy
from .vocabulary import APART, Vocabulary

LATEX, PLAIN = Latex(), Plain()


def latex(said: Term, vocabulary: Vocabulary | None = None) -> str:
    r"""A term or statement as LaTeX.

    >>> x, m = t.var("x_0", REAL), t.var(r"\mu", REAL)
    >>> print(latex(t.equal(t.power(t.add(t.neg(m), x), 2), t.div(x, t.num(2)))))
    (x_0 - \mu)^2 = \frac{1}{2} x_0
    """
    return _set(said, vocabulary, LATEX)


def plain(said: Term, vocabulary: Vocabulary | None = None) -> str:
    r"""A term or statement as Unicode text on one line.

    >>> x, m = t.var("x_0", REAL), t.var(r"\mu", REAL)
    >>> print(plain(t.at_most(t.num(0), t.mul(t.inv(m), t.power(t.sub(x, m), 2)))))
    (x₀ − μ)²/μ ≥ 0
    """
    return _set(said, vocabulary, PLAIN)


def latex_of(said: Iterable[Term], vocabulary: Vocabulary | None = None) -> list[str]:
    """Several formulas in which a variable that only the proof speaks of has one letter."""
    return _printed(said, vocabulary, LATEX)[0]


def plain_of(said: Iterable[Term], vocabulary: Vocabulary | None = None) -> list[str]:
    """The same as Unicode text."""
    return _printed(said, vocabulary, PLAIN)[0]


def latex_with(
    said: Term,
    vocabulary: Vocabulary | None,
    texts: Mapping[Term, Text],
    spoken: Iterable[Term] = (),
) -> tuple[str, dict[Term, str]]:
    """LaTeX in which some variables stand for given formulas, and the letters of its own ones.

    No bound index has the name of one of those in ``spoken``.
    """
    printer = _Printer(vocabulary or Vocabulary(), LATEX, texts=texts)
    printer.taken |= {v.data for v in spoken if _is_index(v.sort) and not INTERNAL.search(v.data)}
    printer.name_free([said])
    own = dict(printer.named)
    text = printer.statement(said) if said.sort == t.TRUTH else printer(said)[0]
    return text, own


def scopes(said: Term, vocabulary: Vocabulary | None = None) -> list[tuple[str, ...]]:
    """For each binder of a statement, the bound and made-up names in scope in it."""
    return _printed([said], vocabulary, PLAIN)[1].scopes


def _set(said: Term, vocabulary: Vocabulary | None, style: Latex) -> str:
    return _printed([said], vocabulary, style)[0][0]


def _printed(
    said: Iterable[Term], vocabulary: Vocabulary | None, style: Latex
) -> tuple[list[str], _Printer]:
    tidied = [tidy(one) for one in said]
    printer = _Printer(vocabulary or Vocabulary(), style)
    printer.name_free(tidied)
    return [printer.statement(x) if x.sort == t.TRUTH else printer(x)[0] for x in tidied], printer


# ---------------------------------------------------------------- the printer


@dataclass
class _Printer:
    words: Vocabulary
    style: Latex
    named: dict[Term, str] = field(default_factory=dict)
    """Names in scope: of bound variables, and of free ones that the document has none for."""
    scopes: list[tuple[str, ...]] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)
    families: set[str] = field(default_factory=set)
    """Names that stand with an index: the same name without one is another's."""
    texts: Mapping[Term, Text] = field(default_factory=dict)
    """What stands for some variables: formulas of the document."""

    def __call__(self, term: Term) -> Text:
        return _RULES.get(term.op, _Printer.unknown)(self, term)

    def within(self, term: Term, level: int) -> str:
        return self.style.within(self(term), level)

    def unknown(self, term: Term) -> Text:
        parts = ", ".join(self(a)[0] for a in term.args)
        return self.style.parenthesised(f"{term.op} {parts}"), ATOM

    # ------------------------------------------------------------ names

    def name_free(self, said: list[Term]) -> None:
        """Letters for the free variables that no document names."""
        for one in said:
            for v in one.variables:
                if not INTERNAL.search(v.data):
                    family = isinstance(v.sort, Arrow) and all(map(_is_index, v.sort.arguments))
                    names = self.families if family else self.taken
                    names |= {v.data, v.data.rstrip("'")}
        for base, entry in self.words.components.items():
            if base[0] in self.taken and not entry.sup_slots:
                self.taken.add(entry.name)
        for variable in own_variables(*said):
            self.named[variable] = self.choose(variable.sort, bound=False)

    def choose(self, sort: t.Sort, bound: bool = True) -> str:
        """A free name; only an index that is not bound may have one of the document's."""
        used = self.taken | set(self.named.values())
        for name in self.words.letters(sort, bound or t.is_finite(sort)):
            alone = sort == REAL or (name, 0) in self.words.components
            if name not in used and (alone or name not in self.families):
                return name
        raise AssertionError("names never end")

    def opened(self, body: Term, *, at: Term | None = None) -> tuple[tuple[Term, ...], Term]:
        """A function's variables, with names, and its value; ``close`` ends their scope."""
        fresh = t.fresh_variables(body.data, body, *self.named, *([at] if at else []))
        for variable in fresh:
            self.named[variable] = self.choose(variable.sort)
        self.scopes.append(tuple(self.named.values()))
        return fresh, t.at(body, *fresh)

    def close(self, variables: tuple[Term, ...]) -> None:
        for variable in variables:
            del self.named[variable]

    def name(self, variable: Term) -> Text:
        if variable in self.texts:
            return self.texts[variable]
        name = self.named.get(variable, variable.data)
        level = FACTOR if "^" in name else ATOM
        if name.endswith("'") and "^" in name:
            name = f"{{{name.rstrip(chr(39))}}}'"
        return self.style.name(name), level

    # ------------------------------------------------------------ statements

    def statement(self, said: Term) -> str:
        style, args = self.style, said.args
        match said.op:
            case "=" | "<" | "<=" | "!=":
                sign = {"=": "=", "<": "<", "<=": r"\leq", "!=": r"\neq"}[said.op]
                left, right = args
                if left is ZERO and said.op in ("<", "<="):
                    left, right, sign = right, left, {"<": ">", "<=": r"\geq"}[said.op]
                sides = [self.side(left), self.side(right)]
                return f"{sides[0]} {style.relation(sign)} {sides[1]}"
            case "and":
                return style.and_.join(self.joined(a) for a in args)
            case "implies" | "iff":
                sign = style.implies if said.op == "implies" else style.iff
                return sign.join(self.joined(a) for a in args)
            case "every":
                fresh, body = self.opened(args[0])
                names = ", ".join(style.name(self.named[v]) for v in fresh)
                text = f"{self.joined(body, 'every')}{style.for_all}{names}"
                self.close(fresh)
                return text
            case "smooth":
                return self.function(args[0])[0] + style.words("is smooth")
            case "posdef":
                return self.matrix(args[0])[0] + style.words("is positive definite")
        return self.unknown(said)[0]

    def joined(self, said: Term, *loose: str) -> str:
        text = self.statement(said)
        inner = ("and", "implies", "iff", "every")
        return self.style.parenthesised(text) if said.op in inner and said.op not in loose else text

    def side(self, term: Term) -> str:
        return self(term)[0]

    # ------------------------------------------------------------ functions of indices

    def matrix(self, body: Term) -> Text:
        """A function of two indices as a matrix."""
        inside = body.args[0]
        match inside.op, inside.args:
            case "at", (base, *indices) if not base.loose:
                turn = _turn(indices)
                if turn is not None:
                    return self._turned(self.head(base), turn)
            case "minv", (base, *indices) if not base.loose:
                turn = _turn(indices)
                if turn is not None:
                    inner = self.matrix(base)
                    text = self.style.inverse(self.style.within(inner, ATOM))
                    return self._turned(text, turn)
            case "delta", (left, right) if {left.op, right.op} == {"bound"} and left is not right:
                return "I", ATOM
        return self.function(body)

    def _turned(self, text: Text, turned: bool) -> Text:
        return self.style.transposed(self.style.within(text, ATOM)) if turned else text

    def head(self, array: Term) -> Text:
        """An array without its indices."""
        if array.op == "var":
            return self.name(array)
        if array.op == "lam":
            return self.matrix(array) if len(array.data) == 2 else self.function(array)
        return self(array)

    def function(self, body: Term) -> Text:
        """A function as its value in brackets, with its variables below; ``f`` as f."""
        inside = body.args[0]
        if inside.op == "at" and not inside.args[0].loose:
            count = len(body.data)
            if [a.data if a.op == "bound" else -1 for a in inside.args[1:]] == [
                *reversed(range(count))
            ]:
                return self.head(inside.args[0])
        fresh, value = self.opened(body)
        names = [self.style.name(self.named[v]) for v in fresh]
        text = self.style.sub(self.style.bracketed(self(value)[0]), names)
        self.close(fresh)
        return text, ATOM

    def where(self, variable: Term) -> tuple[str, str]:
        """What stands below a sum over a variable, and above it."""
        name = self.named[variable]
        shown, size = self.style.name(name), self.words.sizes.get(variable.sort)
        if size is not None:
            return f"{shown}=1", self.style.name(size)
        if self.words.declared(variable.sort, name):
            return shown, ""
        return self.style.member(shown, self.sort(variable.sort)), ""

    def space(self, sort: t.Sort) -> str:
        """All vectors of a sort."""
        if isinstance(sort, Arrow) and len(sort.arguments) == 1:
            size = self.words.sizes.get(sort.arguments[0], str(sort.arguments[0]))
            return self.style.sup(self.style.reals, self.style.name(size))
        return self.sort(sort)

    def sort(self, sort: t.Sort) -> str:
        name = sort.name if isinstance(sort, Points) else str(sort)
        if isinstance(sort, Points) and sort.spins:
            size = self.words.sizes.get(sort.index, sort.index)
            return self.style.sup(self.style.name(name), self.style.name(size))
        plain_word = re.fullmatch(r"[A-Za-z]{2,}", name)
        word = f"\\text{{{name}}}" if plain_word else name
        return self.style.name(word)


def _is_index(sort: t.Sort) -> bool:
    return isinstance(sort, str) and t.is_finite(sort)


def _turn(indices: list[Term]) -> bool | None:
    """False for (i, j) as bound, True for (j, i), None for other indices."""
    numbers = [i.data if i.op == "bound" else None for i in indices]
    return {(1, 0): False, (0, 1): True}.get(tuple(numbers))  # type: ignore[arg-type]


# ---------------------------------------------------------------- one operation each


def _num(p: _Printer, term: Term) -> Text:
    value = term.data
    if value < 0:
        return p.style.minus + _num(p, t.num(-value))[0], SUM
    if value.denominator == 1:
        return str(value), ATOM
    return p.style.fraction((str(value.numerator), ATOM), (str(value.denominator), ATOM))


def _add(p: _Printer, term: Term) -> Text:
    terms = [_signed(p, a) for a in term.args]
    first = next((k for k, (minus, _) in enumerate(terms) if not minus), 0)
    terms.insert(0, terms.pop(first))
    text = ""
    for k, (minus, part) in enumerate(terms):
        inner = p.style.within(part, PRODUCT)
        sign = p.style.minus if minus else "+"
        text += f" {sign} {inner}" if k else (sign if minus else "") + inner
    return text, SUM


def _signed(p: _Printer, term: Term) -> tuple[bool, Text]:
    """Whether a term is subtracted, and the term without its sign."""
    if term.op == "num" and term.data < 0:
        return True, _num(p, t.num(-term.data))
    if term.op == "mul":
        numbers = [a.data for a in term.args if a.op == "num"]
        rest = [a for a in term.args if a.op != "num"]
        number = numbers[0] if numbers else Fraction(1)
        return number < 0, _product(p, abs(number), rest)
    return False, p(term)


def _mul(p: _Printer, term: Term) -> Text:
    minus, text = _signed(p, term)
    return (p.style.minus + p.style.within(text, PRODUCT), SUM) if minus else text


def _product(p: _Printer, number: Fraction, factors: list[Term]) -> Text:
    above, below = _factors(p, factors)
    reaching = [x for x in above if x[1] in (REACH, SUM)]
    near = sorted((x for x in above if x not in reaching), key=lambda x: _place(p, x))
    top, bottom = (str(number.numerator), ATOM), (str(number.denominator), ATOM)
    if not below and number.denominator == 1:
        if number != 1 or not above:
            near.insert(0, top)
        return _row(p, [*near, *reaching])
    if not below:
        front, behind = p.style.fraction(top, bottom), [*near, *reaching]
        return _row(p, [front, *behind]) if behind else front
    if number.denominator != 1:
        below.insert(0, bottom)
    if number.numerator != 1 or not near:
        near.insert(0, top)
    if near == [("1", ATOM)] and len(reaching) == 1 and reaching[0][1] == SUM:
        near, reaching = reaching, []
    front = p.style.fraction(_row(p, near), _row(p, below))
    return _row(p, [front, *reaching]) if reaching else front


def _place(p: _Printer, text: Text) -> tuple[bool, bool]:
    """In a product π comes first, then what needs no parentheses as a base."""
    return text[1] != ATOM, text[0] != p.style.pi


def _factors(p: _Printer, factors: list[Term]) -> tuple[list[Text], list[Text]]:
    """The factors above and below the line, equal ones as powers."""
    exponents: dict[Term, int] = {}
    for factor in factors:
        base, exponent = (factor.args[0], factor.data) if factor.op == "pow" else (factor, 1)
        if base.op == "inv":  # a⁻¹ a stays: it is 0 where a is
            base, exponent = base.args[0], -exponent
            factor = t.inv(base)
        elif factor.op == "pow":
            factor = base
        exponents[factor] = exponents.get(factor, 0) + exponent
    above: list[Text] = []
    below: list[Text] = []
    signs = [f.args[0] for f in exponents if f.op == "parity" for _ in range(exponents[f])]
    if signs:
        minus = p.style.parenthesised(p.style.minus + "1")
        above.append((p.style.sup(minus, "+".join(p(i)[0] for i in signs)), FACTOR))
    for factor, exponent in exponents.items():
        if factor.op == "parity":
            continue
        text = p(factor.args[0] if exponent < 0 else factor)
        if abs(exponent) > 1:
            text = p.style.sup(p.style.within(text, ATOM), str(abs(exponent))), FACTOR
        (above if exponent > 0 else below).append(text)
    return above, sorted(below, key=lambda x: _place(p, x))


def _row(p: _Printer, parts: list[Text]) -> Text:
    """Factors side by side; what reaches to the end of a term stands last."""
    if len(parts) == 1:
        return parts[0]
    texts = [p.style.within(x, FACTOR) for x in parts if x[1] != REACH]
    reaching = [x for x in parts if x[1] == REACH]
    texts += [p.style.parenthesised(x[0]) for x in reaching[:-1]]
    texts += [x[0] for x in reaching[-1:]]
    out = texts[0]
    for text in texts[1:]:
        out += (p.style.times if text[0].isdigit() else " ") + text
    return out, REACH if reaching else PRODUCT


def _pow(p: _Printer, term: Term) -> Text:
    return _product(p, Fraction(1), [term])


def _inv(p: _Printer, term: Term) -> Text:
    return _product(p, Fraction(1), [term])


def _at(p: _Printer, term: Term) -> Text:
    base, *indices = term.args
    if base.op == "var" and base.data == APART:
        return _apart(p, *indices)
    family = base if base.op == "at" else None
    root = family.args[0] if family is not None else base
    if root.op == "var" and term.sort == REAL:
        low = len(family.args) - 1 if family is not None else 0
        entry = p.words.components.get((p.named.get(root, root.data), low))
        if entry is not None and all(t.is_finite(i.sort) for i in indices):
            outer = [p(i)[0] for i in (family.args[1:] if family is not None else ())]
            return _component(p, entry, [p(i)[0] for i in indices], outer)
    if all(t.is_finite(i.sort) and not isinstance(i.sort, Points) for i in indices) and (
        not _is_function(base, p)
    ):
        texts = [p(i)[0] for i in indices]
        head = p.head(base)
        bare = base.op == "var" and not set("_^'") & set(head[0]) and _family_of(p, base)
        shown = head[0] if bare else p.style.parenthesised(head[0])
        level = FACTOR if bare and "^" in head[0] else ATOM
        return p.style.sub(shown, texts), level
    texts = [p.side(i) if i.sort == REAL else p.head(i)[0] for i in indices]
    if (
        base.op == "var"
        and texts
        and texts[-1] == p.style.name(p.words.parameters.get(base.data, "~"))
    ):
        texts.pop()
    name = p.style.within(p.head(base), FACTOR)
    return name + p.style.parenthesised(", ".join(texts)), FACTOR


def _is_function(base: Term, p: _Printer) -> bool:
    return base.op == "var" and base.data in p.words.parameters


def _family_of(p: _Printer, base: Term) -> bool:
    """Whether an index at a name is read as that of a family, or can be no other's."""
    sorts = base.sort.arguments if isinstance(base.sort, Arrow) else ()
    return (base.data, sorts) in p.words.families or base.data + "_" not in p.words.names


def _component(p: _Printer, entry: object, inner: list[str], outer: list[str]) -> Text:
    low = len(entry.slots) - entry.sup_slots  # type: ignore[attr-defined]
    texts = [*inner, *outer]
    head = p.style.sub(p.style.name(entry.name), texts[:low])  # type: ignore[attr-defined]
    if texts[low:]:
        return p.style.sup(head, f"({','.join(texts[low:])})"), FACTOR
    return head, ATOM


def _big(p: _Printer, term: Term) -> Text:
    body = term.args[0]
    fresh, value = p.opened(body)
    if term.op == "sum" and value.op == "sum":
        pairs = _over_pairs(p, fresh[0], value)
        if pairs is not None:
            p.close(fresh)
            return pairs
    if term.op == "prod" and fresh[0] not in value.variables:
        size = p.words.sizes.get(fresh[0].sort)
        if size is not None:
            p.close(fresh)
            return p.style.sup(p.within(value, ATOM), p.style.name(size)), FACTOR
    low, high = p.where(fresh[0])
    text = p.style.big(term.op, low, high, p(value))
    p.close(fresh)
    return text


def _over_pairs(p: _Printer, first: Term, inner: Term) -> Text | None:
    """A sum over all pairs of different elements, where one is written so."""
    (second,), value = p.opened(inner.args[0])
    factors = value.args if value.op == "mul" else (value,)
    weight = next((f for f in factors if _weighs(f, first, second)), None)
    text = None
    if weight is not None:
        rest = [f for f in factors if f is not weight] or [t.num(1)]
        _name_pair(p, first, second, rest)
        low = rf"{p.named[first]} \neq {p.named[second]}"
        text = p.style.big("sum", low, "", p(t.mul(*rest)))
    p.close((second,))
    return text


def _name_pair(p: _Printer, first: Term, second: Term, factors: list[Term]) -> None:
    """The document's own letters, if it has two that the factors do not speak of."""
    pair = (first, second)
    inside = frozenset[Term]().union(*(f.variables for f in factors)) - {*pair}
    used = {p.named.get(v, v.data) for v in inside}
    used |= {name for v, name in p.named.items() if v not in pair and not INTERNAL.search(v.data)}
    names = [name for name in p.words.bound.get(first.sort, []) if name not in used]
    fresh = [name for name in names if name not in p.taken]
    names = fresh if len(fresh) >= 2 else names
    if len(names) >= 2:
        p.named |= dict(zip(pair, names, strict=False))


def _weighs(factor: Term, first: Term, second: Term) -> bool:
    head = factor.args[0] if factor.op == "at" else factor
    return head.op == "var" and head.data == APART and {*factor.args[1:]} == {first, second}


def _apart(p: _Printer, first: Term, second: Term) -> Text:
    """The weight of a pair of different elements, written out."""
    weight = t.sub(t.num(1), t.delta(first, second))
    if p.words.pairs == "unordered pairs":
        weight = t.mul(t.num(Fraction(1, 2)), weight)
    return p.style.parenthesised(p(weight)[0]), ATOM


def _int(p: _Printer, term: Term) -> Text:
    fresh, value = p.opened(term.args[0])
    name, sort = p.named[fresh[0]], fresh[0].sort
    space = "" if sort == REAL or p.words.declared(sort, name) else p.space(sort)
    text = p.style.integral(p.style.name(name), p(value), space)
    p.close(fresh)
    return text


def _deriv(p: _Printer, term: Term) -> Text:
    body, point = term.args
    primes, inner = _primes(body)
    if inner is not None:
        marks = "'" * (primes + 1)
        return p.head(inner)[0] + marks + p.style.parenthesised(p(point)[0]), FACTOR
    if point.op == "var" and point not in body.variables:
        order, value = _orders(t.at(body, point), point)
        return p.style.derivative(p.name(point)[0], p(value), order)
    if point is ZERO and body.args[0].op != "deriv":
        found = by_entry(body)
        if found is not None:
            return _partial(p, found)
    fresh, value = p.opened(body, at=point)
    text = p.style.derivative_at(p.name(fresh[0])[0], p(point)[0], p(value))
    p.close(fresh)
    return text


def _orders(value: Term, point: Term) -> tuple[int, Term]:
    order = 1
    while value.op == "deriv" and value.args[1] is point and point not in value.args[0].variables:
        if _primes(value.args[0])[1] is not None:
            break
        order, value = order + 1, t.at(value.args[0], point)
    return order, value


def _primes(body: Term) -> tuple[int, Term | None]:
    """For the derivative of a function that has a name: how often it is differentiated."""
    inside = body.args[0]
    last = inside.args[-1] if inside.args else None
    if last is None or last.op != "bound" or last.data != 0:
        return 0, None
    if inside.op == "at" and len(inside.args) == 2 and inside.args[0].op == "var":
        return 0, inside.args[0]
    if inside.op == "deriv" and not inside.args[0].loose:
        primes, function = _primes(inside.args[0])
        return primes + 1, function
    return 0, None


def _partial(p: _Printer, found: ByEntry) -> Text:
    if found.inverted:
        head = p.style.inverse(p.style.within(p.name(found.array), ATOM))
        by = p.style.sub(p.style.parenthesised(head[0]), [p(i)[0] for i in found.indices])
    else:
        by = p(t.at(found.array, *found.indices))[0]
    return p.style.derivative(by, p(found.body))


def _minv(p: _Printer, term: Term) -> Text:
    matrix, *indices = term.args
    inverse = p.style.inverse(p.style.within(p.matrix(matrix), ATOM))
    return p.style.sub(p.style.parenthesised(inverse[0]), [p(i)[0] for i in indices]), ATOM


def _cof(p: _Printer, term: Term) -> Text:
    matrix, row, column = term.args
    head = p.matrix(matrix)
    adjugate = p.words.adjugates.get(head[0])
    text = p.style.name(adjugate) if adjugate else p.style.call("adj", head)[0]
    return p.style.sub(p.style.parenthesised(text), [p(column)[0], p(row)[0]]), ATOM


def _delta(p: _Printer, term: Term) -> Text:
    left, right = term.args
    if isinstance(left.sort, str) and left.sort in p.words.bound:
        return p.style.sub(p.style.name(r"\delta"), [f"{p(left)[0]}", f"{p(right)[0]}"]), ATOM
    return _dirac(p, term)


def _dirac(p: _Printer, term: Term) -> Text:
    left, right = (p.head(a)[0] if a.sort != REAL else p.within(a, PRODUCT) for a in term.args)
    inside = f"{left} {p.style.minus} {right}"
    return p.style.name(r"\delta") + p.style.parenthesised(inside), FACTOR


def _size(p: _Printer, term: Term) -> Text:
    known = p.words.sizes.get(term.data)
    return (p.style.name(known), ATOM) if known else p.style.size(p.sort(term.data))


def _parity(p: _Printer, term: Term) -> Text:
    return _product(p, Fraction(1), [term])


def _det(p: _Printer, term: Term) -> Text:
    return p.style.call("det", p.matrix(term.args[0]))


_RULES: dict[str, Callable[[_Printer, Term], Text]] = {
    "num": _num,
    "const": lambda p, term: (p.style.pi, ATOM),
    "var": lambda p, term: p.name(term),
    "add": _add,
    "mul": _mul,
    "pow": _pow,
    "inv": _inv,
    "at": _at,
    "lam": lambda p, term: p.head(term),
    "sum": _big,
    "prod": _big,
    "min": _big,
    "max": _big,
    "int": _int,
    "deriv": _deriv,
    "det": _det,
    "minv": _minv,
    "cof": _cof,
    "delta": _delta,
    "dirac": _dirac,
    "size": _size,
    "parity": _parity,
    **{name: (lambda p, term: p.style.call(term.op, p(term.args[0]))) for name in t.FUNCTIONS},
}
