"""Kenzan reads mathematical derivations as printed and says which equations are true.

``check`` does the work and returns a ``Report``; both are imported on first use, so that
``import derivations`` costs nothing. ``derivations.check`` is the function, also after the
module of that name has been imported.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .check import check
    from .results import Report

__version__ = "0.1.0"
__all__ = ["Report", "__version__", "check"]

_HOMES = {"check": ".check", "Report": ".results"}


class _Package(ModuleType):
    """Importing the submodule ``check`` must not hide the function ``check``."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "check" and isinstance(value, ModuleType):
            value = getattr(value, "check", value)
        super().__setattr__(name, value)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name], __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def load_ipython_extension(shell: Any) -> None:
    """``%load_ext derivations`` in a notebook: theorems of the kernel are shown as formulas."""
    from .report.notebook import load

    load(shell)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


sys.modules[__name__].__class__ = _Package
