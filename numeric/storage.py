"""Models and checkpoints in ``.npz`` files: no pickle, no code, never half a file."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np

from .arrays import to_numpy
from .errors import ModelFileError

FORMAT = "kenzan model 1"

Path_ = str | os.PathLike[str]


@contextlib.contextmanager
def replacing(path: Path_) -> Iterator[IO[bytes]]:
    """A file to be written, which takes the place of ``path`` once it is complete.

    What is no regular file, such as a pipe, is written to directly.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        with open(target, "wb") as file:
            yield file
        return
    handle, name = tempfile.mkstemp(prefix=".tmp-", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, _mode(target))
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_arrays(path: Path_, kind: str, values: dict[str, Any]) -> None:
    """Replace a file by one that holds these arrays, numbers and texts, in one step."""
    arrays: dict[str, Any] = {key: np.asarray(to_numpy(value)) for key, value in values.items()}
    with replacing(path) as file:
        np.savez(file, format=np.asarray(FORMAT), kind=np.asarray(kind), **arrays)


def read_arrays(path: Path_) -> tuple[str, dict[str, np.ndarray]]:
    """The kind and the arrays of a file of ``write_arrays``; ``ModelFileError`` for another."""
    name = os.fspath(path)
    data = Path(name).read_bytes()
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            values = {key: file[key] for key in file.files}
    except Exception as error:  # whatever reading these bytes raises, they are no arrays
        raise ModelFileError(f"{name}: no model file, or a damaged one") from error
    if str(values.pop("format", "")) != FORMAT or "kind" not in values:
        raise ModelFileError(f"{name}: not a model of this program, or of another version")
    return str(values.pop("kind")), values


def save(model: Any, path: Path_) -> None:
    """Write what a model has learned; raises ``OSError``, and leaves no half-written file."""
    write_arrays(path, type(model).__name__, model.parameters())


def load(path: Path_) -> Any:
    """The model in a file of ``save``; raises ``ModelFileError`` for any other file."""
    from .boltzmann import BoltzmannMachine
    from .gaussian import Gaussian
    from .multivariate import MultivariateGaussian

    kinds: dict[str, Any] = {
        m.__name__: m for m in (Gaussian, MultivariateGaussian, BoltzmannMachine)
    }
    kind, values = read_arrays(path)
    if kind not in kinds:
        raise ModelFileError(f"{os.fspath(path)}: holds no model, but a {kind!r}")
    try:
        return kinds[kind].from_parameters(**values)
    except (TypeError, ValueError, IndexError) as error:
        raise ModelFileError(f"{os.fspath(path)}: a damaged model: {error}") from None


def _mode(target: Path) -> int:
    if target.exists():
        return target.stat().st_mode & 0o7777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
