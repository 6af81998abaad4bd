"""Which equation of the notes each function implements."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from typing import TypeVar

F = TypeVar("F", bound=Callable[..., object])

_REGISTRY: dict[str, list[str]] = {}


def implements(*labels: str) -> Callable[[F], F]:
    """Register a function or class as the implementation of equations of the notes.

    >>> @implements("2.10")
    ... def density(): ...
    >>> density.__equations__
    ('2.10',)
    >>> _ = _REGISTRY["2.10"].remove("numeric.equations.density")
    """

    def register(function: F) -> F:
        name = f"{function.__module__}.{function.__qualname__}"
        for label in labels:
            _REGISTRY.setdefault(label, []).append(name)
        function.__equations__ = labels  # type: ignore[attr-defined]
        return function

    return register


def implementations() -> dict[str, tuple[str, ...]]:
    """The names of what implements each equation, by label, in the order of the notes.

    >>> implementations()["2.30"]
    ('numeric.boltzmann.BoltzmannMachine.fit',)
    """
    package = import_module(__package__ or "numeric")
    for module in iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")
    order = sorted(_REGISTRY, key=lambda label: [int(part) for part in label.split(".")])
    return {label: tuple(sorted(_REGISTRY[label])) for label in order if _REGISTRY[label]}
