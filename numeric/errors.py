"""What can be wrong with data, models and files."""

from __future__ import annotations


class DataError(ValueError):
    """The data cannot be used: where and why."""


class NoFiniteOptimum(DataError):
    """The divergence has no minimum at finite parameters: the data is deterministic somewhere."""


class NotFittedError(ValueError, AttributeError):
    """A model is used before it has learned anything."""


class ModelFileError(ValueError):
    """A file is no model of ours, or is damaged."""


class DescentError(ArithmeticError):
    """A step broke the inequality that it promised, such as (2.35)."""
