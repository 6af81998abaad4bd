r"""A display to its links: rows, clauses, chains, equivalences and remarks.

A chain ``a = b = c`` is two links. In ``a = b = 0 \iff c = d`` the first link is
``a = b``, and the second is the equivalence of ``b = 0`` and ``c = d``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TypeGuard

from ..language import nodes as n
from ..language.source import Source, Span
from ..language.types import Function, Index, SetOf
from .errors import ReadError
from .grammar import ENVIRONMENTS, EQUIVALENCES, RELATIONS, Parser
from .scope import Scope, script
from .tokens import Token, tokenize


@dataclass(frozen=True)
class Link:
    """One printed relation or equivalence, with its places in the file.

    ``chain`` counts the chain it stands in, so that links that share an operand know it.
    """

    node: n.Relation | n.Equivalence
    chain: int = 0

    @property
    def relation(self) -> str:
        return self.node.op if isinstance(self.node, n.Relation) else "iff"

    @property
    def span(self) -> Span:
        assert self.node.span is not None
        return self.node.span


@dataclass
class Reading:
    """What was read in one display."""

    links: list[Link] = field(default_factory=list)
    remarks: list[Span] = field(default_factory=list)
    slips: list[tuple[Span, str]] = field(default_factory=list)
    hidden: list[tuple[Span, str]] = field(default_factory=list)


MAX_DEPTH = 100
"""Floors of a tree: what reads it further may call itself for each."""

_BINARY = {"+", "-", "\\times", "\\cdot", "/", "\\pm"}
_EQUALITY = (
    re.compile(r"等号成立は\s*\$(.+?)\$"),
    re.compile(r"(?:with\s+)?equality\s+(?:if and only if|iff|only if|when|if)\s*\$(.+?)\$"),
)


def read_statements(source: Source, span: Span, scope: Scope, left: Span | None = None) -> Reading:
    """All links of a display. Raises ReadError where it cannot be read.

    ``left`` is the place of a left side that stands before, for a row that begins
    with its relation.
    """
    tokens = layout(tokenize(source, span))
    if len(tokens) == 1:
        raise ReadError("R115", "there is nothing between the delimiters", span)
    if left is not None:
        if not Parser(source, tokens, scope).at_relation():
            raise ReadError(
                "R113",
                "a row with a label of its own goes on with a relation, not within a side",
                tokens[0].span,
            )
        tokens = [*layout(tokenize(source, left))[:-1], *tokens]
    parser = Parser(source, tokens, scope)
    reading = _Statements(parser).read()
    reading.hidden += [h for h in _hidden_by_sums(reading.links) if h not in reading.hidden]
    for link in reading.links:
        if _deeper(link.node, MAX_DEPTH):
            raise ReadError("R106", "nested too deeply", link.span)
    if not reading.links:
        raise ReadError("R115", "no relation to check: an expression alone says nothing", span)
    return reading


def _hidden_by_sums(links: list[Link]) -> list[tuple[Span, str]]:
    """Indices of a differential that a sum under it binds again: ``d/dA_{ij} \\sum_{i,j} …``."""
    found: list[tuple[Span, str]] = []
    for link in links:
        for part in link.node.walk():
            if not isinstance(part, n.Derivative):
                continue
            names = {x.name for x in part.variable.walk() if _is_index(x)}
            for inner in part.body.walk():
                if isinstance(inner, n.Sum | n.Product) and inner.binder.span is not None:
                    for symbol in inner.binder.indices:
                        notice = (inner.binder.span, symbol.name)
                        if symbol.name in names and notice not in found:
                            found.append(notice)
    return found


def _is_index(node: n.Node) -> TypeGuard[n.Symbol]:
    return isinstance(node, n.Symbol) and isinstance(node.type, Index)


def _deeper(node: n.Node, limit: int) -> bool:
    """Whether a tree has more floors than the limit."""
    floor: list[n.Node] = [node]
    for _ in range(limit):
        floor = [child for parent in floor for child in parent.children()]
        if not floor:
            return False
    return True


def read_expression(source: Source, span: Span, scope: Scope) -> n.Node:
    """One expression or relation, for tests and tools. Raises ReadError."""
    parser = Parser(source, layout(tokenize(source, span)), scope)
    start = parser.at
    node = parser.expression()
    if parser.at_relation():
        op, up_to, sign = parser.relation_sign()
        right = parser.expression()
        node = parser.make(n.Relation(op, node, right, up_to, span=parser.since(start), sign=sign))
    return parser.whole(lambda p: node)


def layout(tokens: list[Token]) -> list[Token]:
    """Rows and columns of a display to a line of tokens, with ``sep`` between statements."""
    out: list[Token] = []
    wrappers: list[str] = []
    system = _is_system(tokens)
    depth = 0
    indent = False
    columns = 0
    for k, token in enumerate(tokens):
        if token.kind == "begin":
            if depth == 0 and (token.text in ENVIRONMENTS or (system and not wrappers)):
                wrappers.append(token.text)
                continue
            depth += 1
        elif token.kind == "close":
            if depth == 0 and wrappers and wrappers[-1] == token.text:
                wrappers.pop()
                continue
            depth -= 1
        if depth == 0 and token.kind == "align":
            columns += 1
            if columns % 2 == 0 and not _goes_on(tokens, k):
                out.append(Token("quad", "", token.start, token.stop))  # the next column
            continue
        if depth == 0 and token.kind == "row":
            columns = 0
            if not _continues(tokens, k, wrappers):
                out.append(Token("sep", "", token.start, token.stop))
            else:
                indent = True
                while out and out[-1].kind in ("text", "quad"):
                    out.pop()  # a remark behind a row of a chain
            continue
        if indent and token.kind == "quad":
            continue  # "\\\\ \\quad + b" goes on as "+ b"
        indent = False
        out.append(token)
    return out


def _goes_on(tokens: list[Token], k: int) -> bool:
    """Whether an alignment mark stands within a formula: beside a sign."""
    before = next((t for t in reversed(tokens[:k]) if t.kind != "quad"), tokens[-1])
    after = next((t for t in tokens[k + 1 :] if t.kind not in ("quad", "align")), tokens[-1])
    signs = RELATIONS.keys() | _BINARY
    return any(t.kind != "text" and t.text in signs for t in (before, after))


def _is_system(tokens: list[Token]) -> bool:
    """Whether the display is one brace around several equations, not a function by cases."""
    if not (tokens[0].kind == "begin" and tokens[0].text == "cases"):
        return False
    depth = 0
    for k, token in enumerate(tokens):
        depth += (token.kind == "begin") - (token.kind == "close")
        if depth == 0:
            return all(t.is_(".", ",") or t.kind in ("end", "quad") for t in tokens[k + 1 :])
    return False


def _continues(tokens: list[Token], k: int, wrappers: list[str]) -> bool:
    """Whether the row after a line break goes on with the statement before it."""
    if wrappers and wrappers[-1] == "multline":
        return True
    before = next((t for t in reversed(tokens[:k]) if t.kind not in ("align", "quad")), None)
    after = next((t for t in tokens[k + 1 :] if t.kind not in ("align", "quad")), tokens[-1])
    if before is not None and (before.text in RELATIONS or before.text in _BINARY):
        return True
    if after.is_("\\underbrace"):
        at = tokens.index(after)
        inner, _ = script(tokens, at + 1)
        return len(inner) == 1 and inner[0].text in RELATIONS
    return after.kind != "text" and (
        after.text in RELATIONS
        or after.text in EQUIVALENCES
        or after.text in _BINARY
        or after.text in ("\\overset", "\\stackrel", "\\underset")
    )


_JOINING = {
    "and", "also", "where", "with", "so", "thus", "hence", "therefore", "but", "then", "i.e",
    "that is", "because", "since", "かつ", "および", "また", "ここで", "よって", "ただし", "従って",
    "したがって", "すなわち",
}  # fmt: skip
"""Words before a further statement of the same display."""

_QUANTIFYING = {
    "for", "for all", "for every", "for any", "for each", "all", "任意の", "すべての", "各",
}  # fmt: skip


class _Statements:
    """Reads clauses one after the other."""

    def __init__(self, parser: Parser) -> None:
        self.parser = parser
        self.reading = Reading(slips=parser.slips, hidden=parser.hidden)
        self.chains = 0

    def read(self) -> Reading:
        parser = self.parser
        while True:
            self._skip_separators()
            if parser.token.kind == "end":
                return self.reading
            if self._remark() or self._range_remark():
                continue
            self._chain()
            if not self._at_separator():
                token = parser.token
                code = "R101" if token.is_(")", "]", "\\}") else "R104"
                raise ReadError(code, f"{token.text} was not expected here", token.span)

    def _at_separator(self) -> bool:
        token = self.parser.token
        stops = (",", ".", ";", "(", "\\forall", "\\because", "\\therefore")
        return token.kind in ("end", "sep", "quad", "text") or token.is_(*stops)

    def _skip_separators(self) -> None:
        while self.parser.token.kind in ("sep", "quad") or self.parser.token.is_(",", ".", ";"):
            self.parser.advance()

    # ------------------------------------------------------------ remarks

    def _remark(self) -> bool:
        """Words, or a parenthesis with words in it, up to the end of the clause."""
        parser = self.parser
        start = parser.at
        if parser.token.is_("\\because", "\\therefore"):
            parser.advance()
            self.reading.remarks.append(parser.since(start))
            return True
        if parser.token.is_("\\forall"):
            self._quantifier(start)
            return True
        if parser.token.kind == "text":
            self._words(parser.token, start)
            return True
        if parser.token.is_("("):
            depth = braces = 0
            worded = False
            for k in range(parser.at, len(parser.tokens)):
                token = parser.tokens[k]
                depth += token.is_("(") - token.is_(")")
                braces += token.is_("{") - token.is_("}")
                scripted = parser.tokens[k - 1].is_("_", "^")
                worded |= token.kind == "text" and braces == 0 and not scripted
                if depth == 0:
                    after = parser.tokens[k + 1]
                    last = after.kind in ("sep", "end", "quad", "text") or after.is_(",", ".", ";")
                    if worded and last:
                        parser.at = k + 1
                        self.reading.remarks.append(parser.since(start))
                        return True
                    break
        return False

    def _words(self, token: Token, start: int) -> None:
        """Words up to the end of the clause; a relation after them is a statement of its own."""
        parser = self.parser
        end = start
        while parser.tokens[end].kind not in ("sep", "end"):
            end += 1
        says = any(
            t.kind not in ("text", "name") and (t.text in RELATIONS or t.text in EQUIVALENCES)
            for t in parser.tokens[start:end]
        )
        if not says:
            self._to_end_of_clause(start)
            self._equality_case(token)
            return
        parser.advance()
        words = token.text.replace("\\ ", " ").strip(" .,;:、。").lower()
        if words in _JOINING or not words:
            self.reading.remarks.append(parser.since(start))
        elif words in _QUANTIFYING:
            self._quantifier(start)
        else:
            raise ReadError(
                "R113",
                f"a relation behind the words {words!r}: declare a condition with  assume, "
                "or give it a line of its own",
                token.span,
            )

    def _quantifier(self, start: int) -> None:
        r"""``\forall i``, ``\forall i \in \{1, \dots, n\}``: up to what is said of them."""
        parser = self.parser
        depth, first = 0, parser.at
        while parser.token.kind not in ("sep", "end"):
            if depth == 0 and parser.at > first:
                ends = parser.token.kind in ("quad", "text") or parser.token.is_(",", ":")
                piece = self._piece(parser.at + 1) if ends else []
                ranged = any(t.is_("\\dots", "\\ldots") for t in piece)
                if not ranged and any(t.text in RELATIONS for t in piece):
                    break
            token = parser.advance()
            depth += token.is_("(", "\\{", "[", "{") - token.is_(")", "\\}", "]", "}")
            if token.kind != "text" and token.text in RELATIONS and token.text not in ("\\in", "="):
                raise ReadError("R113", "a condition on all: declare it", token.span)
        said = parser.tokens[first : parser.at]
        if any(t.is_("=") for t in said) and not any(t.is_("\\dots", "\\ldots") for t in said):
            raise ReadError("R113", "a condition on all: declare it", said[0].span)
        if parser.token.is_(":"):
            parser.advance()
        self.reading.remarks.append(parser.since(start))

    def _piece(self, start: int) -> list[Token]:
        """The tokens up to the next separator."""
        out: list[Token] = []
        for token in self.parser.tokens[start:]:
            if token.kind in ("sep", "end", "quad", "text") or token.is_(","):
                break
            out.append(token)
        return out

    def _to_end_of_clause(self, start: int) -> None:
        parser = self.parser
        while not (parser.token.kind == "sep" or (parser.token.kind == "end")):
            parser.advance()
        self.reading.remarks.append(parser.since(start))

    def _range_remark(self) -> bool:
        """``i = 1, \\dots, n`` or ``k \\in \\{1, \\dots, N\\}``: for which indices."""
        parser = self.parser
        start = parser.at
        dots = ("\\dots", "\\ldots", "\\cdots")
        first = start + parser.tokens[start].is_("(")
        entry = parser.scope.symbols.get(parser.tokens[first].text)
        if entry is None or not isinstance(entry.type, Index):
            return False
        stop = first
        while parser.tokens[stop].kind not in ("sep", "end", "quad", "text"):
            stop += 1
        if not any(t.is_(*dots) for t in parser.tokens[first:stop]):
            return False
        size = entry.type.sort.size
        others = {e.name for e in parser.scope.entries() if e.type == entry.type}
        fitting = {"=", ",", ".", "1", "2", "\\in", "\\{", "\\}", "(", ")", *dots}
        while parser.at < stop:
            last = parser.advance()
            if last.text not in fitting and last.text != size and last.text not in others:
                raise ReadError("R111", f"{entry.name} runs from 1 to {size}", last.span)
        self.reading.remarks.append(parser.since(start))
        return True

    def _equality_case(self, token: Token) -> None:
        """``(equality iff $p = q$)`` says when the relation before it is an equality."""
        parser = self.parser
        text = parser.source.text
        for pattern in _EQUALITY:
            match = pattern.search(text, token.start, token.stop)
            if match is None:
                continue
            before = self.reading.links[-1].node if self.reading.links else None
            if not (isinstance(before, n.Relation) and before.op in ("<=", ">=")):
                raise ReadError("R104", "equality in which inequality?", token.span)
            inner = Parser(
                parser.source, tokenize(parser.source, Span(*match.span(1))), parser.scope
            )
            condition = inner.whole(Parser.relation)
            equal = n.Relation("=", before.left, before.right, span=before.span, sign=before.sign)
            span = before.span | token.span if before.span else token.span
            node = n.Equivalence(equal, condition, span=span, sign=token.span)
            self.chains += 1
            self.reading.links.append(Link(node, self.chains))

    # ------------------------------------------------------------ chains

    def _skip_quads_to(self, *, equivalence: bool) -> bool:
        """Whether a relation (or equivalence) follows, maybe after spaces."""
        parser = self.parser
        k = parser.at
        while parser.tokens[k].kind == "quad" or (equivalence and parser.tokens[k].is_(",")):
            k += 1
        token = parser.tokens[k]
        if token.kind in ("text", "end"):
            return False
        if token.text in EQUIVALENCES if equivalence else False:
            parser.at = k
            return True
        if not equivalence:
            saved, parser.at = parser.at, k
            if parser.at_relation():
                return True
            parser.at = saved
        return False

    def _chain(self) -> None:
        parser = self.parser
        segments: list[list[n.Relation]] = [self._segment()]
        signs: list[tuple[Span, bool]] = []
        while self._skip_quads_to(equivalence=True):
            token = parser.advance()
            signs.append((token.span, EQUIVALENCES[token.text]))
            while parser.token.kind == "quad":
                parser.advance()
            segments.append(self._segment())
        self._collect(segments, signs)

    def _segment(self) -> list[n.Relation]:
        """``a = b \\le c`` as its relations; a lone expression is refused."""
        parser = self.parser
        start = parser.at
        left = parser.expression()
        relations: list[n.Relation] = []
        while self._skip_quads_to(equivalence=False):
            op, up_to, sign = parser.relation_sign()
            while parser.token.kind == "quad":
                parser.advance()
            middle = parser.at
            right = parser.expression()
            self._comparable(op, left, right, sign)
            node = n.Relation(op, left, right, up_to, span=parser.since(start), sign=sign)
            relations.append(parser.make(node))
            left, start = right, middle
        if not relations:
            if parser.token.kind in ("end", "sep") or parser.token.is_(",", "."):
                raise ReadError(
                    "R104", "an expression without a relation says nothing", parser.since(start)
                )
            token = parser.token
            raise ReadError("R104", f"{token.text} was not expected here", token.span)
        return relations

    def _comparable(self, op: str, left: n.Node, right: n.Node, sign: Span) -> None:
        """A function and a number are not compared; ``x \\sim p`` is no equation."""
        one, other = (isinstance(self.parser.shapes(x), Function) for x in (left, right))
        if op == "~" and other:
            raise ReadError("R113", "that a symbol follows a law is declared, not read", sign)
        if one != other:
            raise ReadError("R110", "a function and a value cannot be compared", sign)

    def _collect(self, segments: list[list[n.Relation]], signs: list[tuple[Span, bool]]) -> None:
        self.chains += 1
        both = self.parser.scope.both_sides_hold
        for k, segment in enumerate(segments):
            conditions: set[int] = set()
            if signs:
                conditions = {0} if k == len(segments) - 1 else {len(segment) - 1}
                if 0 < k < len(segments) - 1 and len(segment) > 1:
                    raise ReadError(
                        "R113", "a chain between two equivalences", segment[0].span or signs[0][0]
                    )
            for j, relation in enumerate(segment):
                if j not in conditions or both:
                    self.reading.links.append(Link(relation, self.chains))
            if k < len(signs):
                span, one_way = signs[k]
                left, right = segment[-1], segments[k + 1][0]
                assert left.span is not None
                assert right.span is not None
                node = n.Equivalence(left, right, one_way, span=left.span | right.span, sign=span)
                self.reading.links.append(Link(node, self.chains))


def is_domain_clause(link: Link, shapes_of_right: object) -> bool:
    """Whether a link says which set a symbol belongs to (with ∈, or = by a slip)."""
    node = link.node
    return (
        isinstance(node, n.Relation)
        and node.op in ("in", "=")
        and isinstance(shapes_of_right, SetOf)
        and isinstance(node.left, n.Symbol | n.Indexed)
    )
