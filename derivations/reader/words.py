r"""The vocabulary of the grammar: which command or word means what.

``docs/notation.md`` shows these tables to people.
"""

from __future__ import annotations

RELATIONS = {
    "=": "=", "\\equiv": "=", "\\coloneqq": "=", "\\triangleq": "=", "<": "<", ">": ">",
    "\\lt": "<", "\\gt": ">", "\\le": "<=", "\\leq": "<=", "\\leqslant": "<=", "\\leqq": "<=",
    "\\ge": ">=", "\\geq": ">=", "\\geqslant": ">=", "\\geqq": ">=", "\\ne": "!=", "\\neq": "!=",
    "\\approx": "~", "\\simeq": "~", "\\sim": "~", "\\propto": "oc", "\\ll": "<<", "\\gg": ">>",
    "\\in": "in", "\\to": "->", "\\rightarrow": "->",
}  # fmt: skip
"""Relation signs, with the ``op`` of their node."""

ANNOTATED = frozenset(("\\underset", "\\overset", "\\stackrel"))
"""Commands that put an annotation on a sign."""

EQUIVALENCES = {
    "\\iff": False, "\\Longleftrightarrow": False, "\\Leftrightarrow": False,
    "\\Rightarrow": True, "\\Longrightarrow": True, "\\implies": True,
}  # fmt: skip
"""Signs between relations; True for those that say one direction only."""
OVER_OPERATOR = frozenset(("\\underset", "\\mathop"))
"""Commands before an operator that is set like a relation or a limit."""

FUNCTIONS = {
    "\\exp": "exp", "\\ln": "ln", "\\log": "ln", "\\det": "det", "\\sin": "sin", "\\cos": "cos",
    "\\tan": "tan", "\\sinh": "sinh", "\\cosh": "cosh", "\\tanh": "tanh", "\\arcsin": "arcsin",
    "\\arccos": "arccos", "\\arctan": "arctan", "\\Gamma": "Gamma", "\\tr": "tr", "\\Tr": "tr",
}  # fmt: skip
WORD_FUNCTIONS = {
    "tr": "tr", "Tr": "tr", "trace": "tr", "det": "det", "diag": "diag", "rank": "rank",
    "sgn": "sign", "sign": "sign", "Var": "var", "var": "var", "Cov": "cov", "exp": "exp",
    "ln": "ln", "log": "ln", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "minor": "minor",
    "adj": "adjugate",
}  # fmt: skip
r"""Functions written ``\operatorname{…}``, ``\mathrm{…}`` or ``\text{…}``."""

MANY_ARGUMENTS = frozenset(("minor", "cov"))

EXTREMA = frozenset(
    ("\\min", "\\max", "\\arg", "\\argmin", "\\argmax", "argmin", "argmax", "min", "max")
)
NAMED_SETS = frozenset(("\\mathbb{R}", "\\mathbb{N}", "\\mathbb{Z}"))
TRANSPOSES = frozenset(
    (
        *("\\top", "\\intercal", "T", "\\mathrm{T}", "\\text{T}"),
        *(f"\\{font}{t}" for font in ("mathsf", "mathbf", "mathtt") for t in (" T", "{T}")),
    )
)
ALIGNED = frozenset("aligned alignedat split align gather gathered multline eqnarray".split())
"""Environments that only arrange statements."""
SYSTEMS = frozenset(("cases", "dcases"))
MATRICES = frozenset(("pmatrix", "bmatrix", "matrix", "smallmatrix"))

DOTS = frozenset(("\\dots", "\\ldots", "\\cdots", "\\dotsc", "\\dotsb"))
BARS = frozenset(("|", "\\mid", "\\vert"))
DOUBLE_BARS = frozenset(("\\|", "\\parallel", "\\Vert"))

NOT_FACTORS = frozenset(
    "\\mid \\parallel \\| \\rangle \\} \\rbrace \\rvert \\rVert \\vert \\Vert \\rfloor \\cdot "
    "\\times \\dots \\ldots \\cdots \\dotsc \\dotsb \\ddots \\vdots \\overset \\stackrel "
    "\\not \\forall \\because \\therefore \\downarrow \\uparrow \\searrow \\nearrow "
    "\\prime".split()
)
"""Commands that end a product."""

UNSUPPORTED = {
    **dict.fromkeys(("\\pm", "\\mp"), "± says two things at once: write two equations"),
    **dict.fromkeys(
        "\\cup \\cap \\setminus \\subset \\subseteq \\supset \\supseteq \\notin \\emptyset "
        "\\varnothing \\bigcup \\bigcap".split(),
        "sets are only summed over and named",
    ),
    **dict.fromkeys(
        "\\neg \\lnot \\land \\lor \\wedge \\vee".split(),
        "logic beyond \\iff and \\implies is not read",
    ),
    **dict.fromkeys(
        "\\otimes \\odot \\oplus \\circ \\star \\ast".split(),
        "this product is not read: write it out with sums or matrices",
    ),
    **dict.fromkeys(
        "\\prec \\succ \\preceq \\succeq \\cong \\asymp \\perp \\doteq \\lesssim \\gtrsim".split(),
        "this relation is not read",
    ),
    **dict.fromkeys(
        "\\Leftarrow \\Longleftarrow \\impliedby \\gets \\leftarrow \\mapsto".split(),
        "write it from left to right, with \\implies",
    ),
    **dict.fromkeys(("\\sup", "\\inf"), "write \\max or \\min if it is attained"),
    **dict.fromkeys(("\\limsup", "\\liminf"), "write \\lim"),
    **dict.fromkeys(("\\oint", "\\iiiint", "\\idotsint"), "write \\int"),
    **dict.fromkeys(("\\lceil", "\\rceil"), "only \\lfloor \\rfloor are read"),
    "\\exists": "it is read before a statement: \\exists x: …",
    "\\Pr": "declare a distribution and write p(x)",
    "\\bmod": "remainders are not read",
    "\\pmod": "remainders are not read",
    "\\ddots": "dots are read inside a diagonal matrix only",
    "\\vdots": "dots are read inside a diagonal matrix only",
    **dict.fromkeys(sorted(DOTS), "dots in a formula: write a sum, \\sum_{i=1}^n"),
}
"""Commands that are known and refused, with what to write instead."""

RESERVED = frozenset((*RELATIONS, *EQUIVALENCES, *FUNCTIONS, *EXTREMA, *NOT_FACTORS)) | frozenset(
    "\\frac \\dfrac \\tfrac \\binom \\sum \\prod \\int \\iint \\partial \\nabla \\sqrt \\langle "
    "\\lim \\{ \\lbrace \\lfloor \\lvert \\lVert \\underbrace \\overbrace \\underset".split()
)
"""Commands that the grammar keeps for itself."""

ONLY = frozenset(
    ("のみ", "only", "だけ", "のみに依存", "dependent", "dependent terms", "-dependent terms")
)
"""Words that, with a parameter, mean: terms free of it are left out."""

OTHERWISE = frozenset(("otherwise", "else", "その他", "それ以外"))
EQUIVALENCE_WORDS = {
    "iff": False, "if and only if": False, "is equivalent to": False, "implies": True,
    "therefore": True, "hence": True, "thus": True, "so": True,
}  # fmt: skip
AND = frozenset(("and", "then", "also", "また", "かつ", "および", "as well as"))
"""Words between two statements that both stand."""
CONDITION_BEFORE = frozenset(
    (
        "for", "for all", "for every", "for each", "for any", "if", "when", "whenever", "where",
        "with", "provided", "provided that", "given", "given that", "assuming", "assuming that",
        "as", "subject to", "such that", "s.t", "for fixed", "ただし", "任意の", "すべての",
    )
)  # fmt: skip
"""Words before a condition on the statement before them."""
SOME_BEFORE = frozenset(
    ("for some", "there is", "there are", "there exist", "there exists", "となる", "ある")
)
SOME_AFTER = frozenset(("such that", "with", "が存在する", "について", "に対して"))
"""Words before and behind the symbols of which a statement says that there are values."""
NOT_FOR_ALL = (
    "for some", "there is", "there exists", "unless", "except", "または", "ある", "除く",
)  # fmt: skip
"""Words that make another claim of a formula than that it always holds."""
CONDITION_AFTER = frozenset(
    ("のとき", "とき", "の場合", "ならば", "のもとで", "において", "holds", "is given", "is fixed")
)
"""Words behind a condition."""
