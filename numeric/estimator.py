"""What all models share: the conventions of scikit-learn, without scikit-learn."""

from __future__ import annotations

import inspect
from typing import Any, Self

from .arrays import Array, namespace
from .equations import implements
from .errors import NotFittedError


class Estimator:
    """Hyperparameters are arguments of ``__init__``; what is learned ends in an underscore."""

    @classmethod
    def _names(cls) -> list[str]:
        """The hyperparameters: a model without any has the ``__init__`` of ``object``."""
        if cls.__init__ is object.__init__:
            return []
        return [name for name in inspect.signature(cls.__init__).parameters if name != "self"]

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The hyperparameters by name; ``deep`` is there for scikit-learn and changes nothing."""
        return {name: getattr(self, name) for name in self._names()}

    def set_params(self, **values: Any) -> Self:
        """Change hyperparameters; a name that is none raises ``ValueError``."""
        for name, value in values.items():
            if name not in self._names():
                raise ValueError(f"{type(self).__name__} has no hyperparameter {name!r}")
            setattr(self, name, value)
        return self

    def learned(self) -> dict[str, Any]:
        """What was learned, by name."""
        return {k: v for k, v in vars(self).items() if k.endswith("_") and k[0] != "_"}

    def score_samples(self, data: Any) -> Array:
        """The logarithm of the density or probability of each row, in nats, shape (n,)."""
        raise NotImplementedError

    @implements("2.14")
    def score(self, data: Any, y: None = None) -> float:
        """The mean log-likelihood of the rows, the right side of (2.14), in nats."""
        values = self.score_samples(data)
        return float(namespace(values).mean(values))

    def _check_fitted(self) -> None:
        if not self.learned():
            raise NotFittedError(f"this {type(self).__name__} is not fitted yet: call fit first")

    def __repr__(self) -> str:
        defaults = {
            name: parameter.default
            for name, parameter in inspect.signature(type(self).__init__).parameters.items()
        }
        changed = [f"{k}={v!r}" for k, v in self.get_params().items() if v is not defaults[k]]
        return f"{type(self).__name__}({', '.join(changed)})"
