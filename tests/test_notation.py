r"""Formulas of mathematical notes at large, each with the tree it is read as, or the refusal.

``shape`` prints trees shortly: ``x = f(y)`` is ``(= x (f y))``.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from derivations.language import nodes as n
from derivations.language.source import Source
from derivations.reader.document import Document, read_document
from derivations.reader.statements import Link

DECLARED = r"""%! sort sample of size n
%! sort dim of size N
%! i, j : index(sample)
%! k, l : index(dim)
%! a, b, c, t, x, y, z, \eta : real
%! \mu, \sigma, \alpha, \lambda, \theta, \theta_0, x_0 : real
%! \bar{x}, \hat{\theta} : real
%! u, v, w, \vec{x}, \vec{y}, \mathbf{w} : vector(dim)
%! v_k : component of v
%! A, B, \Sigma : matrix(dim)
%! I : identity matrix(dim)
%! f, g : function of real
%! f_\theta : function of real
%! h : function of x and y
%! J : function of w
%! p, q : distribution over x
%! p(x|z) : distribution over x given z
%! r(z|x) : distribution over z given x
%! x_i, y_i, \hat{y}_i : real
%! J_{kl} : real
%! \langle \cdot \rangle : expectation over x under p
"""


def document(display: str, markdown: bool = False, more: str = "") -> Document:
    declared = DECLARED + more
    text = f"<!--\n{declared}-->\n{display}\n" if markdown else f"{declared}{display}\n"
    return read_document(Source("note.md" if markdown else "note.tex", text))


def shape(node: object) -> str:
    """A tree in short prefix notation."""
    match node:
        case n.Number(value=value):
            return str(value)
        case n.Symbol(name=name) | n.Constant(name=name) | n.NamedSet(name=name):
            return name
        case n.Indexed(base=base, indices=indices):
            return f"{shape(base)}[{','.join(map(shape, indices))}]"
        case n.Neg(operand=x):
            return f"(- {shape(x)})"
        case n.Add(terms=parts):
            return f"(+ {many(parts)})"
        case n.Mul(factors=parts):
            return f"(* {many(parts)})"
        case n.Div(numerator=x, denominator=y):
            return f"(/ {shape(x)} {shape(y)})"
        case n.Pow(base=x, exponent=y):
            return f"(^ {shape(x)} {shape(y)})"
        case n.Transpose(operand=x):
            return f"(T {shape(x)})"
        case n.Inverse(operand=x):
            return f"(inv {shape(x)})"
        case n.Call(name=name, arguments=arguments):
            return f"({name} {many(arguments)})"
        case n.Apply(function=f, arguments=arguments, primes=primes):
            marks = "'" * primes
            return f"({f.name}{marks} {many(arguments)})"
        case n.Delta(argument=x):
            return f"(delta {shape(x)})"
        case n.Kronecker(first=x, second=y):
            return f"(kronecker {shape(x)} {shape(y)})"
        case n.Binder(indices=indices, kind=kind, lower=lower, upper=upper):
            limits = "".join(" " + shape(x) for x in (lower, upper) if x is not None)
            return f"{','.join(s.name for s in indices)} {kind}{limits}"
        case n.Sum(binder=binder, body=body):
            return f"(sum {shape(binder)}: {shape(body)})"
        case n.Product(binder=binder, body=body):
            return f"(prod {shape(binder)}: {shape(body)})"
        case n.Integral(variable=variable, lower=lower, upper=upper, body=body):
            limits = "".join(" " + shape(x) for x in (lower, upper) if x is not None)
            return f"(int {shape(variable)}{limits}: {shape(body)})"
        case n.Derivative(body=body, variable=variable, order=order):
            return f"(d{order if order > 1 else ''} {shape(variable)}: {shape(body)})"
        case n.Expectation(body=body, law=law, variable=variable):
            under = "".join(" " + shape(x) for x in (variable, law) if x is not None)
            return f"(E{under}: {shape(body)})"
        case n.Extremum(kind=kind, variable=variable, body=body):
            return f"({kind} {variable.name}: {shape(body)})"
        case n.Limit(variable=variable, target=target, body=body, side=side):
            return f"(lim {variable.name} {shape(target)}{side}: {shape(body)})"
        case n.Diagonal(family=family):
            return f"(diagonal {family.name})"
        case n.SetLiteral(elements=elements):
            return "{" + many(elements) + "}"
        case n.SetPower(base=base, exponent=exponent):
            return f"{shape(base)}^{shape(exponent)}"
        case n.Piecewise(values=values, conditions=conditions):
            cases = zip(values, conditions, strict=True)
            return "(cases " + "; ".join(f"{shape(v)} if {shape(c)}" for v, c in cases) + ")"
        case n.Relation(some=(_, *_) as some):
            return f"(some {many(some)}: {shape(replace(node, some=()))})"
        case n.Relation(op=op, left=left, right=right, up_to=up_to):
            mark = f" up to {up_to.name}" if up_to is not None else ""
            return f"({op}{mark} {shape(left)} {shape(right)})"
        case n.Equivalence(left=left, right=right, one_way=one_way):
            return f"({'=>' if one_way else '<=>'} {shape(left)} {shape(right)})"
        case None:
            return "else"
    raise AssertionError(node)


def many(parts: tuple[n.Node, ...]) -> str:
    return " ".join(shape(part) for part in parts)


def said(link: Link) -> str:
    """The tree of a link with the conditions that its row gives."""
    given = " and ".join(shape(condition) for condition in link.conditions)
    return shape(link.node) + (f" if {given}" if given else "")


def outcome(display: str, markdown: bool = False, more: str = "") -> str:
    """The trees of all links, equation by equation, or the code of the refusal."""
    read = document(display, markdown, more)
    assert [e.message for _, e in read.problems] == []
    out = []
    for equation in read.equations:
        if equation.error is not None:
            out.append(equation.error.code)
        else:
            assert equation.reading is not None
            out.append(" ".join(said(link) for link in equation.reading.links))
    return " | ".join(out)


FORMULAS = {
    r"(A^\top)_{kl} = A_{lk}": "(= (T A)[k,l] A[l,k])",
    r"w^{\mathrm T} w = \|w\|^2": "(= (* (T w) w) (^ (norm w) 2))",
    r"w^{\text{T}} w = w^\mathrm{T} w": "(= (* (T w) w) (* (T w) w))",
    r"A^{-\top} = (A^{-1})^\top": "(= (T (inv A)) (T (inv A)))",
    r"A^{-T} = A^{-\mathrm{T}}": "(= (T (inv A)) (T (inv A)))",
    r"|A| = \det A": "(= (det A) (det A))",
    r"|x| = |{-x}|": "(= (abs x) (abs (- x)))",
    r"|x - y| \le |x| + |y|": "(<= (abs (+ x (- y))) (+ (abs x) (abs y)))",
    r"\left|x\right| = \lvert x \rvert": "(= (abs x) (abs x))",
    r"\|w\|_2^2 = w^\top w": "(= (^ (norm_p w 2) 2) (* (T w) w))",
    r"\|w\|^2 = \lVert w \rVert^2": "(= (^ (norm w) 2) (^ (norm w) 2))",
    r"p(x|z) = p(x \mid z)": r"(= (p(\cdot|\cdot) x z) (p(\cdot|\cdot) x z))",
    r"p(x\,|\,z) = p(x \mid z)": r"(= (p(\cdot|\cdot) x z) (p(\cdot|\cdot) x z))",
    r"\mathbb{E}_{x\sim p}[x^2] = \mathbb{E}_{x \sim p(x)}\left[x^2\right]": "(= (E x p: (^ x 2)) (E x p: (^ x 2)))",
    r"\mathbb{E}_{p}[x] = \mathbb{E}_{p(x)}[x]": "(= (E x p: x) (E x p: x))",
    r"\mathcal{N}(x; \mu, \sigma^2) = \mathcal{N}(x \mid \mu, \sigma^2)": r"(= (normal x \mu (^ \sigma 2)) (normal x \mu (^ \sigma 2)))",
    r"\mathcal N(x; \mu, \sigma^2) = \mathcal{N}(x | \mu, \sigma^2)": r"(= (normal x \mu (^ \sigma 2)) (normal x \mu (^ \sigma 2)))",
    r"\sum_{i<j} y_i y_j = a": "(= (sum i,j less: (* y[i] y[j])) a)",
    r"\sum_i y_i = a": "(= (sum i all: y[i]) a)",
    r"\sum_{i} y_i = a": "(= (sum i all: y[i]) a)",
    r"\sum_{i=1}^{n} y_i = a": "(= (sum i range 1 n: y[i]) a)",
    r"\sum_{1\le i<j\le n} y_i y_j = a": "(= (sum i,j less: (* y[i] y[j])) a)",
    r"\sum_{1 \leq i \leq n} y_i = a": "R113",
    r"\sum_{i \ne j} y_i y_j = a": "R109",
    r"\binom{x}{2} = \frac{x(x-1)}{2}": "(= (binom x 2) (/ (* x (+ x (- 1))) 2))",
    r"\Gamma(x+1) = x\Gamma(x)": "(= (Gamma (+ x 1)) (* x (Gamma x)))",
    r"x! = a": "(= (factorial x) a)",
    r"e^{x+y} = e^x e^y": "(= (exp (+ x y)) (* (exp x) (exp y)))",
    r"\log x + \log y = \log xy": "(= (+ (ln x) (ln y)) (ln (* x y)))",
    r"\log_2 x = \frac{\log x}{\log 2}": "(= (log x 2) (/ (ln x) (ln 2)))",
    r"\bar{x} = \hat{\theta}": r"(= \bar{x} \hat{\theta})",
    r"\frac{\partial^2 J}{\partial w \partial w^\top} = A": "(= (d2 w: (J w)) A)",
    r"\frac{\partial^2 f(x)}{\partial x^2} = f''(x)": "(= (d2 x: (f x)) (f'' x))",
    r"\frac{\partial^2 h(x,y)}{\partial x \partial y} = a": "(= (d x: (d y: (h x y))) a)",
    r"\frac{d^2}{dx^2} f(x) = f^{(2)}(x)": "(= (d2 x: (f x)) (f'' x))",
    r"f^{(3)}(x) = f'''(x)": "(= (f''' x) (f''' x))",
    r"f'(x) = a": "(= (f' x) a)",
    r"f^\prime(x) = f^{\prime\prime}(x)": "(= (f' x) (f'' x))",
    r"\nabla J(w) = w": "(= (d w: (J w)) w)",
    r"\nabla_w J(w) = w": "(= (d w: (J w)) w)",
    r"\nabla^2 J(w) = A": "(= (d2 w: (J w)) A)",
    r"\nabla_\theta f(\theta) = a": r"(= (d \theta: (f \theta)) a)",
    r"\nabla J = 0": "(= (d w: (J w)) 0)",
    r"\arg\max_x f(x) = a": "(= (argmax x: (f x)) a)",
    r"\argmax_x f(x) = a": "(= (argmax x: (f x)) a)",
    r"\mathop{\mathrm{arg\,max}}_x f(x) = a": "(= (argmax x: (f x)) a)",
    r"\operatorname*{arg\,max}_x f(x) = a": "(= (argmax x: (f x)) a)",
    r"\operatorname*{argmax}_{x} f(x) = a": "(= (argmax x: (f x)) a)",
    r"\underset{x}{\arg\max}\, f(x) = a": "(= (argmax x: (f x)) a)",
    r"\mathrm{argmax}_x f(x) = a": "(= (argmax x: (f x)) a)",
    r"\max_{x} f(x) \ge f(y)": "(>= (max x: (f x)) (f y))",
    r"\max(x, y) = \max\{x,y\}": "(= (max x y) (max x y))",
    r"\int_0^\infty e^{-x} dx = 1": r"(= (int x 0 \infty: (exp (- x))) 1)",
    r"\int_{0}^{1} x^2\,dx = \frac13": "(= (int x 0 1: (^ x 2)) (/ 1 3))",
    r"\int f(x)\,dx = \int dx f(x)": "(= (int x: (f x)) (int x: (f x)))",
    r"\int f(x) \, \mathrm{d}x = \int \mathrm{d}x f(x)": "(= (int x: (f x)) (int x: (f x)))",
    r"\int_0^1\int_0^1 x y \, dx\, dy = \frac14": "(= (int y 0 1: (int x 0 1: (* x y))) (/ 1 4))",
    r"\int dx \int dy\, h(x,y) = \int dy \int dx\, h(x,y)": "(= (int x: (int y: (h x y))) (int y: (int x: (h x y))))",
    r"\int_{-\infty}^{\infty} \frac{dx}{1+x^2} = \pi": "R113",
    r"f(x) = \begin{cases} x & x \ge 0 \\ 0 & \text{otherwise} \end{cases}": "(= (f x) (cases x if (>= x 0); 0 if else))",
    r"f(x) = \begin{cases} x & \text{if } x > 0, \\ -x & \text{if } x \le 0. \end{cases}": "(= (f x) (cases x if (> x 0); (- x) if (<= x 0)))",
    r"x = y \iff y = x": "(<=> (= x y) (= y x))",
    r"x = 0 \Rightarrow x^2 = 0": "(=> (= x 0) (= (^ x 2) 0))",
    r"x = 0 \Rightarrow x^2 = 0 \Rightarrow x^3 = 0": "(=> (= x 0) (= (^ x 2) 0)) (=> (= (^ x 2) 0) (= (^ x 3) 0))",
    r"x > 0 \implies x^2 > 0": "(=> (> x 0) (> (^ x 2) 0))",
    r"f(x) \underbrace{=}_{\theta \text{ only}} f(x) + a": r"(= up to \theta (f x) (+ (f x) a))",
    r"x \overset{(2.3)}{=} y": "(= x y)",
    r"x := y + 1": "(= x (+ y 1))",
    r"x \coloneqq y": "(= x y)",
    r"x \stackrel{\mathrm{def}}{=} y": "(= x y)",
    r"x \stackrel{\text{def}}{=} y": "(= x y)",
    r"x \triangleq y": "(= x y)",
    r"x = y \quad \text{for all } x": "(= x y)",
    r"x = y \quad (i = 1, \dots, n)": "(= x y)",
    r"y_i = x_i \quad i = 1, \dots, n": "(= y[i] x[i])",
    r"y_i = x_i, \quad \forall i": "(= y[i] x[i])",
    r"y_i = x_i \quad \forall i \in \{1,\dots,n\}": "(= y[i] x[i])",
    r"x = y \text{ (by 2.3)}": "(= x y)",
    r"\left[ x + y \right]^2 = \bigl( x + y \bigr)^2": "(= (^ (+ x y) 2) (^ (+ x y) 2))",
    r"\Bigl[ a \Bigr] = a": "(= a a)",
    r"a \cdot b = a \times b": "(= (* a b) (* a b))",
    r"a\,b = a\;b\!": "(= (* a b) (* a b))",
    r"a \pm b = 0": "R113",
    r"x^{y} = e^{y \ln x}": "(= (^ x y) (exp (* y (ln x))))",
    r"\sin^2 x + \cos^2 x = 1": "(= (+ (^ (sin x) 2) (^ (cos x) 2)) 1)",
    r"\sin 2x = 2 \sin x \cos x": "(= (sin (* 2 x)) (* 2 (sin x) (cos x)))",
    r"\sqrt[3]{x} = x^{1/3}": "(= (sqrt x 3) (^ x (/ 1 3)))",
    r"\frac{1}{2}x = x/2": "(= (* (/ 1 2) x) (/ x 2))",
    r"1/2 x = a": "R109",
    r"x/y/z = a": "R109",
    r"2^{-1} = 0.5": "(= (^ 2 (- 1)) 1/2)",
    r"1{,}000 = 1000": "R104",
    r"1,000 = 1000": "R104",
    r"\lim_{x \to 0} \frac{\sin x}{x} = 1": "(= (lim x 0: (/ (sin x) x)) 1)",
    r"\lim_{x\to\infty} e^{-x} = 0": r"(= (lim x \infty: (exp (- x))) 0)",
    r"\lim_{n\to\infty} x = x": r"(= (lim n \infty: x) x)",
    r"\langle u, v\rangle = u^\top v": "(= (inner u v) (* (T u) v))",
    r"u \cdot v = u^\top v": "R110",
    r"u \odot v = v": "R113",
    r"u \times v = v": "R110",
    r"\text{tr}(AB) = \operatorname{tr}(BA)": "(= (tr (* A B)) (tr (* B A)))",
    r"\mathrm{tr} A = \operatorname{Tr}(A)": "(= (tr A) (tr A))",
    r"\mathrm{Var}(x) = a": "(= (var x) a)",
    r"\prod_{i=1}^n e^{y_i} = e^{\sum_i y_i}": "(= (prod i range 1 n: (exp y[i])) (exp (sum i all: y[i])))",
    r"\frac{d}{dx} \int_0^x f(t) dt = f(x)": "(= (d x: (int t 0 x: (f t))) (f x))",
    r"\delta_{kl} = I_{kl}": "(= (kronecker k l) I[k,l])",
    r"A_{k,l} = A_{kl}": "(= A[k,l] A[k,l])",
    r"\sum_{k,l} J_{kl} v_k v_l = v^\top A v": "(= (sum k,l all: (* J[k,l] v[k] v[l])) (* (T v) A v))",
    r"\frac{\partial J}{\partial w} = 0": "(= (d w: (J w)) 0)",
    r"w^\mathrm T w = a": "(= (* (T w) w) a)",
    r"\mathrm{e}^x = e^x": "(= (exp x) (exp x))",
    r"|-x| = |x|": "(= (abs (- x)) (abs x))",
    r"x \sim p": "R113",
    r"x \sim \mathcal{N}(\mu, \sigma^2)": "R114",
    r"x \mapsto y": "R113",
    r"f(x) = x + \dots + y": "R113",
    r"x_1 + \cdots + x_n = a": "R113",
    r"\begin{pmatrix} a & b \\ c & a \end{pmatrix} = A": "R113",
    r"x = y, \quad y = z": "(= x y) (= y z)",
    r"x = y \text{ and } y = z": "(= x y) (= y z)",
    r"x = y \text{ if } x > 0": "(= x y) if (> x 0)",
    r"x &= y": "(= x y)",
    r"x^2^3 = a": "R104",
    r"x_i_j = a": "R104",
    r"\frac{x}{} = a": "R104",
    r"\frac{x} = a": "R104",
    r"\sqrt{} = a": "R104",
    r"() = a": "R104",
    r"x + = y": "R104",
    r"x =": "R104",
    r"= x": "R104",
    r"x": "R104",
    r"x = y)": "R101",
    r"(x = y": "R104",
    r"\{x = y\}": "R104",
    r"x = \left( y": "R101",
    r"\foo x = y": "R102",
    "\\ x = y\\": "(= x y)",
    r"x = y \\ z = x": "(= x y) (= z x)",
    r"\begin{split} x &= y \\ &= z \end{split}": "(= x y) (= y z)",
    r"x \gets y": "R113",
    r"x \not= y": "(!= x y)",
    r"x \not< y": "R113",
    r"x < y < z": "(< x y) (< y z)",
    r"x = y \ne z": "(= x y) (!= y z)",
    r"\forall x: x = x": "(= x x)",
    r"x = y \because z = x": "(= x y) if (= z x)",
    r"\therefore x = y": "(= x y)",
    r"x = f(y": "R101",
    r"f(x, y) = a": "R114",
    r"h(x) = a": "R114",
    r"f x = a": "R110",
    r"f(x)(y) = a": "(= (* (f x) y) a)",
    r"f^2(x) = a": "(= (^ (f x) 2) a)",
    r"f^{-1}(x) = a": "R109",
    r"\sin^{-1} x = a": "R109",
    r"\sin x^2 = a": "(= (sin (^ x 2)) a)",
    r"\sin(x)^2 = a": "R109",
    r"\exp(x)^2 = a": "(= (^ (exp x) 2) a)",
    r"\ln(x)y = a": "(= (* (ln x) y) a)",
    r"\ln x(y) = a": "R109",
    r"\sum y_i + a = b": "R104",
    r"\sum_{i=1}^N y_i = b": "R111",
    r"\sum_{i=0}^n y_i = b": "R111",
    r"\sum_{i=1}^{n-1} y_i = b": "(= (sum i range 1 (+ n (- 1)): y[i]) b)",
    r"\sum_{x} p(x) = 1": "R109",
    r"\sum_{i \in S} y_i = 1": "R113",
    r"\int f(x) = 1": "R104",
    r"\int_0 f(x) dx = 1": "R104",
    r"\int f(q) dq = 1": "R110",
    r"\oint f(x) dx = 1": "R113",
    r"\iint h(x,y) dx dy = 1": "(= (int y: (int x: (h x y))) 1)",
    r"\frac{d f}{d x} = f'(x)": "(= (d x: (f x)) (f' x))",
    r"\frac{d f(x)}{dx} = f'(x)": "(= (d x: (f x)) (f' x))",
    r"\dot{x} = a": "R103",
    r"x'' = a": "R103",
    r"\mathbb{E}[x] = a": "R103",
    r"\mathbb E_{p}[x] = a": "(= (E x p: x) a)",
    r"E[x] = a": "R103",
    r"P(x) = a": "R103",
    r"\Pr(x) = a": "R113",
    r"x \in \mathbb{R}": r"(in x \mathbb{R})",
    r"x \in [0, 1]": "R104",
    r"x \in \{0, 1\}": "(in x {0 1})",
    r"A \succ 0": "R113",
    r"A^2 = A A": "(= (^ A 2) (* A A))",
    r"A^n = A": "(= (^ A n) A)",
    r"A^{-1}_{kl} = a": "R109",
    r"A_{kl}^{-1} = a": "R109",
    r"A_{kl}^2 = a": "(= (^ A[k,l] 2) a)",
    r"A_{kl}^\top = A_{lk}": "(= (T A)[k,l] A[l,k])",
    r"AB^\top = A": "(= (* A (T B)) A)",
    r"A v = v": "(= (* A v) v)",
    r"v A = v": "R110",
    r"v^\top A = v": "(= (* (T v) A) v)",
    r"A/x = A": "(= (/ A x) A)",
    r"x/A = a": "R110",
    r"v + x = v": "R110",
    r"v = x": "(= v x)",
    r"A + I = A": "(= (+ A I) A)",
    r"1 - A = A": "R110",
    r"\ln A = a": "R110",
    r"\frac{1}{A} = a": "R110",
    r"v_k v_k = a": "(= (* v[k] v[k]) a)",
    r"x_{ij} = a": "R111",
    r"x_3 = a": "(= x[3] a)",
    r"y_1 = a": "(= y[1] a)",
    r"v_1 = a": "(= v[1] a)",
    r"A_{11} = a": "(= A[1,1] a)",
    r"A_{12} = a": "(= A[1,2] a)",
    r"\text{rank}(A) = a": "(= (rank A) a)",
    r"\operatorname{diag}(v) = A": "(= (diag v) A)",
    r"\max_x = a": "R104",
    r"\frac{\mathrm d}{\mathrm dx} f(x) = a": "(= (d x: (f x)) a)",
    r"\frac{\mathrm{d}f(x)}{\mathrm{d}x} = a": "(= (d x: (f x)) a)",
    r"\partial_x f(x) = a": "(= (d x: (f x)) a)",
    r"\frac{\partial}{\partial x} x^2 y = 2xy": "(= (d x: (* (^ x 2) y)) (* 2 x y))",
    r"\frac{d}{dx} x^2 + 1 = 2x": "(= (+ (d x: (^ x 2)) 1) (* 2 x))",
    r"-x^2 = a": "(= (- (^ x 2)) a)",
    r"2x^2y = a": "(= (* 2 (^ x 2) y) a)",
    r"x^{2y} = a": "(= (^ x (* 2 y)) a)",
    r"x \cdot -1 = a": "R104",
    r"a - -b = c": "R104",
    r"+a = a": "(= a a)",
    r"(-1)^i = a": "(= (^ (- 1) i) a)",
    r"(-1)^{i+j} = a": "(= (^ (- 1) (+ i j)) a)",
    r"x_i^2 = a": "(= (^ x[i] 2) a)",
    r"x^2_i = a": "(= (^ x[i] 2) a)",
    r"\hat{y}_i = a": r"(= \hat{y}[i] a)",
    r"\bar{x}^2 = a": r"(= (^ \bar{x} 2) a)",
    r"\sigma^{-2} = a": r"(= (^ \sigma (- 2)) a)",
    r"\sigma^{-1}= a": r"(= (^ \sigma (- 1)) a)",
    r"{x}_i = a": "R103",
    r"{x + y} = a": "(= (+ x y) a)",
    r"\overline{x} = a": "R103",
    r"\mathbf{w}^\top \mathbf{w} = \|\mathbf{w}\|^2": r"(= (* (T \mathbf{w}) \mathbf{w}) (^ (norm \mathbf{w}) 2))",
    r"\vec x = \vec{x}": r"(= \vec{x} \vec{x})",
    r"\bar x = \bar{x}": r"(= \bar{x} \bar{x})",
    r"\vec{x}^\top\vec{y} = a": r"(= (* (T \vec{x}) \vec{y}) a)",
    r"\vec{x}\cdot\vec{y} = a": "R110",
    r"\Big| x \Big| = a": "(= (abs x) a)",
    r"\left. x \right| = a": "R104",
    r"\left\| w \right\| = a": "(= (norm w) a)",
    r"p(x)\Big|_{x=0} = a": "R104",
    r"\lambda_{\max} = a": "R103",
    r"\min\{x, y\} = a": "(= (min x y) a)",
    r"x^* = a": "R103",
    r"x^\star = a": "R103",
    r"x^{(1)} = a": "R109",
    r"\theta^{(t+1)} = \theta": "R109",
    r"x\% = a": "R102",
    r"x = 1e5": "R109",
    r"x = 10^5": "(= x (^ 10 5))",
    r"x = 3.14": "(= x 157/50)",
    r"x = .5": "R104",
    r"x = 1.": "(= x 1)",
    r"0.1 + 0.2 = 0.3": "(= (+ 1/10 1/5) 3/10)",
    r"f_\theta'(x) = a": r"(= (f_\theta' x) a)",
    r"y_i = x_i, \quad \forall i, j": "(= y[i] x[i])",
    r"\forall i: y_i = x_i": "(= y[i] x[i])",
    r"\forall i \in \{1, \dots, n\}, \quad y_i = x_i": "(= y[i] x[i])",
    r"\forall x > 0: x = x": "(= x x) if (> x 0)",
    r"x = y \text{ for all } i = 1, \dots, n": "(= x y)",
    r"x = y \text{ where } y = z": "(= x y) if (= y z)",
    r"x = y + z \quad \text{otherwise}": "(= x (+ y z))",
    r"\int \frac{dx}{1+x^2} = \pi": "R113",
    r"y_0 = a": "R111",
    r"x = y, i = 1, \dots, n": "(= x y)",
    r"\begin{cases} x = y \\ y = z \end{cases}": "(= x y) (= y z)",
    r"x = p": "R110",
    r"p = q": "(= p q)",
    r"r(z|x) = p(x \mid z)": r"(= (r(\cdot|\cdot) z x) (p(\cdot|\cdot) x z))",
    r"\left(\frac{d}{dx} f_{\theta}(x)\right)^2 = a": r"(= (^ (d x: (f_\theta x)) 2) a)",
    r"\int_0^1 \int_0^x h(x, y) \, dy \, dx = a": "(= (int x 0 1: (int y 0 x: (h x y))) a)",
    r"\int \left( f(x) + g(x) \right) dx = \int f(x) dx + \int g(x) dx": "(= (int x: (+ (f x) (g x))) (+ (int x: (f x)) (int x: (g x))))",
    r"\int\! f(x)\, \mathrm dx = a": "(= (int x: (f x)) a)",
    r"\sum_{i=1}^n \sum_{j=1}^n x_i y_j = \sum_{i,j=1}^n x_i y_j": "(= (sum i range 1 n: (sum j range 1 n: (* x[i] y[j]))) (sum i,j range 1 n: (* x[i] y[j])))",
    r"\sum_{i=1}^n x_i y_i + c = a": "(= (+ (sum i range 1 n: (* x[i] y[i])) c) a)",
    r"-\sum_i x_i = a": "(= (- (sum i all: x[i])) a)",
    r"\frac{1}{n}\sum_{i=1}^n (x_i - \bar{x})^2 = \sigma^2": r"(= (* (/ 1 n) (sum i range 1 n: (^ (+ x[i] (- \bar{x})) 2))) (^ \sigma 2))",
    r"\prod_{k=1}^N \frac{1}{\sqrt{2\pi}} e^{-v_k^2/2} = a": r"(= (prod k range 1 N: (* (/ 1 (sqrt (* 2 \pi))) (exp (- (/ (^ v[k] 2) 2))))) a)",
    r"\nabla_w J = 2 A w": "(= (d w: (J w)) (* 2 A w))",
    r"w \leftarrow w": "R113",
    r"\mathbf{w}^{\top}A\mathbf{w} \geq 0": r"(>= (* (T \mathbf{w}) A \mathbf{w}) 0)",
    r"\mathrm{tr}(A^\top B) = \sum_{k,l} A_{kl} B_{kl}": "(= (tr (* (T A) B)) (sum k,l all: (* A[k,l] B[k,l])))",
    r"\det(AB) = \det A \det B": "(= (det (* A B)) (* (det A) (det B)))",
    r"\ln\det\Sigma = \mathrm{tr} I": r"(= (ln (det \Sigma)) (tr I))",
    r"A = A^\top = A^{\mathsf{T}}": "(= A (T A)) (= (T A) (T A))",
    r"x \to x_0": "(-> x x_0)",
    r"x \equiv y": "(= x y)",
    r"x \mathrel{=} y": "R113",
    r"f_\theta(x) = f_{\theta}(x)": r"(= (f_\theta x) (f_\theta x))",
    r"x_i^{2} = (x_i)^2": "(= (^ x[i] 2) (^ x[i] 2))",
    r"x^{\frac12} = \sqrt x": "(= (^ x (/ 1 2)) (sqrt x))",
    r"x = y \; (x > 0)": "R104",
    r"\left\langle x^2 \right\rangle = \langle x^2 \rangle": "(= (E x p: (^ x 2)) (E x p: (^ x 2)))",
    r"\mathbb{E}_{p(x|z)}[x] = a": r"(= (E x (p(\cdot|\cdot) x z): x) a)",
    r"\Bigl( x \Bigr) = \biggl[ x \biggr]": "(= x x)",
    r"x = y,": "(= x y)",
    r"x = y.": "(= x y)",
    r"x = y \qquad (\text{by symmetry})": "(= x y)",
    r"(\text{const} + x) y = z": "R104",
    r"2\pi\sigma^2 = a": r"(= (* 2 \pi (^ \sigma 2)) a)",
    r"\exp\left(-\frac{(x-\mu)^2}{2\sigma^2}\right) = a": r"(= (exp (- (/ (^ (+ x (- \mu)) 2) (* 2 (^ \sigma 2))))) a)",
    r"\exp\{-x\} = e^{-x}": "(= (exp (- x)) (exp (- x)))",
    r"\exp[-x] = a": "(= (exp (- x)) a)",
    r"\ln \frac{x}{y} = \ln x - \ln y": "(= (ln (/ x y)) (+ (ln x) (- (ln y))))",
    r"\ln x^2 = 2 \ln |x|": "(= (ln (^ x 2)) (* 2 (ln (abs x))))",
    r"\Sigma^{{-1}} = A": r"(= (inv \Sigma) A)",
    r"\sum_{k \neq l} J_{kl} = a": "R109",
    r"\sum_{^k=1}^N v_k = a": "R104",
    r"x_k^{} = a": "R104",
    r"(-1)^2 = 1": "(= (^ (- 1) 2) 1)",
    r"\therefore\ x = y": "(= x y)",
    r"x = y \therefore y = x": "(= x y) (= y x)",
    r"y_i \overset{?}{=} x_i": "R105",
    r"x \stackrel{(a)}{\le} y \stackrel{(b)}{<} z": "(<= x y) (< y z)",
    r"x \underset{n\to\infty}{=} y": "R113",
    r"\lim_{x \downarrow 0} f(x) = \lim_{x \to 0^+} f(x)": "(= (lim x 0+: (f x)) (lim x 0+: (f x)))",
    r"a x^2 + b x + c = 0 \iff x = y": "(<=> (= (+ (* a (^ x 2)) (* b x) c) 0) (= x y))",
    r"x = y \Leftrightarrow y = x": "(<=> (= x y) (= y x))",
    r"\frac{\partial}{\partial \theta} f(\theta) \Big|_{\theta = 0} = a": "R104",
    # what a formula holds for
    r"\ln(xy) = \ln x + \ln y \quad (x > 0,\ y > 0)": "(= (ln (* x y)) (+ (ln x) (ln y))) if (> x 0) and (> y 0)",
    r"|x| = x \quad \text{for $x \geq 0$}": "(= (abs x) x) if (>= x 0)",
    r"x^2 > 0, \quad x \neq 0": "(> (^ x 2) 0) if (!= x 0)",
    r"x > 0, \quad y > 0": "(> x 0) (> y 0)",
    r"\text{if } x > 0, \text{ then } |x| = x": "(= (abs x) x) if (> x 0)",
    r"\text{for all } x > 0: \ln x = y": "(= (ln x) y) if (> x 0)",
    r"f(x) = 0 \quad \text{for } 0 < x < 1": "(= (f x) 0) if (< 0 x) and (< x 1)",
    r"f(x) = 0 \text{ for all } x \in \mathbb{R}": "(= (f x) 0)",
    r"x_i = y_i \text{ for all } i, j \text{ with } i \neq j": "(= x[i] y[i]) if (!= i j)",
    r"x = y \quad (z > 0 \text{ のとき})": "(= x y) if (> z 0)",
    r"x = y \text{ if } z = 0, \quad a = b": "R113",
    r"x = z^2 \text{ for some } z": "(some z: (= x (^ z 2)))",
    r"x = z^2 \text{ for some } z \text{ (a square)}": "(some z: (= x (^ z 2)))",
    r"x = z^2 \quad \text{for some $z$}": "(some z: (= x (^ z 2)))",
    r"x \neq y, \quad \text{for some } x \text{ and } y": "(some x y: (!= x y))",
    r"x \neq y \text{ となる } x, y \text{ が存在する}": "(some x y: (!= x y))",
    r"\text{ある } x, y \text{ について } x \neq y": "(some x y: (!= x y))",
    r"x \neq y \quad \text{ある $x$ について}": "(some x: (!= x y))",
    r"\exists x, y: x < y": "(some x y: (< x y))",
    r"\text{there exist } x, y \text{ such that } x < y": "(some x y: (< x y))",
    r"x = z^2 \text{ for some } s": "R103",
    r"x = z^2 \text{ for some } y": "R113",
    r"x = z^2 \text{ for some } n": "R113",
    r"x = z^2 \text{ for some } z, z": "R113",
    r"x = z^2 \text{ for some } z > 0": "R113",
    r"x = z^2 \text{ for some } z^2": "R113",
    r"x = z^2 \text{ for some } y_i": "R113",
    r"x = z^2 \text{ for some positive } z": "R113",
    r"x = z^2 \text{ for some } z \text{ in a set}": "R113",
    r"x = z^2 \quad (\text{for some } z)": "R113",
    r"x = y = z \text{ for some } z": "R113",
    r"x = y \iff y = x \text{ for some } x": "R113",
    r"x = z^2 \text{ for } x > 0 \text{ for some } z": "R113",
    r"\exists x: \exists y: x < y": "R113",
    r"\sum_i y_i = a \text{ for some } i": "R113",
    r"x \approx y \text{ for some } x": "R113",
    r"\text{for some } x": "R113",
    r"x + \exists y = a": "R113",
    r"x = y \text{ or } y = z": "R113",
    r"x = y, \quad v_k > 0": "R109",
    r"0 \leq x \leq 1 \iff y = z": "R113",
    r"x = y \text{ if and only if } y = x": "(<=> (= x y) (= y x))",
    # how far a sign reaches
    r"J(v) \geq J(w) + \nabla J(w)^\top (v - w)": "(>= (J v) (+ (J w) (* (T (d w: (J w))) (+ v (- w)))))",
    r"\nabla J(w) a = v": "R109",
    r"\nabla_w \frac12 w^\top A w = A w": "(= (d w: (* (/ 1 2) (T w) A w)) (* A w))",
    r"\ln \frac{x}{y} z = a": "R109",
    r"x = --y": "R104",
    r"2 3 = x": "R109",
    r"x = 1e-3": "R109",
    r"\frac{d f}{d x}(y) = a": "R113",
    # sums, integrals, notes under braces
    r"\sum_k \sum_{l \neq k} J_{kl} = a": "(= (sum k all: (sum l except k: J[k,l])) a)",
    r"\sum_{m=1}^n y_m = a": "(= (sum m range 1 n: y[m]) a)",
    r"\sum_{i=1}^N y_i = a": "R111",
    r"\sum_{i=1}^i y_i = a": "R104",
    r"\int f(x) \left[ \int g(y) dy \right] dx = a": "(= (int x: (* (f x) (int y: (g y)))) a)",
    r"\int\int h(x,y) dx dy = a": "(= (int y: (int x: (h x y))) a)",
    r"\int_0^1 \int_0^2 dx \, dy \, h(x,y) = a": "R109",
    r"\underbrace{\int p(x) dx}_{=1} + a = b": "(= (+ (int x: (p x)) a) b) (= (int x: (p x)) 1)",
    r"\underbrace{x + y}_{\text{sum}} = z": "(= (+ x y) z)",
    r"\underbrace{x + y}_{s} = z": "R113",
    r"x = y \text{ (mean)} = z": "(= x y) (= y z)",
    r"x^{{{2}}} = y": "(= (^ x 2) y)",
    r"A = \operatorname{diag}(y_1, \dots, y_n)": "(= A (diagonal y))",
    r"f(x) = \left\{ \begin{array}{ll} x & x > 0 \\ 0 & \text{else} \end{array} \right.": "(= (f x) (cases x if (> x 0); 0 if else))",
    r"\left\{ \begin{aligned} x &= y \\ y &= z \end{aligned} \right.": "(= x y) (= y z)",
    r"x = \begin{aligned} y \end{aligned}": "R113",
    r"\|A\|_F^2 = \operatorname{tr}(A^\top A)": "(= (^ (frobenius A) 2) (tr (* (T A) A)))",
    r"\lfloor x \rfloor = y": "(= (floor x) y)",
}


@pytest.mark.parametrize(("formula", "expected"), FORMULAS.items())
def test_a_formula(formula: str, expected: str) -> None:
    assert outcome(rf"\[ {formula} \]") == expected
    assert outcome(f"$$ {formula} $$", markdown=True) == expected


DISPLAYS = {
    r"\begin{equation} x = y \end{equation}": "(= x y)",
    r"\begin{align} x &= y \tag{1} \\ &= z \tag{2} \\ &\le t \tag{3} \end{align}": "(= x y) | (= y z) | (<= z t)",
    r"\begin{align} x &= y \tag{1} \\ &+ z = t \tag{2} \\ &= t \tag{3} \end{align}": "(= x y) | R113 | R104",
    r"\begin{align} x &= y \label{a} \\ &\le z \label{b} \\ \iff y &= z \label{c} \end{align}": "(= x y) | (<= y z) | R113",
    r"\begin{align} x &= y \tag{1} \\ z &= y \tag{2} \end{align}": "(= x y) | (= z y)",
    r"\begin{align*} x &= y \\ &\quad + z \\ &\le t \end{align*}": "(= x (+ y z)) (<= (+ y z) t)",
    r"\begin{align} x &= y \\ &= z \end{align}": "(= x y) (= y z)",
    r"\begin{align} x &= y \\ y &= z \end{align}": "(= x y) | (= y z)",
    r"\begin{align} x &= y \nonumber \\ &= z \tag{B} \end{align}": "(= x y) (= y z)",
    r"\begin{equation} \begin{split} x &= y \\ &= z \end{split} \end{equation}": "(= x y) (= y z)",
    r"\begin{gather} x = y \tag{a} \\ y = z \tag{b} \end{gather}": "(= x y) | (= y z)",
    r"\begin{multline} x + y \\ + z = t \end{multline}": "(= (+ x y z) t)",
    r"\begin{equation} \begin{aligned} x &= y \\ y &= z \end{aligned} \end{equation}": "(= x y) (= y z)",
    r"\begin{equation} \begin{cases} x = y \\ y = z \end{cases} \end{equation}": "(= x y) (= y z)",
    r"\begin{equation} A = \begin{pmatrix} x_1 & & \\ & \ddots & \\ & & x_n \end{pmatrix} \end{equation}": "(= A (diagonal x))",
    r"\begin{equation} A = \begin{bmatrix} x_1 & 0 \\ 0 & x_2 \end{bmatrix} \end{equation}": "R113",
    r"\begin{eqnarray} x &=& y \\ &=& z \end{eqnarray}": "(= x y) (= y z)",
    r"\begin{equation} x = y, \qquad i = 1, \dots, n. \end{equation}": "(= x y)",
    r"\begin{align} x &= \underbrace{y}_{a} \end{align}": "R113",
    r"\begin{equation} x = y \\ = z \end{equation}": "(= x y) (= y z)",
    r"\begin{align} (x+y)^2 &= x^2 + 2xy \\ &\phantom{=} + y^2 \end{align}": "(= (^ (+ x y) 2) (+ (^ x 2) (* 2 x y) (^ y 2)))",
    r"\begin{align} x &= y \\ &= z \qquad \text{(by symmetry)} \\ &= t \end{align}": "(= x y) (= y z) (= z t)",
    r"\begin{flalign} x &= y & y &= z \end{flalign}": "(= x y) (= y z)",
    r"\begin{align} x &= y & y &= z \\ z &= t & t &= x \end{align}": "(= x y) (= y z) | (= z t) (= t x)",
    r"\begin{align} x &= y &+ z \\ &= t \end{align}": "(= x (+ y z)) (= (+ y z) t)",
    r"\begin{align*} x &= y & &\text{(first)} \\ &= z & &\text{(second)} \end{align*}": "(= x y) (= y z)",
}


@pytest.mark.parametrize(("display", "expected"), DISPLAYS.items())
def test_a_display(display: str, expected: str) -> None:
    assert outcome(display) == expected
    assert outcome(display, markdown=True) == expected


HIDDEN = [
    (
        r"\frac{d}{dA_{kl}} \sum_{k,l=1}^N A_{kl} J_{kl} = a",
        [("\\sum_{k,l=1}^N", "k"), ("\\sum_{k,l=1}^N", "l")],
    ),
    (r"\frac{d}{dA_{kl}} \sum_{l=1}^N A_{kl} = a", [("\\sum_{l=1}^N", "l")]),
    (
        r"\frac{d}{dx_i} \left( \sum_{j=1}^n x_j + \sum_{i=1}^n x_i \right) = 1",
        [("\\sum_{i=1}^n", "i")],
    ),
    (r"\frac{d}{dx_i} \sum_{j=1}^n x_j = 1", []),
    (r"\sum_{i=1}^n \sum_{i=1}^n x_i = a", [("\\sum_{i=1}^n", "i")]),
    (r"\sum_{i=1}^n x_i = \sum_{i=1}^n y_i", []),
]


@pytest.mark.parametrize(("formula", "hidden"), HIDDEN, ids=[f for f, _ in HIDDEN])
def test_an_index_that_hides_another_is_noticed(
    formula: str, hidden: list[tuple[str, str]]
) -> None:
    read = document(rf"\[ {formula} \]")
    (equation,) = read.equations
    assert equation.reading is not None
    assert [(read.source.slice(s), name) for s, name in equation.reading.hidden] == hidden


def test_the_formulas_are_many() -> None:
    assert len(FORMULAS) >= 300
