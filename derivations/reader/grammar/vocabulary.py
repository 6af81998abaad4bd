"""The commands and words that the grammar knows, and the limits it keeps."""

from __future__ import annotations

from ..scope import ACCENTS

RELATIONS = {
    "=": "=", "\\equiv": "=", "\\coloneqq": "=", "<": "<", ">": ">", "\\lt": "<", "\\gt": ">",
    "\\le": "<=", "\\leq": "<=", "\\leqslant": "<=", "\\leqq": "<=",
    "\\ge": ">=", "\\geq": ">=", "\\geqslant": ">=", "\\geqq": ">=",
    "\\ne": "!=", "\\neq": "!=", "\\approx": "~", "\\simeq": "~", "\\sim": "~",
    "\\propto": "oc", "\\ll": "<<", "\\gg": ">>", "\\in": "in", "\\to": "->",
    "\\rightarrow": "->", "\\triangleq": "=",
}  # fmt: skip
EQUIVALENCES = {
    "\\iff": False, "\\Longleftrightarrow": False, "\\Leftrightarrow": False,
    "\\Rightarrow": True, "\\Longrightarrow": True, "\\implies": True,
}  # fmt: skip
FUNCTIONS = {
    "\\exp": "exp", "\\ln": "ln", "\\log": "ln", "\\det": "det", "\\sin": "sin", "\\cos": "cos",
    "\\tan": "tan", "\\sinh": "sinh", "\\cosh": "cosh", "\\tanh": "tanh", "\\arcsin": "arcsin",
    "\\arccos": "arccos", "\\arctan": "arctan", "\\Gamma": "Gamma", "\\tr": "tr", "\\Tr": "tr",
}  # fmt: skip
NAMED_FUNCTIONS = {
    "tr": "tr", "Tr": "tr", "trace": "tr", "det": "det", "diag": "diag", "rank": "rank",
    "sgn": "sign", "sign": "sign", "Var": "var", "var": "var", "Cov": "cov", "exp": "exp",
    "ln": "ln", "log": "ln", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "minor": "minor",
    "adj": "adjugate",
}  # fmt: skip
NAMED_SETS = {"\\mathbb{R}", "\\mathbb{N}", "\\mathbb{Z}"}
TRANSPOSES = {"\\top", "\\intercal", "T", "\\mathrm{T}", "\\mathsf{T}", "\\text{T}", "\\prime"}
ENVIRONMENTS = {
    "aligned",
    "alignedat",
    "split",
    "align",
    "gather",
    "gathered",
    "multline",
    "eqnarray",
}
MAX_EXPONENT = 64
MAX_FACTORIAL = 170
MAX_DIGITS = 40
MAX_TERMS = 400
MAX_TOWER = 3

ONLY = {"のみ", "only", "だけ", "のみに依存", "dependent", "dependent terms", "-dependent terms"}
"""Words that, with a parameter, mean: terms free of it are left out."""

NOT_FACTORS = {
    "\\mid", "\\parallel", "\\|", "\\rangle", "\\}", "\\rvert", "\\rVert", "\\cdot", "\\times",
    "\\pm", "\\mp", "\\dots", "\\ldots", "\\cdots", "\\Vert", "\\underbrace", "\\overset",
    "\\stackrel", "\\underset", "\\not", "\\forall", "\\ddots", "\\vdots", "\\because",
    "\\therefore", "\\downarrow", "\\uparrow",
}  # fmt: skip
SPECIAL: dict[str, str] = {
    "\\frac": "_fraction",
    "\\dfrac": "_fraction",
    "\\tfrac": "_fraction",
    "\\partial": "_partial",
    "\\nabla": "_nabla",
    "\\sqrt": "_root",
    "\\binom": "_binomial",
    "\\delta": "_delta",
    "\\mathbb": "_blackboard",
    "\\mathcal": "_calligraphic",
    "\\langle": "_bracket",
    "\\sum": "_big",
    "\\prod": "_big",
    "\\int": "_integral",
    "\\min": "_extremum",
    "\\max": "_extremum",
    "\\arg": "_extremum",
    "\\argmin": "_extremum",
    "\\argmax": "_extremum",
    "\\underset": "_extremum",
    "\\mathop": "_extremum",
    "\\lim": "_limit",
    "\\{": "_braces",
    "\\lbrace": "_braces",
    "\\iint": "_unsupported",
    "\\iiint": "_unsupported",
    "\\oint": "_unsupported",
    "\\bigcup": "_unsupported",
    "\\bigcap": "_unsupported",
    "\\sup": "_unsupported",
    "\\inf": "_unsupported",
    **dict.fromkeys(
        [
            "\\" + name
            for name in [
                "odot",
                "otimes",
                "oplus",
                "circ",
                "cup",
                "cap",
                "setminus",
                "exists",
                "mapsto",
                "perp",
                "top",
                "bot",
                "dagger",
                "star",
                "wedge",
                "vee",
                "lfloor",
                "lceil",
                "subset",
                "subseteq",
                "supset",
                "notin",
                "succ",
                "prec",
                "succeq",
                "preceq",
                "cong",
                "asymp",
                "sup",
                "inf",
                "limsup",
                "liminf",
                "overbrace",
                "substack",
                "overrightarrow",
                "Re",
                "Im",
                "Pr",
                "gcd",
                "mod",
                "bmod",
                "pmod",
                "ker",
                "dim",
                "deg",
                "emptyset",
                "ast",
                "xrightarrow",
                "phantom",
                "color",
                "cancel",
                "boxed",
                "leftarrow",
                "gets",
                "mathrel",
                "mathbin",
                "mathord",
                "leadsto",
                "models",
                "vdash",
                "mathchoice",
                "nexists",
            ]
        ],
        "_unsupported",
    ),
}
"""Commands with a grammar of their own, and the method that reads them."""

SIMPLE_SPECIAL = {"\\frac", "\\dfrac", "\\tfrac", "\\sqrt", "\\binom", "\\mathbb", "\\mathcal"}
SPECIAL_NAMES: dict[str, str] = {
    "arg": "_extremum",
    "argmin": "_extremum",
    "argmax": "_extremum",
}
GREEK = {
    "\\" + name
    for name in [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "varepsilon",
        "zeta",
        "eta",
        "theta",
        "vartheta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "pi",
        "varpi",
        "rho",
        "varrho",
        "sigma",
        "varsigma",
        "tau",
        "upsilon",
        "phi",
        "varphi",
        "chi",
        "psi",
        "omega",
        "Gamma",
        "Delta",
        "Theta",
        "Lambda",
        "Xi",
        "Pi",
        "Sigma",
        "Upsilon",
        "Phi",
        "Psi",
        "Omega",
        "ell",
        "hbar",
        "imath",
        "jmath",
        "aleph",
    ]
} | ACCENTS
