"""Laws that the simplifier knows, by operation: theorems for an atom, made when asked for.

``FIRST`` are tried on an atom as it stands, ``LAWS`` once its arguments are simple,
``PAIRS`` give equations for products that contain the atom. Each returns None where it
has nothing to say; what a rule of the kernel refuses is no law here.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from ..kernel import analysis, matrices
from ..kernel import terms as t
from ..kernel.arithmetic import Entry, linear, reciprocal, separate
from ..kernel.arithmetic import sign as sign_rule
from ..kernel.logic import assume, cases, congruence, specialise
from ..kernel.normal import Monomial, polynomial, written
from ..kernel.terms import REAL, KernelError, Rational, Term
from ..kernel.theorem import Theorem
from .rewriting import Rewrite, opened, product_of, rewrite_of, unused
from .simplify import Simplifier, chain, equal_by, in_argument

Law = Callable[[Simplifier, Term], "Theorem | None"]
ONE = t.num(1)


def _hole(term: Term, work: Callable[[Term], Term], theorem: Theorem) -> Theorem:
    """The theorem in a context given by a function of a hole."""
    hole = t.var("~hole", REAL)
    return congruence(theorem, (), hole, work(hole))


def single(term: Term) -> tuple[Rational, list[tuple[Term, int]]] | None:
    """Coefficient and factors of a term that is one product, not summed."""
    form = polynomial(term)
    if len(form) != 1:
        return None
    ((binders, factors), coefficient) = next(iter(form.items()))
    return None if binders else (coefficient, list(factors))


# ---------------------------------------------------------------- exp


def exp_law(s: Simplifier, atom: Term) -> Theorem | None:
    """exp of 0, of a sum, of a multiple, of a logarithm."""
    form = polynomial(atom.args[0])
    if not form:
        return equal_by(atom, ONE, analysis.exp_of_zero())
    if len(form) > 1:
        parts = [written({m: c}) for m, c in sorted(form.items(), key=_stable)]
        return _exp_of_parts(atom, parts)
    ((monomial, coefficient),) = form.items()
    if coefficient.numerator != 1:
        return _exp_of_multiple(atom, monomial, coefficient)
    if coefficient == 1 and not monomial[0] and len(monomial[1]) == 1:
        (inside, exponent) = monomial[1][0]
        if inside.op == "ln" and exponent == 1:
            return equal_by(atom, inside.args[0], analysis.exp_of_ln(inside.args[0], s.facts))
    return None


def _stable(item: tuple[Monomial, Rational]) -> tuple[int, tuple[bytes, ...]]:
    return len(item[0][1]), tuple(a.digest for a, _ in item[0][1])


def _exp_of_parts(atom: Term, parts: list[Term]) -> Theorem:
    entries: list[Entry] = []
    done: list[Term] = []
    for k, part in enumerate(parts[:-1]):
        rest = t.add(*parts[k + 1 :])
        factor = t.mul(*done) if done else ONE
        entries.append((factor, analysis.exp_of_sum(part, rest), (), ()))
        done.append(t.call("exp", part))
    done.append(t.call("exp", parts[-1]))
    return linear(t.equal(atom, t.mul(*done)), tuple(entries), ())


def exp_inverse(term: Term) -> Theorem:
    """exp(-a) = exp(a)⁻¹."""
    plus, minus = t.call("exp", term), t.call("exp", t.neg(term))
    product = equal_by(
        t.mul(plus, minus), ONE, _backwards(analysis.exp_of_sum(term, t.neg(term))),
        analysis.exp_of_zero(),
    )  # fmt: skip
    one = reciprocal(plus)
    entries = ((t.inv(plus), product, (), ()), (t.neg(minus), one, (), ()))
    return linear(t.equal(minus, t.inv(plus)), entries, ())


def _backwards(theorem: Theorem) -> Theorem:
    left, right = theorem.conclusion.args
    return linear(t.equal(right, left), ((t.num(-1), theorem, (), ()),), ())


def _exp_of_multiple(atom: Term, monomial: Monomial, coefficient: Rational) -> Theorem:
    """exp(-p/q a) = (exp(a/q)⁻¹)^p."""
    base = written({monomial: Fraction(1, coefficient.denominator)})
    count = abs(coefficient.numerator)
    theorems = []
    whole = t.call("exp", t.mul(t.num(count), base))
    entries = []
    if count > 1:
        parts = [base] * count
        power = _exp_of_parts(whole, parts)
        theorems.append(power)
    if coefficient > 0:
        return equal_by(atom, t.power(t.call("exp", base), count), *theorems)
    inverse = exp_inverse(t.mul(t.num(count), base))
    result = t.power(t.inv(t.call("exp", base)), count)
    if not theorems:
        return equal_by(atom, result, inverse)
    inner = _hole(whole, t.inv, theorems[0])
    entries = [(ONE, inverse, (), ()), (ONE, inner, (), ())]
    return linear(t.equal(atom, result), tuple(entries), ())


def exp_of_sum_of_logs(s: Simplifier, atom: Term) -> Theorem | None:
    """exp(Σ_k ln a_k) = Π_k a_k."""
    form = polynomial(atom.args[0])
    if len(form) != 1:
        return None
    ((binders, factors), coefficient) = next(iter(form.items()))
    if len(binders) != 1 or coefficient != 1 or len(factors) != 1:
        return None
    (inside, exponent) = factors[0]
    if inside.op != "ln" or exponent != 1:
        return None
    (slot,) = binders
    body = t.lam([slot], inside)
    product = analysis.exp_of_total(body)
    (variable,) = unused([slot.sort], inside)
    argument = t.substitute(inside.args[0], {slot: variable})
    each = analysis.exp_of_ln(argument, s.facts)
    hole = t.var("~hole", t.Arrow((slot.sort,), REAL))
    context = t.product(t.lam([variable], t.at(hole, variable)))
    both = congruence(each, (variable,), hole, context)
    return equal_by(atom, both.conclusion.args[1], product, both)


# ---------------------------------------------------------------- ln


def ln_law(s: Simplifier, atom: Term) -> Theorem | None:
    """ln of 1, of a product, of an inverse, a root, an exponential."""
    found = single(atom.args[0])
    if found is None:
        return _ln_of_common_factor(s, atom)
    coefficient, factors = found
    pieces = [f for a, e in factors for f in [a] * e]
    numbers = _prime_factors(coefficient)
    if coefficient <= 0:
        return None
    parts = [*pieces, *numbers]
    if not parts:
        return _ln_of_one(atom)
    if len(parts) > 1:
        return _ln_of_product(s, atom, parts)
    return _ln_of_factor(s, atom, parts[0])


def _ln_of_common_factor(s: Simplifier, atom: Term) -> Theorem | None:
    """ln(a b + a c) = ln a + ln(b + c): the normal form of the inverse shows the factors."""
    found = single(t.inv(atom.args[0]))
    if found is None or found[0] <= 0 or (len(found[1]) < 2 and found[0] == 1):
        return None
    parts = [x for a, e in found[1] for x in [a.args[0] if a.op == "inv" else t.inv(a)] * e]
    return _ln_of_product(s, atom, [*parts, *_prime_factors(Fraction(1) / found[0])])


def ln_law_of_parts(s: Simplifier, atom: Term, parts: list[Term]) -> Theorem | None:
    """ln of a product whose factors are given, as the sum of their logarithms."""
    if len(parts) > 1:
        return _ln_of_product(s, atom, parts)
    return _ln_of_factor(s, atom, parts[0])


def _prime_factors(value: Rational) -> list[Term]:
    """Primes and inverses of primes whose product is a positive rational number."""
    out = []
    for number, inverse in ((value.numerator, False), (value.denominator, True)):
        rest, prime = number, 2
        while rest > 1 and prime < 1000:
            while rest % prime == 0:
                out.append(t.num(Fraction(1, prime) if inverse else prime))
                rest //= prime
            prime += 1
        if rest > 1:
            out.append(t.num(Fraction(1, rest) if inverse else rest))
    return out


def _ln_of_one(atom: Term) -> Theorem:
    zero = analysis.exp_of_zero()
    inside = _hole(atom, lambda h: t.call("ln", h), zero)
    return equal_by(atom, t.num(0), _backwards(inside), analysis.ln_of_exp(t.num(0)))


def ln_of_two(left: Term, right: Term, facts: tuple[Theorem, ...]) -> Theorem:
    """ln(a b) = ln a + ln b for a, b > 0."""
    a, b = t.call("ln", left), t.call("ln", right)
    first, second = analysis.exp_of_ln(left, facts), analysis.exp_of_ln(right, facts)
    joint = t.call("exp", t.add(a, b))
    entries = (
        (ONE, analysis.exp_of_sum(a, b), (), ()),
        (t.call("exp", b), first, (), ()),
        (left, second, (), ()),
    )
    product = linear(t.equal(joint, t.mul(left, right)), entries, ())
    inside = _hole(joint, lambda h: t.call("ln", h), product)
    goal = t.call("ln", t.mul(left, right))
    return equal_by(goal, t.add(a, b), _backwards(inside), analysis.ln_of_exp(t.add(a, b)))


def _ln_of_product(s: Simplifier, atom: Term, parts: list[Term]) -> Theorem:
    entries = []
    for k in range(len(parts) - 1):
        rest = t.mul(*parts[k + 1 :])
        entries.append((ONE, ln_of_two(parts[k], rest, s.facts), (), ()))
    total = t.add(*(t.call("ln", p) for p in parts))
    return linear(t.equal(atom, total), tuple(entries), ())


def _ln_of_factor(s: Simplifier, atom: Term, factor: Term) -> Theorem | None:
    match factor.op:
        case "exp":
            return equal_by(atom, factor.args[0], analysis.ln_of_exp(factor.args[0]))
        case "inv":
            return _ln_of_inverse(s, atom, factor.args[0])
        case "num" if factor.data.numerator == 1:
            return _ln_of_inverse(s, atom, t.num(factor.data.denominator))
        case "sqrt":
            root = analysis.square_of_sqrt(factor.args[0], s.facts)
            both = ln_of_two(factor, factor, s.facts)
            inside = _hole(factor, lambda h: t.call("ln", h), root)
            half = t.num(Fraction(1, 2))
            entries = ((t.neg(half), both, (), ()), (half, inside, (), ()))
            goal = t.equal(atom, t.mul(half, t.call("ln", factor.args[0])))
            return linear(goal, entries, ())
        case "prod":
            return _ln_of_prod(s, atom, factor)
    return None


def _ln_of_inverse(s: Simplifier, atom: Term, inside: Term) -> Theorem:
    both = ln_of_two(inside, t.inv(inside), s.facts)
    one = _hole(inside, lambda h: t.call("ln", h), reciprocal(inside, s.facts))
    zero = _ln_of_one(t.call("ln", ONE))
    goal = t.equal(atom, t.neg(t.call("ln", inside)))
    entries = ((t.num(-1), both, (), ()), (ONE, one, (), ()), (ONE, zero, (), ()))
    return linear(goal, entries, ())


def _ln_of_prod(s: Simplifier, atom: Term, factor: Term) -> Theorem:
    body = factor.args[0]
    (variable,) = unused(body.data, body)
    entry = t.at(body, variable)
    each = analysis.exp_of_ln(entry, s.facts)
    hole = t.var("~hole", t.Arrow(body.data, REAL))
    context = t.product(t.lam([variable], t.at(hole, variable)))
    both = congruence(each, (variable,), hole, context)
    logs = t.lam([variable], t.call("ln", entry))
    whole = analysis.exp_of_total(logs)
    exp_of_total = equal_by(t.call("exp", t.total(logs)), factor, whole, both)
    inside = _hole(atom, lambda h: t.call("ln", h), exp_of_total)
    return equal_by(atom, t.total(logs), _backwards(inside), analysis.ln_of_exp(t.total(logs)))


# ---------------------------------------------------------------- deltas


def by_delta(s: Simplifier, atom: Term) -> Theorem | None:
    """F(δ) = δ F(1) + (1 - δ) F(0) for a delta of elements of a finite sort."""
    delta = _delta_in(atom.args[0])
    if delta is None:
        return None
    hole = t.var("~hole", REAL)
    context = _put(atom, delta, hole)
    there, nowhere = (t.substitute(context, {hole: t.num(k)}) for k in (1, 0))
    goal = t.equal(atom, t.add(t.mul(delta, there), t.mul(t.sub(ONE, delta), nowhere)))
    shown = []
    for case in (t.equal(*delta.args), t.distinct(*delta.args)):
        value = separate(assume(case))
        inside = congruence(value, (), hole, context)
        entries = ((ONE, inside, (), ()), (t.sub(nowhere, there), value, (), ()))
        shown.append(linear(goal, entries, ()))
    return cases(shown[0], shown[1], *delta.args)


def _delta_in(term: Term) -> Term | None:
    """A delta that nothing around it binds, of which a term is made by arithmetic."""
    if term.op == "delta":
        return term
    if term.op not in ("add", "mul", "pow"):
        return None
    return next((found for a in term.args if (found := _delta_in(a)) is not None), None)


def _put(term: Term, old: Term, new: Term) -> Term:
    """A term with another one in the place of a part."""
    if term is old:
        return new
    return t.rebuild(term, tuple(_put(a, old, new) for a in term.args)) if term.args else term


# ---------------------------------------------------------------- sqrt


def sqrt_law(s: Simplifier, atom: Term) -> Theorem | None:
    """The root of a product of things that are not negative, factor by factor."""
    found = single(atom.args[0])
    if found is None or found[0] < 0:
        return None
    coefficient, factors = found
    outside: list[Term] = []
    inside: list[Term] = []
    for number in _prime_factors(coefficient):
        (outside if number in inside else inside).append(number)
        if number in outside and number in inside:
            inside.remove(number)
    for a, e in factors:
        outside += [a] * (e // 2)
        inside += [a] * (e % 2)
    roots = [_root(x) for x in inside]
    if not outside and len(inside) == 1 and roots[0] is atom:
        return None
    result = t.mul(*outside, *roots) if outside or roots else ONE
    square = s(t.mul(result, result))
    plain = s(atom.args[0])
    if square.conclusion.args[1] is not plain.conclusion.args[1]:
        return None
    same = equal_by(t.mul(result, result), atom.args[0], square, _backwards(plain))
    root = analysis.sqrt_of_square(result, s.facts)
    under = _hole(atom, lambda h: t.call("sqrt", h), same)
    return equal_by(atom, result, _backwards(under), root)


def _root(term: Term) -> Term:
    if term.op == "inv":
        return t.inv(_root(term.args[0]))
    if term.op == "num" and term.data.numerator == 1:
        return t.inv(t.call("sqrt", t.num(term.data.denominator)))
    if term.op == "prod":
        (k,) = unused(term.args[0].data, term)
        return t.product(t.lam([k], _root(t.at(term.args[0], k))))
    return t.call("sqrt", term)


def sqrt_pair(s: Simplifier, atom: Term) -> Rewrite | None:
    """√a √a = a, and Π √a Π √a = Π a; of their inverses too."""
    base = atom.args[0] if atom.op == "inv" else atom
    theorem = _square(s, base)
    if theorem is None:
        return None
    if atom.op == "inv":
        theorem = _hole(atom, t.inv, theorem)
    return rewrite_of(theorem, ((), ((atom, 2),)), atom.variables)


def _square(s: Simplifier, base: Term) -> Theorem | None:
    try:
        if base.op == "sqrt":
            return analysis.square_of_sqrt(base.args[0], s.facts)
        if base.op == "prod":
            (k,) = unused(base.args[0].data, base)
            inside = t.at(base.args[0], k)
            if inside.op == "sqrt":
                each = analysis.square_of_sqrt(inside.args[0], s.facts)
                hole = t.var("~hole", t.Arrow((k.sort,), REAL))
                return congruence(each, (k,), hole, t.product(t.lam([k], t.at(hole, k))))
    except KernelError:
        return None
    return None


# ---------------------------------------------------------------- derivatives and integrals


def deriv_law(s: Simplifier, atom: Term) -> Theorem | None:
    """The derivative carried out, after n/n is 1."""
    body, point = atom.args
    (x,) = unused(body.data, body, point)
    simpler = s.cancelled(t.at(body, x)) if not t.at(body, x).masses else None
    if simpler is None:
        return analysis.derivative(body, point, s.facts)
    step = in_argument(atom, 0, simpler, (x,))
    return chain(step, analysis.derivative(*step.conclusion.args[1].args, s.facts))


def deriv_of_sifted(s: Simplifier, atom: Term) -> Theorem | None:
    """The derivative of integrals against delta measures, which are sums."""
    body, point = atom.args
    (x,) = unused(body.data, body, point)
    sifted = _sifted(s, t.at(body, x))
    if sifted is None:
        return None
    step = in_argument(atom, 0, sifted, (x,))
    return chain(step, analysis.derivative(*step.conclusion.args[1].args, s.facts))


def _sifted(s: Simplifier, term: Term) -> Theorem | None:
    """A sum of products with its integrals against delta measures carried out."""
    if term.op == "int":
        return sift_law(s, term)
    theorem, here = None, term
    for position, part in enumerate(term.args if term.op in ("add", "mul") else ()):
        step = _sifted(s, part)
        if step is not None:
            step = in_argument(here, position, step, ())
            theorem = step if theorem is None else chain(theorem, step)
            here = step.conclusion.args[1]
    return theorem


def sift_law(s: Simplifier, atom: Term) -> Theorem | None:
    """An integral against delta measures, with the logarithms of the values split."""
    from .logs import split_logs

    variables = t.fresh_variables(atom.args[0].data, atom)
    if not t.at(atom.args[0], *variables).masses:
        return None
    found = analysis.sifting(atom.args[0])
    split = split_logs(s, found.conclusion.args[1])
    return found if split is None else chain(found, split)


def scale_law(s: Simplifier, atom: Term) -> Theorem | None:
    """∫ c F(x) dx = c ∫ F(x) dx."""
    body = atom.args[0]
    (x,) = unused(body.data, body)
    found = single(t.at(body, x)) if not t.at(body, x).masses else None
    if found is None:
        return None
    coefficient, factors = found
    outer = product_of(coefficient, [(a, e) for a, e in factors if x not in a.variables])
    inner = product_of(1, [(a, e) for a, e in factors if x in a.variables])
    if outer is t.mul(t.num(1)) or outer is ONE or x not in inner.variables:
        return None
    scaled = analysis.integral_scale(outer, t.lam([x], inner))
    return equal_by(atom, scaled.conclusion.args[1], scaled)


def exponential_law(s: Simplifier, atom: Term) -> Theorem | None:
    """An integral whose exponentials were taken apart, with one exponential again."""
    body = atom.args[0]
    (x,) = unused(body.data, body)
    found = single(t.at(body, x))
    if found is None:
        return None
    coefficient, factors = found
    exponents, rest = [], []
    for a, e in factors:
        if a.op == "exp":
            exponents.append(t.mul(t.num(e), a.args[0]))
        elif a.op == "inv" and a.args[0].op == "exp":
            exponents.append(t.mul(t.num(-e), a.args[0].args[0]))
        else:
            rest.append((a, e))
    inside = [a for a, _ in rest if x in a.variables]
    if inside or len(exponents) + len(rest) < 1 or not exponents:
        return None
    whole = t.call("exp", t.add(*exponents))
    split = s(whole)
    outer = product_of(coefficient, rest)
    hole = t.var("~hole", t.Arrow(body.data, REAL))
    goal = t.equal(t.at(body, x), t.mul(outer, whole))
    same = linear(goal, ((t.neg(outer), split, (), ()),), ())
    joined = congruence(same, (x,), hole, t.integral(t.lam([x], t.at(hole, x))))
    scaled = analysis.integral_scale(outer, t.lam([x], whole))
    bell = t.integral(t.lam([x], whole))
    value = gauss_law(s, bell)
    if value is None:
        return None
    result = t.mul(outer, value.conclusion.args[1])
    entries = ((ONE, joined, (), ()), (ONE, scaled, (), ()), (outer, value, (), ()))
    return linear(t.equal(atom, result), entries, ())


def gauss_law(s: Simplifier, atom: Term) -> Theorem | None:
    """∫ c exp(-a x²/2 + b x + k) dx, by completing the square."""
    body = atom.args[0]
    if body.data != (REAL,):
        from .gaussian import gaussian_vector_law

        return gaussian_vector_law(s, atom)
    x, u = unused((REAL, REAL), body)
    found = single(t.at(body, x))
    if found is None:
        return None
    coefficient, factors = found
    outer = [(a, e) for a, e in factors if x not in a.variables]
    inner = [(a, e) for a, e in factors if x in a.variables]
    if len(inner) != 1 or inner[0][0].op != "exp" or inner[0][1] != 1:
        return None
    parts = _quadratic(inner[0][0].args[0], x)
    if parts is None:
        return None
    a, b, k = parts
    minus_half = t.num(Fraction(-1, 2))
    rest = t.add(k, t.mul(t.num(Fraction(1, 2)), t.power(b, 2), t.inv(a)))
    shift = t.neg(t.mul(b, t.inv(a)))
    bell = t.lam([u], t.call("exp", t.mul(minus_half, a, t.power(u, 2))))
    moved = t.at(bell, t.add(x, shift))
    factor = t.mul(t.num(coefficient), *(t.power(f, e) for f, e in outer), t.call("exp", rest))
    # exp(quadratic) = exp(rest) exp(-a (x - b/a)^2 / 2), by a a⁻¹ = 1
    one = reciprocal(a, s.facts)
    square = t.add(rest, t.mul(minus_half, a, t.power(t.add(x, shift), 2)))
    argument = inner[0][0].args[0]
    y = t.mul(b, x)
    correction = t.mul(t.num(Fraction(-1, 2)), t.power(b, 2), t.inv(a))
    exponent = linear(
        t.equal(square, argument),
        ((y, one, (), ()), (correction, one, (), ())),
        (),
    )
    split = analysis.exp_of_sum(rest, square.args[1])
    under = _hole(argument, lambda h: t.call("exp", h), exponent)
    lead = t.mul(t.num(coefficient), *(t.power(f, e) for f, e in outer))
    whole = linear(
        t.equal(t.at(body, x), t.mul(factor, moved)),
        ((t.neg(lead), under, (), ()), (lead, split, (), ())),
        (),
    )
    hole = t.var("~hole", t.Arrow((REAL,), REAL))
    inside = congruence(whole, (x,), hole, t.integral(t.lam([x], t.at(hole, x))))
    scaled = analysis.integral_scale(factor, t.lam([x], moved))
    shifted = analysis.integral_shift(bell, shift)
    gauss = analysis.gaussian_integral(a, s.facts)
    result = t.mul(factor, gauss.conclusion.args[1])
    entries = (
        (ONE, inside, (), ()),
        (ONE, scaled, (), ()),
        (factor, shifted, (), ()),
        (factor, gauss, (), ()),
    )
    return linear(t.equal(atom, result), entries, ())


def _quadratic(term: Term, x: Term) -> tuple[Term, Term, Term] | None:
    """a, b, k with term = -a x²/2 + b x + k."""
    parts: dict[int, list[Term]] = {0: [], 1: [], 2: []}
    for (binders, factors), coefficient in polynomial(term).items():
        power = dict(factors).get(x, 0)
        rest = tuple((a, e) for a, e in factors if a is not x)
        if power > 2 or any(x in a.variables for a, _ in rest):
            return None
        parts[power].append(written({(binders, rest): coefficient}))
    if not parts[2]:
        return None
    total = {p: t.add(*found) if found else t.num(0) for p, found in parts.items()}
    return written(polynomial(t.mul(t.num(-2), total[2]))), total[1], total[0]


# ---------------------------------------------------------------- matrices


def det_law(s: Simplifier, atom: Term) -> Theorem | None:
    """The determinant of an inverse, of a transpose, of a diagonal matrix."""
    matrix = atom.args[0]
    i, j = unused(matrix.data, matrix)
    form = polynomial(t.at(matrix, i, j))
    if form and all(_has_delta(m, i, j) for m in form):
        entries = t.lam([i], t.substitute(t.at(matrix, i, j), {j: i}))
        return equal_by(atom, t.product(entries), matrices.det_of_diagonal(entries))
    entry = single(t.at(matrix, i, j))
    if entry is None:
        return None
    coefficient, factors = entry
    if len(factors) == 1 and coefficient == 1 and factors[0][1] == 1:
        inside = factors[0][0]
        if inside.op == "minv" and inside.args[1:] == (i, j):
            return det_of_inverse(s, inside.args[0])
        if inside.op == "minv" and inside.args[1:] == (j, i):
            return chain(det_of_flipped(matrix), det_of_inverse(s, inside.args[0]))
        if inside.op == "at" and inside.args[1:] == (j, i) and inside.args[0].op == "var":
            return det_of_flipped(matrix)
    return None


def _has_delta(monomial: Monomial, i: Term, j: Term) -> bool:
    return any(a.op == "delta" and set(a.args) == {i, j} for a, _ in monomial[1])


def det_of_a_product(s: Simplifier, atom: Term) -> Theorem | None:
    """det(A B C) = det(A) det(B) det(C), read off Σ_kl A_ik B_kl C_lj."""
    matrix = atom.args[0]
    i, j = unused(matrix.data, matrix)
    form = polynomial(t.at(matrix, i, j))
    if len(form) != 1:
        return None
    ((monomial, coefficient),) = form.items()
    variables, factors = opened(monomial)
    if coefficient != 1 or not variables:
        return None
    first = [a for a, e in factors if i in a.variables]
    if len(first) != 1 or dict(factors)[first[0]] != 1 or j in first[0].variables:
        return None
    links = [v for v in variables if v in first[0].variables and v.sort == i.sort]
    if len(links) != 1:
        return None
    k, rest = links[0], [(a, e) for a, e in factors if a is not first[0]]
    body = product_of(1, rest)
    for v in variables:
        if v is not k:
            body = t.total(t.lam([v], body))
    left, right = t.lam([i, k], first[0]), t.lam([k, j], body)
    return equal_by(atom, t.mul(t.det(left), t.det(right)), matrices.det_of_product(left, right))


def det_of_flipped(matrix: Term) -> Theorem:
    """det(A) = det(Aᵀ), A given."""
    i, j = unused(matrix.data, matrix)
    flipped = t.lam([i, j], t.at(matrix, j, i))
    return matrices.det_of_transpose(flipped)


def det_of_inverse(s: Simplifier, matrix: Term) -> Theorem:
    """det(A⁻¹) = det(A)⁻¹; both are 0 where det(A) is."""
    here = t.det(matrix)
    try:
        return _det_of_inverse(s, matrix)
    except KernelError:
        apart = assume(t.distinct(here, t.num(0)))
        regular = _det_of_inverse(Simplifier((*s.facts, apart)), matrix)
        return cases(_det_of_no_inverse(matrix), regular, here, t.num(0))


def _det_of_no_inverse(matrix: Term) -> Theorem:
    """Where det(A) = 0, A⁻¹ is the zero matrix, and its determinant 0."""
    i, j, k = unused(matrix.data[:1] * 3, matrix)
    inverse = t.lam([i, j], t.minv(matrix, i, j))
    zero = assume(t.equal(t.det(matrix), t.num(0)))
    none = _hole(t.det(matrix), t.inv, zero)
    entry = linear(
        t.equal(t.minv(matrix, k, j), t.num(0)),
        (
            (ONE, matrices.inverse_by_cofactors(matrix, k, j), (), ()),
            (t.cof(matrix, j, k), none, (), ()),
        ),
        (),
    )
    expansion = matrices.laplace(inverse, k, k)
    entries = (
        (t.num(-1), expansion, (), ()),
        (t.cof(inverse, k, j), entry, (), (j,)),
        (t.num(-1), none, (), ()),
    )
    return linear(t.equal(t.det(inverse), t.inv(t.det(matrix))), entries, ())


def _det_of_inverse(s: Simplifier, matrix: Term) -> Theorem:
    i, j = unused(matrix.data, matrix)
    inverse = t.lam([i, j], t.minv(matrix, i, j))
    product = matrices.det_of_product(matrix, inverse)
    identity = inverse_right(s, matrix, i, j)
    hole = t.var("~hole", t.Arrow(matrix.data, REAL))
    det_one = congruence(identity, (i, j), hole, t.det(t.lam([i, j], t.at(hole, i, j))))
    diagonal = matrices.det_of_diagonal(t.lam([i], ONE))
    here, there = t.det(matrix), t.det(inverse)
    entries = (
        (t.num(-1), product, (), ()),
        (ONE, det_one, (), ()),
        (ONE, diagonal, (), ()),
        (ONE, product_of_ones(matrix.data[0]), (), ()),
    )
    one = linear(t.equal(t.mul(here, there), ONE), entries, ())
    back = reciprocal(here, s.facts)
    return linear(
        t.equal(there, t.inv(here)),
        ((t.inv(here), one, (), ()), (t.neg(there), back, (), ())),
        (),
    )


def product_of_ones(sort: t.Sort) -> Theorem:
    """Π_k 1 = 1: it is Π exp(0) = exp(Σ 0) = exp(0)."""
    k = t.var("~k", sort)
    zeros = t.lam([k], t.num(0))
    whole = analysis.exp_of_total(zeros)
    zero = analysis.exp_of_zero()
    hole = t.var("~hole", t.Arrow((sort,), REAL))
    each = congruence(zero, (k,), hole, t.product(t.lam([k], t.at(hole, k))))
    goal = t.equal(t.product(t.lam([k], ONE)), ONE)
    entries = ((t.num(-1), each, (), ()), (t.num(-1), whole, (), ()), (ONE, zero, (), ()))
    return linear(goal, entries, ())


def inverse_right(s: Simplifier, matrix: Term, row: Term, column: Term) -> Theorem:
    """Σ_j A_ij (A⁻¹)_jk = δ_ik where det(A) is not 0."""
    return _inverse_times(s, matrix, row, column, matrix, False)


def inverse_left(s: Simplifier, matrix: Term, row: Term, column: Term) -> Theorem:
    """Σ_j (A⁻¹)_ij A_jk = δ_ik where det(A) is not 0."""
    i, j = unused(matrix.data, matrix)
    flipped = t.lam([i, j], t.at(matrix, j, i))
    return _inverse_times(s, matrix, column, row, flipped, True)


def _inverse_times(
    s: Simplifier, matrix: Term, row: Term, column: Term, used: Term, flip: bool
) -> Theorem:
    (j,) = unused(matrix.data[:1], matrix, used, row, column)
    expansion = matrices.laplace(used, row, column)
    entry = t.at(used, row, j)
    pair = (column, j) if flip else (j, column)
    inverse = matrices.inverse_by_cofactors(matrix, *pair)
    det = t.det(matrix)
    entries = [
        (entry, inverse, (), (j,)),
        (t.inv(det), expansion, (), ()),
        (t.delta(row, column), reciprocal(det, s.facts), (), ()),
    ]
    if flip:
        factor = t.mul(entry, t.inv(det))
        entries.append((t.neg(factor), matrices.cof_of_transpose(matrix, column, j), (), (j,)))
        transposed = matrices.det_of_transpose(matrix)
        entries.append((t.mul(t.delta(row, column), t.inv(det)), transposed, (), ()))
    goal_left = t.total(t.lam([j], t.mul(entry, t.minv(matrix, *pair))))
    return linear(t.equal(goal_left, t.delta(row, column)), tuple(entries), ())


def minv_pairs(left: bool) -> Callable[[Simplifier, Term], Rewrite | None]:
    def make(s: Simplifier, atom: Term) -> Rewrite | None:
        matrix = atom.args[0]
        row, column = unused(matrix.data, matrix)
        try:
            theorem = (inverse_left if left else inverse_right)(s, matrix, row, column)
        except KernelError:
            return None
        return _leading(theorem, "minv", matrix.variables)

    return make


def _leading(theorem: Theorem, op: str, fixed: frozenset[Term]) -> Rewrite | None:
    """The rewrite whose leading monomial is the heaviest with an operation in it."""
    form = polynomial(theorem.conclusion.args[0])
    with_op = [m for m in form if any(a.op == op for a, _ in m[1]) and m[0]]
    if not with_op:
        return None
    lead = max(with_op, key=lambda m: (sum(e for _, e in m[1]), tuple(a.digest for a, _ in m[1])))
    return rewrite_of(theorem, lead, fixed)


def cof_pairs(s: Simplifier, atom: Term) -> Rewrite | None:
    matrix = atom.args[0]
    row, other = unused(matrix.data, matrix)
    return _leading(matrices.laplace(matrix, row, other), "cof", matrix.variables)


def cof_pairs_columns(s: Simplifier, atom: Term) -> Rewrite | None:
    """Σ_i A_ij cof_ik = δ_jk det(A)."""
    matrix = atom.args[0]
    row, other, i, j = unused(matrix.data * 2, matrix)
    flipped = t.lam([i, j], t.at(matrix, j, i))
    expansion = matrices.laplace(flipped, row, other)
    term = t.mul(t.at(matrix, j, row), t.cof(matrix, j, other))
    left = t.total(t.lam([j], term))
    flip = matrices.cof_of_transpose(matrix, other, j)
    entries = (
        (t.neg(t.at(matrix, j, row)), flip, (), (j,)),
        (ONE, expansion, (), ()),
        (t.delta(row, other), matrices.det_of_transpose(matrix), (), ()),
    )
    goal = t.equal(left, t.mul(t.delta(row, other), t.det(matrix)))
    theorem = linear(goal, entries, ())
    return _leading(theorem, "cof", matrix.variables)


def cof_law(s: Simplifier, atom: Term) -> Theorem | None:
    """cof_ij = det(A) (A⁻¹)_ji where det(A) is not 0."""
    matrix, row, column = atom.args
    det = t.det(matrix)
    inverse = matrices.inverse_by_cofactors(matrix, column, row)
    one = reciprocal(det, s.facts)
    result = t.mul(det, t.minv(matrix, column, row))
    entries = ((det, inverse, (), ()), (atom, one, (), ()))
    return _backwards(linear(t.equal(result, atom), entries, ()))


def minv_law(s: Simplifier, atom: Term) -> Theorem | None:
    """The inverse of an inverse."""
    matrix, row, column = atom.args
    i, j = unused(matrix.data, matrix)
    found = single(t.at(matrix, i, j))
    if found is None or found[0] != 1 or len(found[1]) != 1 or found[1][0][1] != 1:
        return None
    inside = found[1][0][0]
    if inside.args[1:] == (j, i) and inside.op in ("minv", "at"):
        return _inverse_of_transpose(matrix, row, column)
    if inside.op != "minv" or inside.args[1:] != (i, j):
        return None
    return inverse_of_inverse(s, inside.args[0], row, column)


def _inverse_of_transpose(matrix: Term, row: Term, column: Term) -> Theorem:
    """(A⁻¹)_ij = (Aᵀ⁻¹)_ji."""
    i, j = unused(matrix.data, matrix)
    flipped = t.lam([i, j], t.at(matrix, j, i))
    goal = t.equal(t.minv(matrix, row, column), t.minv(flipped, column, row))
    det = t.inv(t.det(matrix))
    dets = _hole(det, t.inv, matrices.det_of_transpose(matrix))
    entries = (
        (ONE, matrices.inverse_by_cofactors(matrix, row, column), (), ()),
        (t.num(-1), matrices.inverse_by_cofactors(flipped, column, row), (), ()),
        (t.neg(t.inv(t.det(flipped))), matrices.cof_of_transpose(matrix, row, column), (), ()),
        (t.neg(t.cof(matrix, column, row)), dets, (), ()),
    )
    return linear(goal, entries, ())


def inverse_of_inverse(s: Simplifier, matrix: Term, row: Term, column: Term) -> Theorem:
    """((A⁻¹)⁻¹)_ik = A_ik: both are Σ_jl A_ij (A⁻¹)_jl ((A⁻¹)⁻¹)_lk."""
    i, j, k, m = unused(matrix.data * 2, matrix, row, column)
    inverse = t.lam([i, j], t.minv(matrix, i, j))
    first = inverse_right(s, matrix, row, m)
    nonzero = det_of_inverse(s, matrix)
    deeper = Simplifier((*s.facts, *_not_zero(s, inverse, nonzero)))
    second = inverse_right(deeper, inverse, k, column)
    goal = t.equal(t.minv(inverse, row, column), t.at(matrix, row, column))
    entries = (
        (t.neg(t.minv(inverse, m, column)), first, (), (m,)),
        (t.at(matrix, row, k), second, (), (k,)),
    )
    return linear(goal, entries, ())


def _not_zero(s: Simplifier, inverse: Term, value: Theorem) -> list[Theorem]:
    """det(A⁻¹) is not 0, as it is an inverse."""
    from ..kernel.logic import replace

    here = value.conclusion.args[1]
    known = sign_rule(t.distinct(here, t.num(0)), s.facts)
    hole = t.var("~hole", REAL)
    return [replace(_backwards(value), (), hole, t.distinct(hole, t.num(0)), known)]


def mirror(s: Simplifier, atom: Term) -> Theorem | None:
    """An entry of a symmetric matrix, or of the inverse of one, with its indices swapped."""
    if atom.op == "at" and len(atom.args) == 3 and atom.args[1] is not atom.args[2]:
        return _swapped(s, atom)
    if atom.op == "minv" and atom.args[1] is not atom.args[2]:
        return inverse_swapped(s, *atom.args)
    return None


def _swapped(s: Simplifier, atom: Term) -> Theorem | None:
    for fact in s.facts:
        said = fact.conclusion
        if (
            said.op == "every"
            and said.args[0].args[0].op == "="
            and _sorts(atom) == said.args[0].data
        ):
            found = specialise(fact, atom.args[1:])
            left, right = found.conclusion.args
            if left is atom and right is t.at(atom.args[0], atom.args[2], atom.args[1]):
                return found
    return None


def _sorts(atom: Term) -> tuple[t.Sort, ...]:
    return tuple(a.sort for a in atom.args[1:])


def inverse_swapped(s: Simplifier, matrix: Term, row: Term, column: Term) -> Theorem | None:
    """(A⁻¹)_ij = (A⁻¹)_ji for a symmetric A."""
    symmetry = symmetric(s, matrix)
    if symmetry is None:
        return None
    i, j = _entry_names(matrix)
    hole = t.var("~hole", t.Arrow(matrix.data, REAL))
    flat = t.lam([i, j], t.at(hole, i, j))
    inverse = matrices.inverse_by_cofactors
    swap = congruence(symmetry, (i, j), hole, t.cof(flat, column, row))
    flip = matrices.cof_of_transpose(matrix, column, row)
    det = t.inv(t.det(matrix))
    goal = t.equal(t.minv(matrix, row, column), t.minv(matrix, column, row))
    entries = (
        (ONE, inverse(matrix, row, column), (), ()),
        (det, swap, (), ()),
        (det, flip, (), ()),
        (t.num(-1), inverse(matrix, column, row), (), ()),
    )
    return linear(goal, entries, ())


def _entry_names(matrix: Term) -> tuple[Term, Term]:
    i, j = unused(matrix.data, matrix)
    return i, j


def symmetric(s: Simplifier, matrix: Term) -> Theorem | None:
    """A_ij = A_ji for the variables of ``_entry_names``, if that can be seen."""
    if matrix not in s.symmetric:
        s.symmetric[matrix] = None  # what needs its own symmetry is not seen to be symmetric
        try:
            s.symmetric[matrix] = _symmetric(s, matrix)
        except BaseException:
            del s.symmetric[matrix]
            raise
    return s.symmetric[matrix]


def _symmetric(s: Simplifier, matrix: Term) -> Theorem | None:
    i, j = _entry_names(matrix)
    here, there = t.at(matrix, i, j), t.at(matrix, j, i)
    try:
        difference = s(t.sub(here, there))
    except KernelError:
        return None
    if polynomial(difference.conclusion.args[1]):
        return None
    return linear(t.equal(here, there), ((ONE, difference, (), ()),), ())


FIRST: dict[str, tuple[Law, ...]] = {
    "deriv": (deriv_law, deriv_of_sifted),
    "int": (sift_law, scale_law, gauss_law),
}
LAWS: dict[str, tuple[Law, ...]] = {
    "exp": (exp_law, exp_of_sum_of_logs),
    "ln": (by_delta, ln_law),
    "inv": (by_delta,),
    "sqrt": (sqrt_law,),
    "deriv": (deriv_law,),
    "int": (gauss_law, exponential_law),
    "det": (det_law,),
    "cof": (cof_law,),
    "minv": (minv_law,),
}
PRODUCTS: dict[str, tuple[Law, ...]] = {"det": (det_of_a_product,)}
"""Laws tried first where determinants of products are to be taken apart."""
PAIRS: dict[str, tuple[Callable[[Simplifier, Term], Rewrite | None], ...]] = {
    "sqrt": (sqrt_pair,),
    "prod": (sqrt_pair,),
    "inv": (sqrt_pair,),
    "minv": (minv_pairs(False), minv_pairs(True)),
    "cof": (cof_pairs, cof_pairs_columns),
}
