r"""A display to its links: clauses, chains, equivalences, conditions and remarks.

A chain ``a = b = c`` is two links. In ``a = b = 0 \iff c = d`` the first link is
``a = b``, and the second is the equivalence of ``b = 0`` and ``c = d``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from ..language import nodes as n
from ..language.rewrite import bound_by
from ..language.source import Source, Span
from ..language.types import SetOf
from .conditions import (
    Conditions,
    conditions_in_words,
    index_range,
    is_bare,
    plain_words,
    read_conditions,
    refuse_entries,
)
from .errors import ReadError
from .grammar.cursor import Cursor
from .grammar.parser import Parser
from .grammar.relations import at_relation, chain, relation
from .layout import begins_with_relation, layout
from .quantifiers import Names, for_some, quantifier
from .scope import Scope
from .tokens import Token, tokenize
from .words import (
    AND,
    CONDITION_AFTER,
    CONDITION_BEFORE,
    EQUIVALENCE_WORDS,
    EQUIVALENCES,
    RELATIONS,
    SOME_BEFORE,
)


@dataclass(frozen=True)
class Link:
    """One printed relation or equivalence, with its places in the file.

    ``chain`` counts the chain it stands in, so that links that share an operand know it;
    ``conditions`` are what the same row says it holds for (``for x > 0``).
    """

    node: n.Relation | n.Equivalence
    chain: int = 0
    conditions: tuple[n.Relation, ...] = ()

    @property
    def relation(self) -> str:
        """The ``op`` of a relation, or ``iff``."""
        return self.node.op if isinstance(self.node, n.Relation) else "iff"

    @property
    def span(self) -> Span:
        """The place of the whole link."""
        return self.node.span or Span(0, 0)


@dataclass
class Reading:
    """What was read in one display."""

    links: list[Link] = field(default_factory=list)
    remarks: list[Span] = field(default_factory=list)
    slips: list[tuple[Span, str]] = field(default_factory=list)
    """Places of declared slips of notation, with what was read instead."""
    hidden: list[tuple[Span, str]] = field(default_factory=list)
    """Places of signs that bind an index again, with that index."""


def read_statements(
    source: Source, span: Span, scope: Scope, carried: Span | None = None
) -> Reading:
    """All links of a display. Raises ReadError where it cannot be read.

    ``carried`` is the place of the expression that a row that begins with ``=`` goes on from.
    """
    tokens = layout(tokenize(source, span))
    if len(tokens) == 1:
        raise ReadError("R115", "there is nothing between the delimiters", span)
    if carried is not None and not begins_with_relation(tokens):
        raise ReadError(
            "R113", "a row with a label of its own goes on with a relation", tokens[0].span
        )
    try:
        left = None if carried is None else read_expression(source, carried, scope)
        reading = _Statements(Parser(source, tokens, scope), left).read()
    except RecursionError:
        raise ReadError("R106", "too many things inside one another", span) from None
    if not reading.links:
        raise ReadError("R115", "there is no relation to check in this display", span)
    return reading


def read_expression(
    source: Source,
    span: Span,
    scope: Scope,
    bound: tuple[n.Symbol, ...] = (),
    quantified: bool = True,
) -> n.Node:
    """One expression, relation or equivalence, in a scope where symbols may be bound around it.

    Raises ReadError. Underbraced claims in it are left out. ``quantified`` says whether it may
    be said of some values only.
    """
    parser = Parser(source, layout(tokenize(source, span)), scope)
    parser.bound = bound
    names = quantifier(parser) if quantified else None
    if names:
        _skip(parser)
    node = parser.expression()
    relations = chain(parser, node, 0)
    if len(relations) > 1:
        raise ReadError("R113", "one relation is read here, not a chain", relations[1].span or span)
    if relations:
        node = left = relations[0]
        start = parser.at
        _skip(parser)
        names = names or (quantifier(parser) if quantified else None)
        if names:
            return _to_end(parser, for_some(left, names, parser.since(0), scope))
        parser.at = start
        sign = _equivalence_sign(parser)
        if sign is not None:
            right = relation(parser)
            node = n.Equivalence(left, right, sign.one_way, span=parser.since(0), sign=sign.span)
    if names:
        raise parser.unexpected("a relation such as = is missing here")
    return _to_end(parser, node)


def _skip(parser: Parser) -> None:
    """Go on behind what stands between clauses."""
    while parser.token.kind == "quad" or parser.token.is_(",", ".", ";"):
        parser.advance()


def _to_end(parser: Parser, node: n.Node) -> n.Node:
    while parser.token.kind == "sep":
        parser.advance()
    parser.finish()
    return node


def hidden(node: n.Node, names: frozenset[str] = frozenset()) -> Iterator[tuple[Span, str]]:
    """The signs that bind a name that is bound, or differentiated by, around them."""
    if isinstance(node, n.Symbol | n.Number):
        return
    for symbol in bound_by(node):
        binder = node.binder if isinstance(node, n.Sum | n.Product) else symbol
        span = binder.span or node.span
        if symbol.name in names and span is not None:
            yield span, symbol.name
        names |= {symbol.name}
    if isinstance(node, n.Derivative):
        names |= {s.name for s in node.variable.walk() if isinstance(s, n.Symbol)}
    for child in node.children():
        yield from hidden(child, names)


# ---------------------------------------------------------------- statements


class _Sign(NamedTuple):
    """An equivalence sign, or the words for one."""

    one_way: bool
    span: Span


def _equivalence_sign(parser: Cursor) -> _Sign | None:
    r"""``\iff``, maybe after spaces or a comma; the parser is then behind it."""
    k = parser.at
    while parser.tokens[k].kind == "quad" or parser.tokens[k].is_(","):
        k += 1
    token = parser.tokens[k]
    if token.kind == "text":
        one_way = EQUIVALENCE_WORDS.get(plain_words(token.text))
    else:
        one_way = EQUIVALENCES.get(token.text)
    if one_way is None:
        return None
    parser.at = k + 1
    while parser.token.kind == "quad":
        parser.advance()
    return _Sign(one_way, token.span)


class _Statements:
    """Reads the clauses of a display one after the other."""

    def __init__(self, parser: Parser, carried: n.Node | None) -> None:
        self.parser = parser
        self.carried = carried
        self.reading = Reading()
        self.conditions: Conditions = []
        self.closed = False
        """Whether a condition was read behind the statements of this row."""
        self.some: tuple[Names, Span] | None = None
        """The symbols of which this row says that there are values, and where."""
        self.chains = 0
        self.row = 0
        """The number of links before this row."""

    def read(self) -> Reading:
        while self._to_clause():
            if self._some() or self._words() or self._parenthesis() or self._range():
                continue
            self._chain()
            if not self._at_end_of_clause():
                raise self.parser.unexpected()
        self._end_row()
        reading = self.reading
        reading.slips = list(dict.fromkeys(self.parser.slips))
        found = (place for link in reading.links for place in hidden(link.node))
        reading.hidden = list(dict.fromkeys(found))
        return reading

    def _to_clause(self) -> bool:
        """Go to the next clause; False at the end of the display."""
        parser = self.parser
        while True:
            token = parser.token
            if token.kind == "sep":
                self._end_row()
            elif token.is_("+") and self.chains:
                raise ReadError("R104", "a statement does not begin with +", token.span)
            elif token.kind != "quad" and not token.is_(",", ".", ";"):
                return token.kind != "end"
            parser.advance()

    def _end_row(self) -> None:
        """What the row says it holds for concerns every link of it."""
        if self.conditions and len(self.reading.links) == self.row:
            place = self.conditions[0].span or self.parser.here()
            raise ReadError("R113", "a condition on nothing: put it behind its statement", place)
        if self.conditions:
            given = tuple(self.conditions)
            row = self.reading.links[self.row :]
            self.reading.links[self.row :] = [replace(link, conditions=given) for link in row]
        if self.some is not None:
            self._choose(*self.some)
        self.conditions = []
        self.closed = False
        self.some = None
        self.row = len(self.reading.links)

    def _choose(self, names: Names, place: Span) -> None:
        """The one link of the row holds for some values of symbols."""
        row = self.reading.links[self.row :]
        if len(row) != 1 or self.conditions:
            raise ReadError(
                "R113", "for some: put one relation into a row, and no further condition", place
            )
        node = for_some(row[0].node, names, place, self.parser.scope)
        self.reading.links[self.row :] = [replace(row[0], node=node)]

    def _at_end_of_clause(self) -> bool:
        token = self.parser.token
        return (
            token.kind in ("end", "sep", "quad", "text")
            or token.is_(",", ".", ";", "\\forall", "\\because", "\\therefore")
            or (token.is_("(") and self._parenthesis_to() is not None)
        )

    # ------------------------------------------------------------ words and conditions

    def _some(self) -> bool:
        """A quantifier before or behind the statement of this row."""
        parser = self.parser
        start = parser.at
        names = quantifier(parser)
        if names is None:
            return False
        self._for_some(names, parser.since(start))
        return True

    def _for_some(self, names: Names, place: Span) -> None:
        token = self.parser.token
        words = token.kind == "text" and not token.text.lstrip("$ ").startswith(("(", "（"))
        behind = words and len(self.reading.links) > self.row
        if self.some is not None or behind:
            raise ReadError("R113", "one quantifier in a row is read, and no words behind", place)
        self.some = names, place
        self.reading.remarks.append(place)

    def _words(self) -> bool:
        """Running text: a remark, a condition, or a word between statements."""
        parser, token = self.parser, self.parser.token
        if token.is_("\\therefore"):
            parser.advance()
            return True
        if token.is_("\\because"):
            start = parser.at
            parser.advance()
            if self._relation_follows():
                self._assume(read_conditions(parser))
            self._remark(start)
            return True
        if token.kind != "text":
            return False
        start = parser.at
        parser.advance()
        words = plain_words(token.text)
        if self._equality_case(token):
            self.reading.remarks.append(token.span)
        elif words in CONDITION_BEFORE:
            self._assume(read_conditions(parser))
            self.reading.remarks.append(parser.since(start))
        elif self._relation_follows():
            if words not in AND:
                raise ReadError(
                    "R113",
                    f"the words {token.text!r} before a formula; and, for, if and iff are read",
                    token.span,
                )
        else:
            self._assume(conditions_in_words(parser, token))
            self._remark(start)
        return True

    def _assume(self, conditions: Conditions) -> None:
        """What the statements of this row hold for."""
        self.conditions += conditions
        self.closed |= bool(conditions) and len(self.reading.links) > self.row

    def _relation_follows(self) -> bool:
        """Whether a relation stands between here and the end of the row."""
        parser = self.parser
        for token in parser.tokens[parser.at :]:
            if token.kind in ("sep", "end"):
                return False
            if token.kind != "text" and (token.text in RELATIONS or token.text in EQUIVALENCES):
                return True
        return False

    def _remark(self, start: int) -> None:
        """Everything to the end of the row is prose."""
        parser = self.parser
        while parser.token.kind not in ("sep", "end"):
            parser.advance()
        self.reading.remarks.append(parser.since(start))

    def _range(self) -> bool:
        r"""``i = 1, \dots, n`` or ``\forall x > 0``."""
        parser = self.parser
        start = parser.at
        if parser.token.is_("\\forall"):
            self._assume(read_conditions(parser))
        elif not index_range(parser):
            return False
        self.reading.remarks.append(parser.since(start))
        return True

    def _parenthesis_to(self) -> int | None:
        """Where a parenthesis that begins here ends, if the clause ends there too."""
        parser = self.parser
        depth = 0
        for k in range(parser.at, len(parser.tokens) - 1):
            token, after = parser.tokens[k], parser.tokens[k + 1]
            depth += token.is_("(") - token.is_(")")
            if depth == 0:
                ends = after.kind in ("sep", "end", "quad", "text") or after.is_(",", ".", ";", "(")
                return k if ends else None
        return None

    def _parenthesis(self) -> bool:
        """A parenthesis behind a statement: a condition, indices that run, or words."""
        parser = self.parser
        start = parser.at
        close = self._parenthesis_to() if parser.token.is_("(") else None
        if close is None or not self.reading.links:
            return False
        inside = parser.tokens[start + 1 : close]
        words = [plain_words(t.text) for t in inside if t.kind == "text"]
        formula = [t for t in inside if t.kind not in ("text", "quad")]
        if any(w in SOME_BEFORE for w in words):
            message = "for some: write it without parentheses"
            raise ReadError("R113", message, parser.tokens[start].span)
        said = any(w in CONDITION_BEFORE or w in CONDITION_AFTER for w in words)
        if formula and formula[0].is_("\\because"):
            said, formula = True, formula[1:]
        number = all(t.kind == "digit" or t.is_(".") for t in formula)
        if not number and (said or not words):
            piece = parser.piece(formula)
            self._assume(read_conditions(piece))
            piece.finish()
        parser.at = close + 1
        self.reading.remarks.append(parser.since(start))
        return True

    def _equality_case(self, token: Token) -> bool:
        """``(equality iff $p = q$)`` says when the relation before it is an equality."""
        parser = self.parser
        for pattern in _EQUALITY:
            match = pattern.search(parser.source.text, token.start, token.stop)
            if match is None:
                continue
            before = self.reading.links[-1].node if self.reading.links else None
            if not (isinstance(before, n.Relation) and before.op in ("<=", ">=")):
                raise ReadError("R104", "equality in which inequality?", token.span)
            tokens = tokenize(parser.source, Span(*match.span(1)))
            inner = Parser(parser.source, tokens, parser.scope)
            condition = relation(inner)
            inner.finish()
            equal = n.Relation("=", before.left, before.right, span=before.span, sign=before.sign)
            span = before.span | token.span if before.span else token.span
            self._add(n.Equivalence(equal, condition, span=span, sign=token.span))
            return True
        return False

    # ------------------------------------------------------------ chains

    def _chain(self) -> None:
        """Relations and equivalences in a row, or a bare condition on what stands before."""
        segments = [self._segment()]
        signs: list[_Sign] = []
        while (sign := _equivalence_sign(self.parser)) is not None:
            signs.append(sign)
            segments.append(self._segment())
        if not signs and self._restricts(segments[0]):
            self._assume(segments[0])
            return
        if self.closed:
            raise ReadError(
                "R113",
                "a statement behind a condition: put it into a display of its own",
                segments[0][0].span or self.parser.here(),
            )
        self.chains += 1
        for k, segment in enumerate(segments):
            self._collect(segment, signs[k - 1 : k], signs[k : k + 1])
            if k < len(signs):
                left, right = segment[-1], segments[k + 1][0]
                span = left.span | right.span if left.span and right.span else None
                one_way = signs[k].one_way
                self._append(n.Equivalence(left, right, one_way, span=span, sign=signs[k].span))
        for claim in self.parser.claims:
            self._add(claim)
        self.parser.claims.clear()

    def _segment(self) -> list[n.Relation]:
        r"""``a = b \le c`` as its relations; a lone expression is refused."""
        parser = self.parser
        if self.carried is not None and at_relation(parser):
            relations = chain(parser, self.carried, None)
            self.carried = None
            return relations
        start = parser.at
        relations = chain(parser, parser.expression(), start)
        if not relations and self._at_end_of_clause():
            raise parser.refuse("R104", "an expression without a relation says nothing", start)
        if not relations:
            raise parser.unexpected()
        return relations

    def _restricts(self, segment: list[n.Relation]) -> bool:
        """Whether bare relations follow a statement that says more."""
        row = [link.node for link in self.reading.links[self.row :]]
        if not row or not all(is_bare(relation) for relation in segment):
            return False
        if all(isinstance(node, n.Relation) and is_bare(node) for node in row):
            return False
        for relation_ in segment:
            refuse_entries(relation_)
        return True

    def _collect(self, segment: list[n.Relation], before: list[_Sign], after: list[_Sign]) -> None:
        """Links of a segment; its ends at equivalence signs are parts of those."""
        ordered = all(node.op in ("<", "<=", ">", ">=") for node in segment)
        if (before or after) and len(segment) > 1 and ordered:
            place = segment[0].span or (*before, *after)[0].span
            raise ReadError("R113", "two conditions on one side of an equivalence", place)
        if before and after and len(segment) > 1:
            raise ReadError(
                "R113", "a chain between two equivalences: write two displays", after[0].span
            )
        both = self.parser.scope.both_sides_hold
        for k, node in enumerate(segment):
            at_sign = (before and k == 0) or (after and k == len(segment) - 1)
            if both or not at_sign:
                self._append(node)

    def _append(self, node: n.Relation | n.Equivalence) -> None:
        self.reading.links.append(Link(node, self.chains))

    def _add(self, node: n.Relation | n.Equivalence) -> None:
        """A link that is a chain of its own."""
        self.chains += 1
        self._append(node)


_EQUALITY = (
    re.compile(r"等号成立は\s*\$(.+?)\$"),
    re.compile(r"equality\s+(?:holds\s+)?(?:if and only if|iff|only if|when|if)\s*\$(.+?)\$"),
)


def is_domain_clause(link: Link, shape_of_right: object) -> bool:
    """Whether a link says which set a symbol belongs to (with ∈, or = by a slip)."""
    node = link.node
    return (
        isinstance(node, n.Relation)
        and node.op in ("in", "=")
        and isinstance(shape_of_right, SetOf)
        and isinstance(node.left, n.Symbol | n.Indexed)
    )
