"""What can be proved: terms, theorems, and the rules that make the one of the other.

This is the only code that must be right for a proof to be right. It imports nothing but
itself and the standard library.
"""

from . import analysis, arithmetic, extrema, logic, matrices
from .terms import KernelError, Term
from .theorem import RULES, Record, Rule, Theorem, seal

seal()

__all__ = ["RULES", "KernelError", "Record", "Rule", "Term", "Theorem"]
__all__ += ["analysis", "arithmetic", "extrema", "logic", "matrices"]
