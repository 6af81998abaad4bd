"""The models that the notes train: Gaussians and Boltzmann machines, and how to descend.

``numeric`` needs NumPy and array-api-compat, and never imports ``derivations``. Its names load
what they need when they are first used:

>>> import numeric
>>> numeric.Gaussian().fit([1.0, 2.0, 3.0]).mean_
2.0
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "BoltzmannMachine": "boltzmann",
    "DataError": "errors",
    "Gaussian": "gaussian",
    "Gibbs": "sampling",
    "ModelFileError": "errors",
    "MultivariateGaussian": "multivariate",
    "NoFiniteOptimum": "errors",
    "NotFittedError": "errors",
    "implementations": "equations",
    "load": "storage",
    "save": "storage",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f".{_HOMES[name]}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
