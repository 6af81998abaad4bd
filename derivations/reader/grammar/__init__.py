"""The grammar of formulas, in short modules that import one way.

``words`` (tables) and ``cursor`` stand at the bottom; then ``scripts``, ``symbols``,
``functions``, ``calculus``, ``binders``, ``relations``, ``aggregates``; ``parser`` on top.
They recurse through the abstract methods of ``Cursor``.
"""

from ...language.rewrite import rebuild, strip, substitute
from ..words import ALIGNED as ENVIRONMENTS
from ..words import EQUIVALENCES, RELATIONS
from .parser import Parser

__all__ = ["ENVIRONMENTS", "EQUIVALENCES", "RELATIONS", "Parser", "rebuild", "strip", "substitute"]
