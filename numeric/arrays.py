"""One code for NumPy arrays and the tensors of others: the Python array API, and random numbers."""

from __future__ import annotations

from typing import Any

import array_api_compat as compat
import numpy as np

Array = Any
"""An array of any library that follows the Python array API: NumPy's, torch's, …"""

Seed = int | np.random.Generator | None
"""What seeds random numbers: a whole number, a NumPy generator, or nothing for a new seed."""


def namespace(*arrays: Array) -> Any:
    """The array API namespace of the arguments; NumPy's if none of them is an array."""
    for array in arrays:
        found = _namespace_of(type(array), array)
        if found is not None:
            return found
    return compat.array_namespace(np.empty(0))


_NAMESPACES: dict[type, Any] = {}


def _namespace_of(kind: type, array: Any) -> Any:
    if kind not in _NAMESPACES:
        ours = compat.is_array_api_obj(array)
        _NAMESPACES[kind] = compat.array_namespace(array) if ours else None
    return _NAMESPACES[kind]


def device(array: Array) -> Any:
    """Where an array lives."""
    return compat.device(array)


def as_float(values: Any) -> Array:
    """The values as an array of reals, in the library that they live in.

    >>> as_float([1, 2]).dtype
    dtype('float64')
    """
    xp = namespace(values)
    if compat.is_array_api_obj(values) and xp.isdtype(values.dtype, "real floating"):
        return values
    if not compat.is_array_api_obj(values):
        return np.asarray(values, dtype=float)
    return xp.astype(values, xp.float64)


def like(values: Any, model: Array) -> Array:
    """The values as an array of the library, type and device of ``model``."""
    xp = namespace(model)
    if compat.is_array_api_obj(values) and not compat.is_numpy_array(values):
        return compat.to_device(xp.astype(values, model.dtype), device(model))
    return xp.asarray(values, dtype=model.dtype, device=device(model))


def to_numpy(values: Array) -> np.ndarray:
    """The values as a NumPy array, from whatever device they live on."""
    here: Any = values
    if compat.is_torch_array(values):
        here = here.detach().cpu()
    return np.asarray(here)


class Random:
    """Seeded random numbers for arrays of the library and the device of ``model``.

    For NumPy these are those of ``numpy.random.Generator``, for torch those of a
    ``torch.Generator`` on the device; ``state`` can be stored and set again.
    """

    def __init__(self, seed: Seed = None, model: Array | None = None) -> None:
        self._model = np.empty(0) if model is None else model
        generator = np.random.default_rng(seed)
        self._torch = compat.is_torch_array(self._model)
        if self._torch:
            import torch

            start = int(generator.integers(2**62))
            self._generator: Any = torch.Generator(self._model.device).manual_seed(start)
        else:
            self._generator = generator

    def uniform(self, shape: tuple[int, ...]) -> Array:
        """Numbers uniform in [0, 1)."""
        return self._draw("random", "rand", shape)

    def normal(self, shape: tuple[int, ...]) -> Array:
        """Standard normal numbers."""
        return self._draw("standard_normal", "randn", shape)

    def _draw(self, ours: str, theirs: str, shape: tuple[int, ...]) -> Array:
        if not self._torch:
            return like(getattr(self._generator, ours)(shape), self._model)
        import torch

        where = {"dtype": self._model.dtype, "device": self._model.device}
        return getattr(torch, theirs)(shape, generator=self._generator, **where)

    @property
    def state(self) -> str | np.ndarray:
        """What continues the sequence: text for NumPy, bytes for torch."""
        if self._torch:
            return to_numpy(self._generator.get_state())
        import json

        return json.dumps(self._generator.bit_generator.state, default=_plain)

    @state.setter
    def state(self, state: str | np.ndarray) -> None:
        if self._torch:
            import torch

            self._generator.set_state(torch.from_numpy(np.asarray(state, dtype=np.uint8)))
            return
        import json

        self._generator.bit_generator.state = json.loads(str(state))


def _plain(value: Any) -> Any:
    return value.tolist()
