r"""What each symbol means in one equation: the declarations that concern its label.

A name is a base (``x``, ``\vec{x}``, ``D``) with primes and scripts. A subscript is
either part of the name (``p_0``, ``Z_\theta``) or a list of indices, told apart by what
is declared: ``x_i`` declares a slot exactly where ``i`` is a declared index.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..language.nodes import Node
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
from .tokens import Token, canonical, tokenize

ACCENTS = {
    "\\" + name
    for name in [
        "vec",
        "hat",
        "bar",
        "tilde",
        "dot",
        "ddot",
        "check",
        "breve",
        "overline",
        "underline",
        "widehat",
        "widetilde",
        "mathbf",
        "boldsymbol",
        "bm",
        "mathcal",
        "mathbb",
        "mathsf",
        "mathfrak",
        "mathscr",
        "mathit",
    ]
}


CONDITIONAL = "(\\cdot|\\cdot)"
"""What the names of conditional distributions end with."""


@dataclass(frozen=True)
class Name:
    """A base with primes and the raw tokens of its scripts; offsets into the token list."""

    base: str
    primes: int
    sub: tuple[Token, ...] | None
    sup: tuple[Token, ...] | None
    after_base: int
    after_sub: int
    after_sup: int
    sub_end: int
    """Where the subscript itself ends; ``after_sub`` is behind a superscript that follows it."""

    @property
    def stem(self) -> str:
        return self.base + "'" * self.primes


def script(tokens: list[Token], at: int) -> tuple[tuple[Token, ...], int]:
    """The tokens of the group or single token at an offset, and the offset behind it."""
    token = tokens[at]
    if token.kind == "char" and token.text == "{":
        depth = 0
        for k in range(at, len(tokens)):
            depth += tokens[k].is_("{") - tokens[k].is_("}")
            if depth == 0:
                return _inside(tuple(tokens[at + 1 : k])), k + 1
        raise ReadError("R101", "this { is never closed", token.span)
    if token.kind == "end" or token.is_("}"):
        place = tokens[at - 1] if token.kind == "end" and at else token
        raise ReadError("R104", f"something must follow {place.text}", place.span)
    if token.text in ACCENTS:
        _, end = script(tokens, at + 1)
        return tuple(tokens[at:end]), end
    return (token,), at + 1


def _inside(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """``{{-1}}`` is ``{-1}``: braces around everything say nothing."""
    depth = 0
    for k, token in enumerate(tokens):
        depth += token.is_("{") - token.is_("}")
        if depth == 0:
            whole = k == len(tokens) - 1 and k > 0 and tokens[0].is_("{")
            return _inside(tokens[1:-1]) if whole else tokens
    return tokens


def read_base(tokens: list[Token], at: int) -> tuple[str, int] | None:
    """The base of a name at an offset: a letter, a command or an accented group."""
    token = tokens[at]
    if token.kind == "letter":
        return token.text, at + 1
    if token.kind == "name":
        return f"\\mathrm{{{token.text}}}", at + 1
    if token.kind == "command":
        if token.text in ACCENTS:
            inner, end = script(tokens, at + 1)
            if not inner:
                raise ReadError("R104", f"{token.text} of nothing", token.span)
            return f"{token.text}{{{canonical(list(inner))}}}", end
        return token.text, at + 1
    return None


def read_name(tokens: list[Token], at: int) -> Name | None:
    """The name at an offset with the primes and scripts that follow it, in any order."""
    found = read_base(tokens, at)
    if found is None:
        return None
    base, k = found
    primes, sub, sup = 0, None, None
    after_base = after_sub = sub_end = k
    while True:
        token = tokens[k]
        if token.is_("'") and sup is None:
            primes, k = primes + 1, k + 1
            after_base = k if sub is None else after_base
            after_sub = sub_end = k
        elif token.is_("_", "^") and (sub if token.is_("_") else sup) is not None:
            raise ReadError("R104", f"a second {token.text} on one symbol", token.span)
        elif token.is_("_") and sub is None:
            sub, k = script(tokens, k + 1)
            sub_end = k
            if sup is None:
                after_sub = k
        elif token.is_("^") and sup is None:
            sup, end = script(tokens, k + 1)
            if sup and all(t.is_("\\prime") for t in sup) and sub is None:
                primes, k, sup = primes + len(sup), end, None
                after_base = after_sub = sub_end = k
                continue
            k = end
        else:
            break
    if (sub is not None and not sub) or (sup is not None and not sup):
        raise ReadError("R104", "an empty script", tokens[k - 1].span)
    if sub is not None and sup is not None:
        after_sub = k
    return Name(base, primes, sub, sup, after_base, after_sub, k, sub_end)


def key(stem: str, sub: tuple[Token, ...] | None, sup: tuple[Token, ...] | None = None) -> str:
    """The canonical LaTeX of a name with literal scripts."""
    out = stem
    for mark, tokens in (("_", sub), ("^", sup)):
        if tokens is not None:
            text = canonical(list(tokens))
            single = len(tokens) == 1 and tokens[0].kind not in ("text", "name")
            out += mark + (text if single else "{" + text + "}")
    return out


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
    the last ``sup_slots`` stand in the superscript); ``alias`` is the text it stands for.
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

    def declared(self, name: str) -> Property | None:
        return next((p for p in self.properties if p.name == name), None)

    @property
    def pattern(self) -> str:
        """The name with its slots, as the document writes it."""
        subs = self.slots[: len(self.slots) - self.sup_slots]
        sups = self.slots[len(self.slots) - self.sup_slots :]
        out = self.name
        if subs:
            out += "_" + (
                subs[0] if len(subs) == 1 and len(subs[0]) == 1 else f"{{{''.join(subs)}}}"
            )
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
    expanded: dict[int, Node] = field(default_factory=dict, repr=False)
    """What other names stand for, once they were read."""

    def entry(self, name: str, slots: int = 0) -> Entry | None:
        """The declaration of a canonical name, with that number of slots."""
        if not slots:
            return self.symbols.get(name)
        return next((e for e in self.patterns.get(name, []) if len(e.slots) == slots), None)

    def entries(self) -> list[Entry]:
        return [*self.symbols.values(), *(e for es in self.patterns.values() for e in es)]


_KIND_WITH_SORT = re.compile(
    r"(index|vector|identity matrix|matrix|basis vector)\s*\(([^)]*)\)\s*$"
)
_DEFINED = re.compile(r"\(([^)]+)\)\s*(?:with\s+(.*))?$")
_STEP = re.compile(r"gradient step of (.+) in (.+) with rate (.+)$")
_EXPECT = re.compile(r"expectation over (.+) under (.+)$")
_SIMPLE: dict[str, Type] = {"real": SCALAR, "integer": SCALAR, "natural": SCALAR}
_ALIASES = ("component of", "means", "slip for", "minor of", "adjugate of", "another name for")


def build_scope(label: str, declarations: list[Declaration]) -> tuple[Scope, list[ReadError]]:
    """The scope of an equation, and the errors of declarations that make no sense in it."""
    scope = Scope(label)
    errors: list[ReadError] = []
    here = [d for d in declarations if d.concerns(label)]
    for declaration in here:
        if declaration.directive == "sort":
            name, size = declaration.arguments
            scope.sorts[name] = Sort(name, size)
    for sort in scope.sorts.values():  # the size of a sort is a natural number
        scope.symbols[sort.size] = Entry(sort.size, "natural", SCALAR)
    # general declarations first, so that those with a range can override them
    waiting = sorted(here, key=lambda d: d.labels is not None)
    while waiting:  # a declaration may mention symbols that are declared behind it
        failed = []
        errors = []
        for declaration in waiting:
            try:
                _enter(scope, declaration)
            except ReadError as error:
                failed.append(declaration)
                errors.append(error)
        if len(failed) == len(waiting):
            # a general declaration that mentions a symbol of other equations is not for this one
            elsewhere = {d.source.slice(x) for d in declarations for x in d.subjects}
            errors = [
                e
                for d, e in zip(failed, errors, strict=True)
                if not (d.labels is None and getattr(e, "kind", "") in elsewhere)
            ]
            break
        waiting = failed
    return scope, errors


def _enter(scope: Scope, declaration: Declaration) -> None:
    match declaration.directive:
        case "assume":
            scope.assumptions.append(
                (declaration.subjects[0], declaration.source, declaration.unsaid)
            )
        case "convention":
            scope.conventions[declaration.arguments[0]] = declaration.unsaid
        case "ordered pairs" | "unordered pairs":
            scope.pairs = declaration.directive
        case "goal":
            scope.goal = True
        case "both":
            scope.both_sides_hold = True
        case "follows":
            scope.follows = declaration.arguments[0]
        case "declare":
            for subject in declaration.subjects:
                _declare(scope, declaration, subject)


def _declare(scope: Scope, declaration: Declaration, subject: Span) -> None:
    source = declaration.source
    tokens = tokenize(source, subject)
    kind = declaration.phrases[0]
    if kind.name != "kind":
        raise ReadError("D202", f"{kind.name!r} is a property; the kind comes first", kind.span)
    if tokens[0].is_("\\langle"):
        _declare_expectation(scope, tokens, kind, source)
        return
    name = read_name(tokens, 0)
    if name is None:
        raise ReadError("D201", "a declaration begins with a symbol", subject)
    given = _signature(tokens, name)
    entry = _entry(scope, declaration, name, kind, subject, given)
    if entry.slots:
        family = scope.patterns.setdefault(entry.name, [])
        same = [
            e for e in family if e.slot_sorts == entry.slot_sorts and e.sup_slots == entry.sup_slots
        ]
        for old in same:
            _refuse_conflict(scope, declaration, old, subject)
            family.remove(old)
        family.append(entry)
        family.sort(key=lambda e: -e.sup_slots)  # x_k^{(i)} is tried before x_k
    else:
        if old_entry := scope.symbols.get(entry.name):
            _refuse_conflict(scope, declaration, old_entry, subject)
        scope.symbols[entry.name] = entry


def _refuse_conflict(scope: Scope, new: Declaration, old: Entry, subject: Span) -> None:
    if old.span is None:  # not declared, but known as the size of a sort
        return
    ranged = getattr(old, "details", ())[:1] == ("ranged",)
    if ranged == (new.labels is not None):
        raise ReadError("D203", f"declared twice for equation {scope.label}", subject)


def _signature(tokens: list[Token], name: Name) -> int:
    """Number of arguments behind the bar in a subject such as ``p(x|z)``."""
    rest = tokens[name.after_sup : -1]
    if not rest:
        return 0
    if not (rest[0].is_("(") and rest[-1].is_(")")):
        raise ReadError("D201", "only one symbol may stand here", rest[0].span)
    bars = [k for k, t in enumerate(rest) if t.is_("|", "\\mid")]
    return 1 + sum(t.is_(",") for t in rest[bars[0] :]) if bars else 0


def _declare_expectation(scope: Scope, tokens: list[Token], kind: Phrase, source: Source) -> None:
    match = _EXPECT.match(kind.argument)
    close = next((k for k, t in enumerate(tokens) if t.is_("\\rangle")), None)
    if match is None or close is None:
        raise ReadError("D201", "expected  expectation over VARIABLE under LAW", kind.span)
    sub = script(tokens, close + 2)[0] if tokens[close + 1].is_("_") else None
    text = key("", sub)
    scope.expectations[text] = Entry(
        "\\langle\\rangle" + text, "expectation", SCALAR, details=match.groups(), source=source
    )


def _index_slots(scope: Scope, tokens: tuple[Token, ...] | None) -> list[tuple[str, Sort]] | None:
    """The index letters of a script, or None if it is a literal part of the name."""
    slots = []
    for token in tokens or ():
        if token.is_(",", "(", ")"):
            continue
        entry = scope.symbols.get(token.text)
        if entry is None or not isinstance(entry.type, Index):
            return None
        slots.append((token.text, entry.type.sort))
    return slots or None


def _entry(
    scope: Scope, declaration: Declaration, name: Name, kind: Phrase, subject: Span, given: int
) -> Entry:
    subs = _index_slots(scope, name.sub)
    parenthesised = name.sup is not None and name.sup[0].is_("(")
    sups = _index_slots(scope, name.sup) if parenthesised else None
    slots = [*(subs or []), *(sups or [])]
    stem = key(name.stem, None if subs else name.sub, None if sups else name.sup)
    if given:
        stem += CONDITIONAL
    properties, definition = _properties(declaration.phrases[1:])
    alias: str | None = None
    slip = False
    details: tuple[str, ...] = ()
    text = kind.argument
    prefix = next((p for p in _ALIASES if text.startswith(p + " ")), None)
    over = None
    kind_name = text
    shape: Type = SCALAR
    if prefix:
        alias = text[len(prefix) + 1 :].strip()
        slip = prefix == "slip for"
        kind_name = prefix
    elif match := _STEP.match(text):
        kind_name, details = "gradient step", match.groups()
    else:
        kind_name, shape, over = _kind(scope, kind, given)
    if slots and prefix is None:
        shape = Family(tuple(sort for _, sort in slots), shape, len(sups or []))
    if declaration.labels is not None:
        details = ("ranged", *details)
    return Entry(
        stem,
        kind_name,
        shape,
        tuple(letter for letter, _ in slots),
        tuple(sort for _, sort in slots),
        len(sups or []),
        properties,
        alias,
        slip,
        definition,
        over,
        details,
        subject,
        declaration.source,
    )


def _properties(phrases: tuple[Phrase, ...]) -> tuple[tuple[Property, ...], Definition | None]:
    properties, definition = [], None
    for phrase in phrases:
        if phrase.name == "kind":
            raise ReadError("D202", f"unknown property {phrase.argument!r}", phrase.span)
        if phrase.name == "defined by":
            match = _DEFINED.match(phrase.argument)
            if match is None:
                raise ReadError(
                    "D201", "expected  defined by (LABEL) with A -> B and …", phrase.span
                )
            renames = []
            for part in (match.group(2) or "").split(" and "):
                if part.strip():
                    old, arrow, new = part.partition("->")
                    if not arrow:
                        raise ReadError("D201", "expected  A -> B", phrase.span)
                    renames.append((old.strip(), new.strip()))
            definition = Definition(match.group(1), tuple(renames))
        else:
            properties.append(Property(phrase.name, phrase.argument, phrase.span, phrase.unsaid))
    return tuple(properties), definition


def _kind(scope: Scope, phrase: Phrase, given: int) -> tuple[str, Type, str | None]:
    text = phrase.argument
    if text in _SIMPLE:
        return text, _SIMPLE[text], None
    if match := _KIND_WITH_SORT.match(text):
        sorts = [_sort(scope, part.strip(), phrase) for part in match.group(2).split(",")]
        shape: Type
        match match.group(1), sorts:
            case "index", [sort]:
                shape = Index(sort)
            case (("vector" | "basis vector"), [sort]):
                shape = Vector(sort)
            case (("matrix" | "identity matrix"), [sort]):
                shape = Matrix(sort, sort)
            case "matrix", [rows, columns]:
                shape = Matrix(rows, columns)
            case _:
                raise ReadError("D202", f"too many sorts in {text!r}", phrase.span)
        return match.group(1), shape, None
    if text == "parameter":
        return "parameter", Parameter(), None
    if text.startswith("parameters "):
        members = tuple(m.strip() for m in text[len("parameters ") :].split(" and "))
        return "parameters", Parameter(members), None
    if text.startswith("finite set of "):
        _, element, _ = _kind(scope, Phrase("kind", text[len("finite set of ") :], phrase.span), 0)
        return "finite set", SetOf(element), None
    if text == "functional of two distributions":
        law = Function((), SCALAR, True)
        return "functional", Function((law, law)), None
    for head in ("function of ", "distribution over "):
        if text.startswith(head):
            names = re.split(r" and | given ", text[len(head) :])
            types = tuple(_argument_type(scope, part.strip(), phrase) for part in names)
            is_law = head.startswith("dist")
            over = names[0].strip()
            return head.split()[0], Function(types, SCALAR, is_law, given), over
    raise UnknownKind(text, phrase.span)


class UnknownKind(ReadError):
    """A phrase that is no kind; maybe a symbol that is declared for other equations."""

    def __init__(self, kind: str, span: Span) -> None:
        super().__init__("D202", f"unknown kind {kind!r}", span)
        self.kind = kind


def _argument_type(scope: Scope, text: str, phrase: Phrase) -> Type:
    entry = scope.symbols.get(text.replace(" ", ""))
    if entry is not None:
        return entry.type
    return _kind(scope, Phrase("kind", text, phrase.span), 0)[1]


def _sort(scope: Scope, name: str, phrase: Phrase) -> Sort:
    if name not in scope.sorts:
        known = ", ".join(scope.sorts) or "none"
        raise ReadError("D202", f"unknown sort {name!r}; declared sorts: {known}", phrase.span)
    return scope.sorts[name]
