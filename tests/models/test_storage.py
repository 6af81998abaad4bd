"""Files of models: there and back, damaged, foreign, and never half written."""

from __future__ import annotations

import io
import os
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest

from numeric import BoltzmannMachine, Gaussian, ModelFileError, MultivariateGaussian, load, save
from numeric.storage import replacing, write_arrays

MODELS = [
    Gaussian.from_parameters(1.5, 0.25),
    MultivariateGaussian.from_parameters([1.0, 2.0], [[2.0, 0.5], [0.5, 1.0]]),
    BoltzmannMachine.from_parameters([0.5, -1.0], [[0.0, 0.3], [0.3, 0.0]]),
]


@pytest.mark.parametrize("model", MODELS, ids=lambda m: type(m).__name__)
def test_a_model_comes_back_as_it_was(model, tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    save(model, path)
    again = load(path)
    assert type(again) is type(model)
    for name, value in model.parameters().items():
        np.testing.assert_array_equal(again.parameters()[name], value)
    assert again.log_partition() == model.log_partition()


@pytest.mark.parametrize("model", MODELS, ids=lambda m: type(m).__name__)
def test_no_damage_goes_unseen_or_raises_anything_else(model, tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    save(model, path)
    whole = path.read_bytes()
    rng = np.random.default_rng(0)
    for cut in rng.integers(0, len(whole), 40):
        path.write_bytes(whole[:cut])
        with pytest.raises(ModelFileError):
            load(path)
    for place in rng.integers(0, len(whole), 200):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        path.write_bytes(bytes(damaged))
        try:
            again = load(path)
        except ModelFileError:
            continue
        for name, value in model.parameters().items():
            np.testing.assert_array_equal(again.parameters()[name], value)


def arrays(**values) -> bytes:
    file = io.BytesIO()
    np.savez(file, **values)
    return file.getvalue()


def pickled() -> bytes:
    file = io.BytesIO()
    np.save(file, np.array([print], dtype=object), allow_pickle=True)
    return file.getvalue()


def member(name: str, data: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"PK\x03\x04",
        pickled(),
        member("format.npy", pickled()),
        member("format.npy", b"no array"),
        arrays(x=[1.0]),
        arrays(format="kenzan model 1"),
        arrays(format="kenzan model 9", kind="Gaussian", mean=0.0, variance=1.0),
        arrays(format="kenzan model 1", kind="checkpoint"),
        arrays(format="kenzan model 1", kind="Gaussian", mean=0.0),
        arrays(format="kenzan model 1", kind="Gaussian", mean=0.0, variance=-1.0),
        arrays(format="kenzan model 1", kind="Gaussian", mean=np.zeros(3), variance=1.0),
        arrays(format="kenzan model 1", kind="BoltzmannMachine", fields=[0], couplings=[[1.0]]),
    ],
)
def test_what_is_no_model_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "other.npz"
    path.write_bytes(data)
    with pytest.raises(ModelFileError, match=r"other\.npz: "):
        load(path)


def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    save(MODELS[0], path)
    before = path.read_bytes()

    def interrupted() -> None:
        with replacing(path) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_bytes() == before
    with pytest.raises(ValueError, match="inhomogeneous"):
        write_arrays(path, "kind", {"x": [[1], [2, 3]]})
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["model.npz"]


def test_a_pipe_stays_a_pipe(tmp_path: Path) -> None:
    path, got = tmp_path / "pipe", []
    os.mkfifo(path)
    reader = threading.Thread(target=lambda: got.append(path.read_bytes()))
    reader.start()
    with replacing(path) as file:
        file.write(b"text")
    reader.join(10)
    assert got == [b"text"]
    assert path.is_fifo()
