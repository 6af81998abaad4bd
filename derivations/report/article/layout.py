r"""Long formulas in rows: broken at relations, then at signs, never inside a bracket or a group.

Widths are estimated from the LaTeX, in em. A row begins with ``&`` where it is aligned; what
goes on from the row above is indented. Nothing is added to a formula but ``&``, ``\\`` and
``\quad``, so that it still reads as what it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

WIDTH = 40.0
"""Of a row, in em."""

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|.", re.DOTALL)
_RELATIONS = frozenset(
    r"= < > \leq \le \geq \ge \neq \ne \approx \simeq \sim \equiv \propto \in \to \ll \gg \succ "
    r"\succeq \prec \preceq \cong \leqslant \geqslant \coloneqq \subset \subseteq \mid".split()
)
_ARROWS = frozenset(
    r"\iff \implies \Longleftrightarrow \Leftrightarrow \Longrightarrow \Rightarrow "
    r"\impliedby \Longleftarrow \Leftarrow \therefore".split()
)
_SIGNS = frozenset(("+", "-", r"\pm", r"\mp"))
_BINARY = _SIGNS | frozenset(r"\cdot \times \parallel \circ \cap \cup \otimes \oplus *".split())
_CLASSES = frozenset((r"\mathrel", r"\mathbin", r"\mathop"))
_BIG = frozenset(r"\sum \prod \int \max \min \lim \sup \inf \bigcup \bigcap".split())
_WORDS = frozenset(r"\text \mathrm \operatorname \mbox \textrm \mathbf \boldsymbol \textbf".split())
_FRACTIONS = frozenset(r"\frac \dfrac \tfrac \binom \cfrac".split())
_SPACES = {r"\quad": 1.0, r"\qquad": 2.0, r"\,": 0.17, r"\;": 0.28, r"\:": 0.22, r"\!": -0.17,
           r"\ ": 0.33, "~": 0.33}  # fmt: skip
_NOTHING = frozenset(
    r"\left \right \bigl \bigr \Bigl \Bigr \biggl \biggr \Biggl \Biggr \displaystyle \textstyle "
    r"\limits \nolimits \nonumber \notag . & \big \Big \bigg".split()
)
_ACCENTS = frozenset(r"\vec \tilde \hat \bar \dot \widetilde \widehat \overline \underline".split())
_SCRIPTS = frozenset(("_", "^", "'"))
_UNDER = (_BIG - {r"\int"}) | {r"\underbrace"}
"""What has its scripts below and above."""
_SPECIAL = (
    frozenset(("{", r"\sqrt", r"\begin", r"\underbrace", r"\color"))
    | frozenset(_SPACES)
    | _FRACTIONS
    | _WORDS
    | _CLASSES
    | _ACCENTS
    | _NOTHING
)
_NARROW, _WIDE = frozenset("iljtfI.,;:'|!"), frozenset("mwMWABDGHNOQRUVXY")
_ENVIRONMENT = re.compile(
    r"\s*(\\left\s*\\\{\s*)?\\begin\{(aligned|cases|split|gathered)\}(.*)\\end\{\2\}(.*)\Z",
    re.DOTALL,
)
_LAST_SPACE = re.compile(r"(?:\\q?quad\s*|\s)+\Z")


def tokens(latex: str) -> list[str]:
    """Commands and characters, spaces included."""
    return _TOKEN.findall(latex)


# ---------------------------------------------------------------- widths


@lru_cache(maxsize=20_000)
def width(latex: str) -> float:
    r"""The width of a formula in em, as it is displayed.

    >>> width("x") < width("x + y") < width(r"\frac{x + y + z}{2}") < width("x + y + z + 2")
    True
    """
    return _Ruler([t for t in tokens(latex) if not t.isspace()]).row()


class _Ruler:
    def __init__(self, given: list[str]) -> None:
        self.tokens, self.at = given, 0

    def row(self, stop: frozenset[str] = frozenset()) -> float:
        """The widest of the rows up to a closing token."""
        widest = total = 0.0
        given, end = self.tokens, len(self.tokens)
        while self.at < end and (token := given[self.at]) not in stop:
            if token == r"\\":
                self.at += 1
                widest, total = max(widest, total), 0.0
            else:
                total += self.atom()
        return max(widest, total)

    def atom(self) -> float:
        """A nucleus with its scripts."""
        given, end = self.tokens, len(self.tokens)
        token = given[self.at]
        nucleus, above = self.nucleus(), 0.0
        while self.at < end and (script := given[self.at]) in _SCRIPTS:
            self.at += 1
            if script == "'":
                above = max(above, 0.25)
            elif self.at < end:
                above = max(above, 0.72 * self.nucleus())
        return max(nucleus, above) if token in _UNDER else nucleus + above

    def nucleus(self) -> float:
        token = self.tokens[self.at]
        self.at += 1
        if token not in _SPECIAL:
            return _glyph(token)
        if token == "{":
            return self.group()
        if token in _SPACES:
            return _SPACES[token]
        if token in _FRACTIONS:
            return max(self.nucleus_or_nothing(), self.nucleus_or_nothing()) + 0.25
        if token == r"\sqrt":
            return self.nucleus_or_nothing() + 0.9
        if token in _WORDS:
            return self.words()
        if token == r"\begin":
            return self.environment()
        if token in _CLASSES:
            return self.nucleus_or_nothing() + 0.5
        if token in _ACCENTS or token == r"\underbrace":
            return self.nucleus_or_nothing()
        if token == r"\color":
            self.nucleus_or_nothing()
        return 0.0

    def nucleus_or_nothing(self) -> float:
        return self.nucleus() if self.at < len(self.tokens) else 0.0

    def group(self) -> float:
        total = self.row(frozenset("}"))
        self.at += 1
        return total

    def words(self) -> float:
        if self.at >= len(self.tokens) or self.tokens[self.at] != "{":
            return self.nucleus_or_nothing()
        start, depth = self.at, 0
        while self.at < len(self.tokens):
            depth += {"{": 1, "}": -1}.get(self.tokens[self.at], 0)
            self.at += 1
            if not depth:
                break
        inside = "".join(self.tokens[start : self.at])
        return sum(1.0 if ord(c) > 0x2E80 else 0.52 for c in inside if c not in "{}$")

    def environment(self) -> float:
        name = self.name()
        rows: list[list[float]] = [[0.0]]
        while self.at < len(self.tokens) and self.tokens[self.at] != r"\end":
            token = self.tokens[self.at]
            if token == r"\\":
                rows.append([0.0])
                self.at += 1
            elif token == "&":
                rows[-1].append(0.0)
                self.at += 1
            else:
                rows[-1][-1] += self.atom()
        self.at += 1
        self.name()
        gap = 1.0 if "matrix" in name or name == "array" else 0.0
        columns = [max(r[k] for r in rows if k < len(r)) for k in range(max(map(len, rows)))]
        return sum(columns) + gap * (len(columns) - 1) + 1.2

    def name(self) -> str:
        start = self.at
        while self.at < len(self.tokens) and self.tokens[self.at] != "}":
            self.at += 1
        self.at += 1
        return "".join(self.tokens[start + 1 : self.at - 1])


@lru_cache(maxsize=5_000)
def _glyph(token: str) -> float:
    if token in _RELATIONS:
        return 1.33
    if token in _ARROWS:
        return 2.4
    if token in _BINARY:
        return 1.22
    if token in _BIG:
        return {r"\int": 0.95, r"\sum": 1.6, r"\prod": 1.45}.get(token, 1.7)
    if token in (r"\{", r"\}", "(", ")", "[", "]", "|", "/"):
        return 0.48
    if token == ",":
        return 0.45
    if token in (r"\ldots", r"\cdots", r"\dots"):
        return 1.3
    if token.startswith("\\"):
        named = token[1:] in ("exp", "ln", "det", "log", "tr", "arg", "sin", "cos", "tanh")
        return 0.5 * (len(token) - 1) + 0.25 if named else 0.62
    if ord(token) > 0x2E80:
        return 1.0
    return 0.4 if token in _NARROW else 0.82 if token in _WIDE else 0.54


# ---------------------------------------------------------------- rows


def broken(latex: str, limit: float = WIDTH) -> str:
    r"""The formula, in an ``aligned`` of rows that are no wider than the limit if possible.

    >>> broken("a + b = c + d = e", 7)
    '\\begin{aligned} a + b &= c + d \\\\ &= e \\end{aligned}'
    >>> broken("a = b + c + d", 5)
    '\\begin{aligned} a &= b + c \\\\ &\\quad + d \\end{aligned}'
    """
    latex = latex.strip()
    found = _ENVIRONMENT.match(latex)
    if found is not None and _one_environment(found[3]):
        rows = list(_split(found[3], r"\\"))
        if all(width(row) <= limit for row in rows):
            return latex
        inside = r" \\ ".join(part for row in rows for part in _row(row, limit))
        head, name, tail = found[1] or "", found[2], found[4]
        return rf"{head}\begin{{{name}}} {inside} \end{{{name}}}{tail}"
    if width(latex) <= limit:
        return latex
    rows = _rows(latex, limit)
    if len(rows) == 1:
        return latex
    inside = r" \\ ".join(rows)
    return rf"\begin{{aligned}} {inside} \end{{aligned}}"


def _one_environment(inside: str) -> bool:
    depth = 0
    for token in tokens(inside):
        depth += {r"\begin": 1, r"\end": -1}.get(token, 0)
        if depth < 0:
            return False
    return depth == 0


_DEPTHS_OF_GROUPS = {"{": 1, r"\begin": 1, r"\left": 1, "}": -1, r"\end": -1, r"\right": -1}


def _split(latex: str, mark: str) -> Iterator[str]:
    """The parts between marks that stand in no group."""
    part: list[str] = []
    depth = 0
    for token in tokens(latex):
        depth += _DEPTHS_OF_GROUPS.get(token, 0)
        if token == mark and depth == 0:
            yield "".join(part).strip()
            part = []
        else:
            part.append(token)
    yield "".join(part).strip()


def _row(row: str, limit: float) -> list[str]:
    """A row of an environment that may be too wide."""
    if width(row) <= limit:
        return [row]
    parts = list(_split(row, "&"))
    if len(parts) > 2:
        return [row]
    left, right = parts if len(parts) == 2 else ("", parts[0])
    pieces = _pieces(right, limit - width(left), limit)
    return [f"{left} &{pieces[0]}".strip(), *(f"&{piece}" for piece in pieces[1:])]


def _rows(latex: str, limit: float) -> list[str]:
    """Rows of a formula that has none: a relation in each, what is left of the first before it."""
    rows: list[str] = []
    for statement in _clauses(latex, limit):
        parts = _at(statement, ("relation",))
        if len(parts) == 1:
            rows += [f"&{piece}" for piece in _pieces(statement, limit, limit)]
            continue
        left, rest = parts[0], "".join(parts[1:])
        if width(left) > 0.5 * limit and width(left) + width(rest) > limit:
            rows += [f"&{piece}" for piece in _pieces(left, limit, limit)]
            rows += [rf"&\quad {piece}" for piece in _pieces(rest, limit - 1, limit - 1)]
        else:
            first, *others = _pieces(rest, limit - width(left), limit - min(width(left), 6))
            rows += [f"{left}&{first}", *(f"&{other}" for other in others)]
    return [_LAST_SPACE.sub("", re.sub(r"\s+", " ", row)).strip() for row in rows]


def _clauses(latex: str, limit: float) -> list[str]:
    r"""Statements with ``\iff`` or a ``\quad`` between them; short ones stay together."""
    return _packed(_at(latex, ("arrow", "clause")), limit, limit)


def _pieces(latex: str, first: float, others: float) -> list[str]:
    """Rows from relation to relation, and from sign to sign where one is too wide."""
    rows: list[str] = []
    for part in _packed_ends(_at(latex, ("relation", "arrow", "clause")), first, others):
        room = others if rows else first
        if width(part) <= room:
            rows.append(part)
            continue
        head, *rest = _packed(_at(part, ("sign", "words")), room, others - 1)
        rows += [head, *(rf"\quad {one}" for one in rest)]
    return [row.strip() for row in rows]


def _packed(parts: list[str], first: float, others: float) -> list[str]:
    """As many parts in a row as there is room for."""
    rows = [parts[0]]
    for part in parts[1:]:
        room = first if len(rows) == 1 else others
        if width(rows[-1] + part) <= room:
            rows[-1] += part
        else:
            rows.append(part)
    return rows


def _packed_ends(parts: list[str], first: float, others: float) -> list[str]:
    """A row for each part, but an empty one or a short end, as ``= 0``, stays in the row before."""
    rows = [parts[0]]
    for part in parts[1:]:
        room = first if len(rows) == 1 else others
        short = width(part) < 3 and width(rows[-1] + part) <= room
        if short or not rows[-1].strip():
            rows[-1] += part
        else:
            rows.append(part)
    return rows


def _at(latex: str, kinds: tuple[str, ...]) -> list[str]:
    """The parts of a formula; each but the first begins with what it is cut at."""
    cuts = [start for start, kind in _places(latex) if kind in kinds]
    bounds = [0, *(c for c in cuts if latex[:c].strip()), len(latex)]
    return [latex[a:b] for a, b in pairwise(bounds)]


@lru_cache(maxsize=5_000)
def _places(latex: str) -> list[tuple[int, str]]:
    """Where a formula may be broken: outside of groups, brackets, environments."""
    found: list[tuple[int, str]] = []
    depth = at = 0
    before = ""
    given = tokens(latex)
    for k, token in enumerate(given):
        if depth == 0 and token in _BREAKS:
            kind = _kind(token, before, given[k + 1 : k + 16])
            if kind:
                found.append((at, kind))
        depth += _DEPTHS.get(token, 0)
        if not token.isspace():
            before = token
        at += len(token)
    return found


_DEPTHS = {"{": 1, r"\begin": 1, r"\left": 1, "(": 1, "[": 1, r"\{": 1,
           "}": -1, r"\end": -1, r"\right": -1, ")": -1, "]": -1, r"\}": -1}  # fmt: skip
_LINKS = _RELATIONS | _ARROWS
_QUADS = frozenset((r"\quad", r"\qquad"))
_UNARY = _LINKS | _BINARY | _QUADS | {",", "&", ""}
"""What stands before a sign that is no sum's."""
_APART = _ARROWS | _QUADS
_BREAKS = _LINKS | _SIGNS | _QUADS | {r"\mathrel", r"\mathbin", r"\underbrace", r"\text"}


def _kind(token: str, before: str, after: list[str]) -> str:
    if token in _RELATIONS:
        return "" if before in _LINKS or not before else "relation"
    if token in _ARROWS:
        return "arrow"
    if token in _SIGNS:
        return "" if before in _UNARY else "sign"
    if token in _QUADS:
        ahead = next((one for one in after if not one.isspace()), "")
        return "" if before in _APART or ahead in _APART else "clause"
    if token == r"\mathrel":
        return "relation"
    if token == r"\mathbin":
        return "sign" if "+" in after or "-" in after else ""
    inside = "".join(after).lstrip()
    if token == r"\underbrace":
        signs = ("=", r"\le", r"\ge", r"\approx")
        return "relation" if inside.lstrip("{ ").startswith(signs) else ""
    return "words" if inside.startswith(("{ for all", "{（任意の")) else ""
