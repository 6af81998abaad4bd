"""The numeric witness: random instances, evaluated with mpmath."""

from . import arithmetic, atoms, calculus, calls, extrema, integrals, sums
from .trial import Judgement, Session

__all__ = ["Judgement", "Session"]

RULE_MODULES = (arithmetic, atoms, calculus, calls, extrema, integrals, sums)
"""Importing them registers how each kind of node is evaluated."""
