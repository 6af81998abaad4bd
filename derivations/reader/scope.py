r"""What each symbol means in one equation: the declarations that concern its label."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from ..language import nodes as n
from ..language.source import Source, Span
from ..language.types import (
    SCALAR,
    Family,
    Function,
    Index,
    Matrix,
    Parameter,
    SetOf,
    Sort,
    Type,
    Vector,
)
from .declarations import Declaration, Phrase
from .errors import ReadError
from .names import GREEK, Name, Tokens, key, read_name, script
from .tokens import Token, tokenize
from .words import RESERVED

CONDITIONAL = "(\\cdot|\\cdot)"
"""What the name of a conditional p(x|z) ends in: it may be declared next to p(x)."""


SEVERAL = "several elements"
"""The property, never declared, of a finite set to have at least two elements."""


def several(pattern: str) -> str:
    """The same as LaTeX."""
    return rf"\lvert {pattern} \rvert \geq 2"


@dataclass(frozen=True)
class Property:
    """A declared property; ``argument`` is text to be read where it is needed."""

    name: str
    argument: str = ""
    span: Span | None = None
    unsaid: bool = False


@dataclass(frozen=True)
class Definition:
    """A symbol is what an equation of the document says, after renaming symbols."""

    label: str
    renames: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Entry:
    """A declared symbol, family, function or alias.

    ``slots`` are the index letters of the subject (``k``, ``i`` in ``x_k^{(i)}``, of which
    the last ``sup_slots`` stand in the superscript); ``alias`` is the text it stands for;
    ``over`` what a function or distribution is a function of; ``details`` what its kind
    says besides.
    """

    name: str
    kind: str
    type: Type
    slots: tuple[str, ...] = ()
    slot_sorts: tuple[Sort, ...] = ()
    sup_slots: int = 0
    properties: tuple[Property, ...] = ()
    alias: str | None = None
    slip: bool = False
    definition: Definition | None = None
    over: str | None = None
    details: tuple[str, ...] = ()
    span: Span | None = None
    source: Source | None = field(default=None, repr=False)
    ranged: bool = False
    """Whether it is declared for some equations only."""

    def declared(self, name: str) -> Property | None:
        """The declared property of that name."""
        return next((p for p in self.properties if p.name == name), None)

    @cached_property
    def pattern(self) -> str:
        """The name with its slots, as the document writes it."""
        low = len(self.slots) - self.sup_slots
        subs, sups = self.slots[:low], self.slots[low:]
        out = self.name
        if subs:
            inner = "".join(subs)
            out += "_" + (inner if len(inner) == 1 else f"{{{inner}}}")
        if sups:
            out += f"^{{({','.join(sups)})}}"
        return out


@dataclass
class Scope:
    """The declarations that concern one equation."""

    label: str
    sorts: dict[str, Sort] = field(default_factory=dict)
    symbols: dict[str, Entry] = field(default_factory=dict)
    patterns: dict[str, list[Entry]] = field(default_factory=dict)
    expectations: dict[str, Entry] = field(default_factory=dict)
    assumptions: list[tuple[Span, Source, bool]] = field(default_factory=list)
    conventions: dict[str, bool] = field(default_factory=dict)
    """Convention -> whether the document leaves it unsaid."""
    pairs: str | None = None
    goal: bool = False
    both_sides_hold: bool = False
    follows: str | None = None
    given: frozenset[str] = frozenset()
    bases: set[str] = field(default_factory=set)
    """First tokens of the declared names."""
    memo: dict[tuple[str, str, bool], n.Node] = field(default_factory=dict, repr=False)
    """Expressions in declarations that were read before."""
    bodies: dict[Entry, tuple[Any, Any]] = field(default_factory=dict, repr=False)
    """What definitions were found to say, and of which reading of their equation."""

    def entry(self, name: str, slots: int = 0) -> Entry | None:
        """The declaration of a canonical name, with that number of slots."""
        if not slots:
            return self.symbols.get(name)
        return next((e for e in self.patterns.get(name, []) if len(e.slots) == slots), None)

    def entries(self) -> list[Entry]:
        """All declared symbols and families."""
        return [*self.symbols.values(), *(e for es in self.patterns.values() for e in es)]

    @property
    def names(self) -> frozenset[str]:
        """Names that mean something by themselves, and ``x_`` where ``x_i`` is a family.

        This is what :func:`derivations.language.latex.latex` needs to print a node so
        that it can be read in this scope.
        """
        return frozenset((*self.symbols, *(f"{stem}_" for stem in self.patterns)))


def build_scope(
    label: str, declarations: list[Declaration]
) -> tuple[Scope, list[tuple[Source, ReadError]]]:
    """The scope of an equation, and the errors of declarations that make no sense in it."""
    scope = Scope(label)
    here = [d for d in declarations if d.concerns(label)]
    # general declarations first, so that those with a range can override them
    here.sort(key=lambda d: (d.directive != "sort", d.labels is not None))
    waiting = [(d, subject) for d in here for subject in d.subjects or (d.span,)]
    while True:  # a declaration may mention symbols that are declared behind it
        failed = _enter_all(scope, waiting)
        if len(failed) == len(waiting):
            break
        waiting = [(declaration, subject) for declaration, subject, _ in failed]
    elsewhere = {d.source.slice(x) for d in declarations for x in d.subjects} if failed else set()
    return scope, [
        (declaration.source, error)
        for declaration, _, error in failed
        if declaration.labels is not None or error.mentions not in elsewhere
    ]


def _enter_all(
    scope: Scope, declared: list[tuple[Declaration, Span]]
) -> list[tuple[Declaration, Span, ReadError]]:
    """Enter what makes sense; the rest comes back with the reasons why not."""
    failed: list[tuple[Declaration, Span, ReadError]] = []
    for declaration, subject in declared:
        try:
            _enter(scope, declaration, subject)
        except ReadError as error:
            failed.append((declaration, subject, error))
    return failed


def _enter(scope: Scope, declaration: Declaration, subject: Span) -> None:
    match declaration.directive:
        case "sort":
            name, size = declaration.arguments
            old = scope.sorts.get(name)
            if old is not None and old.size != size and declaration.labels is None:
                raise ReadError("D203", f"the sort {name} is declared twice", declaration.span)
            scope.sorts[name] = Sort(name, size)
            if size not in scope.symbols:
                scope.symbols[size] = Entry(size, "natural", SCALAR)
                scope.bases.add(size)
        case "assume":
            scope.assumptions.append((subject, declaration.source, declaration.unsaid))
        case "convention":
            scope.conventions[declaration.arguments[0]] = declaration.unsaid
        case "ordered pairs" | "unordered pairs":
            if scope.pairs not in (None, declaration.directive):
                raise ReadError("D203", "pairs are declared ordered and unordered", subject)
            scope.pairs = declaration.directive
        case "goal":
            scope.goal = True
        case "both":
            scope.both_sides_hold = True
        case "follows":
            scope.follows = declaration.arguments[0]
        case "declare":
            _declare(scope, declaration, subject)


# ---------------------------------------------------------------- one symbol


def _declare(scope: Scope, declaration: Declaration, subject: Span) -> None:
    kind = declaration.phrases[0]
    if kind.name != "kind":
        raise ReadError("D202", f"{kind.name!r} is a property; the kind comes first", kind.span)
    tokens = declaration.tokens(subject)
    if kind.argument.startswith("expectation "):
        _declare_expectation(scope, tokens, kind, declaration.source)
        return
    name = read_name(tokens, 0)
    if name is None:
        raise ReadError("D201", "a declaration begins with a symbol", subject)
    entry = _entry(scope, declaration, name, kind, subject, _behind_the_bar(tokens, name))
    _add(scope, entry, name)


def _add(scope: Scope, entry: Entry, name: Name) -> None:
    """Enter a symbol; one with a range replaces one without."""
    scope.bases.add(_first_token(name.base))
    if entry.slots:
        family = scope.patterns.setdefault(entry.name, [])
        same = [
            old
            for old in family
            if old.slot_sorts == entry.slot_sorts and old.sup_slots == entry.sup_slots
        ]
        for old in same:
            _refuse_conflict(scope, entry, old)
            family.remove(old)
        family.append(entry)
        family.sort(key=lambda e: -e.sup_slots)  # x_k^{(i)} is tried before x_k
        return
    known = scope.symbols.get(entry.name)
    if known is not None:
        _refuse_conflict(scope, entry, known)
    scope.symbols[entry.name] = entry


def _first_token(base: str) -> str:
    """The text of the token that a name begins with."""
    if base.startswith("\\mathrm{"):
        return base[len("\\mathrm{") : -1]
    return base.partition("{")[0]


def _refuse_conflict(scope: Scope, new: Entry, old: Entry) -> None:
    """Two declarations conflict, unless one of them is more special or comes from a sort."""
    if old.span is not None and old.ranged == new.ranged:
        where = f" for equation ({scope.label})" if scope.label else ""
        raise ReadError("D203", f"{new.pattern} is declared twice{where}", new.span or Span(0, 0))


def _behind_the_bar(tokens: list[Token], name: Name) -> int:
    """Number of arguments behind the bar in a subject such as ``p(x|z)``."""
    rest = tokens[name.after_sup : -1]
    if not rest:
        return 0
    if not (rest[0].is_("(") and rest[-1].is_(")")):
        raise ReadError("D201", "one symbol stands here, with its indices", rest[0].span)
    bars = [k for k, t in enumerate(rest) if t.is_("|", "\\mid")]
    if not bars:
        raise ReadError(
            "D201", "declare the name of a function without its arguments", rest[0].span
        )
    return 1 + sum(t.is_(",") for t in rest[bars[0] :])


_EXPECT = re.compile(r"expectation over (.+) under (.+)$")


def _declare_expectation(scope: Scope, tokens: list[Token], kind: Phrase, source: Source) -> None:
    r"""``\langle \cdot \rangle_\theta`` or ``\mathbb{E}_\theta``."""
    match = _EXPECT.match(kind.argument)
    if match is None:
        raise ReadError("D201", "this should read  expectation over VARIABLE under LAW", kind.span)
    close = next((k for k, t in enumerate(tokens) if t.is_("\\rangle")), None)
    if tokens[0].is_("\\langle") and close is not None:
        head, behind, shown = "", close + 1, "\\langle\\rangle"
    elif tokens[0].is_("\\mathbb"):
        head, behind = "\\mathbb{E}", script(tokens, 1)[1]
        shown = head
    else:
        raise ReadError(
            "D201", "an expectation is \\langle \\cdot \\rangle or \\mathbb{E}", tokens[0].span
        )
    sub = script(tokens, behind + 1)[0] if tokens[behind].is_("_") else None
    text = key("", sub)
    scope.expectations[head + text] = Entry(
        shown + text, "expectation", SCALAR, details=match.groups(), source=source
    )


def _entry(
    scope: Scope, declaration: Declaration, name: Name, kind: Phrase, subject: Span, given: int
) -> Entry:
    """What a declaration says about one of its subjects."""
    subs = _slots(scope, name.sub)
    sups = _slots(scope, name.sup) if name.sup and name.sup[0].is_("(") else []
    stem = key(name.stem, None if subs else name.sub, None if sups else name.sup)
    _refuse_sign(name, stem, subject)
    properties, definition = _properties(declaration.phrases[1:])
    slots = (*subs, *sups)
    sorts = tuple(sort for _, sort in slots)
    what = _what(scope, kind, given)
    return Entry(
        stem + (CONDITIONAL if given else ""),
        what.name,
        Family(sorts, what.type, len(sups)) if slots and what.alias is None else what.type,
        tuple(letter for letter, _ in slots),
        sorts,
        len(sups),
        properties,
        what.alias,
        what.name == "slip for",
        definition,
        what.over,
        what.details,
        subject,
        declaration.source,
        declaration.labels is not None,
    )


def _refuse_sign(name: Name, stem: str, subject: Span) -> None:
    """Signs of the grammar are no names, except the Greek letters among them."""
    if name.base in RESERVED and stem == name.base and name.base not in GREEK:
        raise ReadError("D201", f"{name.base} is a sign of its own, not a symbol", subject)


def _slots(scope: Scope, tokens: Tokens | None) -> list[tuple[str, Sort]]:
    """The index letters of a script; empty if the script is a literal part of the name."""
    slots: list[tuple[str, Sort]] = []
    for token in tokens or ():
        if token.is_(",", "(", ")"):
            continue
        entry = scope.symbols.get(token.text)
        if entry is None or not isinstance(entry.type, Index):
            return []
        slots.append((token.text, entry.type.sort))
    if len({letter for letter, _ in slots}) < len(slots):
        raise ReadError("D201", "the index letters of a family must differ", (tokens or ())[0].span)
    return slots


# ---------------------------------------------------------------- properties and kinds

_DEFINED = re.compile(r"\(([^)]+)\)\s*(?:with\s+(.*))?$")


def _properties(
    phrases: tuple[Phrase, ...],
) -> tuple[tuple[Property, ...], Definition | None]:
    properties: list[Property] = []
    definition = None
    for phrase in phrases:
        if phrase.name == "kind":
            raise ReadError("D202", f"unknown property {phrase.argument!r}", phrase.span)
        if phrase.name == "defined by":
            definition = _definition(phrase)
        else:
            properties.append(Property(phrase.name, phrase.argument, phrase.span, phrase.unsaid))
    return tuple(properties), definition


def _definition(phrase: Phrase) -> Definition:
    match = _DEFINED.match(phrase.argument)
    if match is None:
        raise ReadError(
            "D201", "this should read  defined by (LABEL) with A -> B and …", phrase.span
        )
    renames = []
    for part in (match.group(2) or "").split(" and "):
        old, arrow, new = (x.strip() for x in part.partition("->"))
        if part.strip() and not (arrow and old and new):
            raise ReadError("D201", f"{part.strip()!r} should read  A -> B", phrase.span)
        if part.strip():
            renames.append((old, new))
    return Definition(match.group(1).strip(), tuple(renames))


ALIASES = ("component of", "means", "slip for", "minor of", "adjugate of", "another name for")
"""Kinds that stand for something else."""

_STEP = re.compile(r"gradient step of (.+) in (.+) with rate (.+)$")
_WITH_SORT = re.compile(r"(index|vector|identity matrix|matrix|basis vector)\s*\(([^)]*)\)\s*$")
_SIMPLE = frozenset(("real", "integer", "natural"))
_OVER = {"function of ": "function", "distribution over ": "distribution"}
KINDS = (
    "real", "integer", "natural", "index(SORT)", "vector(SORT)", "basis vector(SORT)",
    "matrix(SORT)", "matrix(SORT, SORT)", "identity matrix(SORT)", "parameter",
    "parameters A and B", "finite set of KIND", "function of X and Y", "distribution over X",
    "distribution over X given Z", "functional of two distributions",
    "gradient step of F in X with rate R", *(f"{alias} …" for alias in ALIASES),
)  # fmt: skip
"""Every kind, as an error message lists them."""


@dataclass(frozen=True)
class _Kind:
    name: str
    type: Type = SCALAR
    over: str | None = None
    alias: str | None = None
    details: tuple[str, ...] = ()


def _what(scope: Scope, phrase: Phrase, given: int) -> _Kind:
    """What a declaration says its subjects are: another thing's name, a step, or a kind."""
    text = phrase.argument
    for alias in ALIASES:
        if text.startswith(alias + " "):
            return _Kind(alias, alias=text[len(alias) :].strip())
    if match := _STEP.match(text):
        return _Kind("gradient step", details=match.groups())
    return _kind(scope, phrase, given)


def _kind(scope: Scope, phrase: Phrase, given: int = 0) -> _Kind:
    text = phrase.argument
    if text in _SIMPLE:
        return _Kind(text, SCALAR)
    if match := _WITH_SORT.match(text):
        return _Kind(match.group(1), _shape(scope, match, phrase))
    if text == "parameter":
        return _Kind(text, Parameter())
    if text.startswith("parameters "):
        members = tuple(m.strip() for m in text.removeprefix("parameters ").split(" and "))
        return _Kind("parameters", Parameter(members))
    if text.startswith("finite set of "):
        element = replace(phrase, argument=text.removeprefix("finite set of "))
        return _Kind("finite set", SetOf(_kind(scope, element).type))
    if text == "functional of two distributions":
        law = Function((), SCALAR, True)
        return _Kind("functional", Function((law, law)))
    for head, name in _OVER.items():
        if text.startswith(head):
            return _function(scope, phrase, text.removeprefix(head), name, given)
    raise ReadError("D202", f"unknown kind {text!r}{_similar(text)}", phrase.span)


def _similar(text: str) -> str:
    """The kind that was probably meant."""
    heads = [kind.partition("(")[0].partition(" …")[0] for kind in KINDS]
    for head in heads:
        if text.lower().startswith(head.split()[0]):
            shown = KINDS[heads.index(head)]
            return f"; a kind is written  {shown}, and properties stand behind a comma"
    return "; docs/declarations.md lists the kinds, such as real or vector(SORT)"


def _shape(scope: Scope, match: re.Match[str], phrase: Phrase) -> Type:
    sorts = [_sort(scope, part.strip(), phrase) for part in match.group(2).split(",")]
    match match.group(1), sorts:
        case "index", [sort]:
            return Index(sort)
        case (("vector" | "basis vector"), [sort]):
            return Vector(sort)
        case (("matrix" | "identity matrix"), [sort]):
            return Matrix(sort, sort)
        case "matrix", [rows, columns]:
            return Matrix(rows, columns)
    raise ReadError("D202", f"too many sorts in {phrase.argument!r}", phrase.span)


def _function(scope: Scope, phrase: Phrase, text: str, name: str, given: int) -> _Kind:
    """``x and y``, ``x given z``: the types of the arguments, in order."""
    front, bar, back = text.partition(" given ")
    conditions = back.split(" and ") if bar else []
    if len(conditions) != given:
        raise ReadError(
            "D201", "write a conditional as  p(x|z) : distribution over x given z", phrase.span
        )
    names = [part.strip() for part in (*front.split(" and "), *conditions)]
    types = tuple(_argument(scope, part, phrase) for part in names)
    return _Kind(name, Function(types, SCALAR, name == "distribution", given), names[0])


def _argument(scope: Scope, text: str, phrase: Phrase) -> Type:
    """The type of a declared symbol, or of a kind."""
    source = Source("declaration", text)
    name = None
    if "\\" in text or "(" not in text:
        tokens = tokenize(source, Span(0, len(text)))
        name = read_name(tokens, 0)
        if name is not None and name.after_sup != len(tokens) - 1:
            name = None
    entry = scope.symbols.get(key(name.stem, name.sub, name.sup)) if name else None
    if entry is not None:
        return entry.type
    if name is not None and text not in _SIMPLE and text != "parameter":
        raise ReadError("D202", f"{text} is not declared", phrase.span, mentions=text)
    return _kind(scope, replace(phrase, argument=text)).type


def _sort(scope: Scope, name: str, phrase: Phrase) -> Sort:
    if name not in scope.sorts:
        known = ", ".join(scope.sorts) or "none"
        raise ReadError("D202", f"unknown sort {name!r}; declared sorts: {known}", phrase.span)
    return scope.sorts[name]
