"""Corrections of refuted links: the nearest true statement, and where the two differ."""

from .search import Correction, correct

__all__ = ["Correction", "correct"]
