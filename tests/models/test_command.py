"""``train`` and ``sample`` as a user types them."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from numeric import BoltzmannMachine, load
from numeric.command import CommandError, add_parsers
from numeric.data import read_rows
from numeric.errors import DataError


def run(*arguments: object) -> int:
    parser = argparse.ArgumentParser()
    add_parsers(parser.add_subparsers(required=True))
    options = parser.parse_args([str(a) for a in arguments])
    return options.verb(options)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    np.savetxt("values.csv", rng.normal(3, 2, 100), header="height", comments="")
    np.save("rows.npy", rng.normal(size=(100, 3)))
    spins = rng.choice([-1, 1], size=(200, 4))
    np.savetxt("spins.csv", spins, fmt="%d", delimiter=",", header="a,b,c,d", comments="")
    return tmp_path


def test_train_and_sample_every_model(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("train", "gaussian", "values.csv") == 0
    assert load("model.npz").mean_ == pytest.approx(np.loadtxt("values.csv", skiprows=1).mean())
    assert run("train", "mvn", "rows.npy", "--out", "mvn.npz") == 0
    assert run("train", "boltzmann", "spins.csv", "--method", "newton", "--out", "b.npz") == 0
    text = capsys.readouterr().out
    assert "100 values" in text
    assert "converged after" in text
    for name, columns in (("model.npz", 1), ("mvn.npz", 3), ("b.npz", 4)):
        assert run("sample", name, "-n", 5, "--seed", 3) == 0
        rows = [line.split(",") for line in capsys.readouterr().out.splitlines()]
        assert np.array(rows, dtype=float).shape == (5, columns)
    assert run("sample", "b.npz", "-n", 4, "--out", "drawn.npy") == 0
    assert run("sample", "b.npz", "-n", 4, "--out", "drawn.csv") == 0
    np.testing.assert_array_equal(np.load("drawn.npy"), read_rows("drawn.csv"))


def test_a_gaussian_is_fitted_piece_by_piece(folder: Path, monkeypatch) -> None:
    monkeypatch.setattr("numeric.command.PIECE", 7)
    assert run("train", "mvn", "rows.npy") == 0
    np.testing.assert_allclose(load("model.npz").covariance_, np.cov(np.load("rows.npy").T, ddof=0))


@pytest.mark.parametrize("model", ["gaussian values.csv", "mvn rows.npy", "boltzmann spins.csv"])
def test_plots(folder: Path, model: str) -> None:
    pytest.importorskip("matplotlib")
    assert run("train", *model.split(), "--plot", "fit.png") == 0
    assert Path("fit.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("train mvn none.csv", "none.csv: No such file"),
        ("train gaussian rows.npy", "has 3 columns, the model 1"),
        ("train boltzmann rows.npy", "is not -1 or 1"),
        ("train boltzmann spins.csv --method adam", "one of gradient"),
        ("train gaussian values.csv --out nowhere/m.npz", "no folder"),
        ("train gaussian values.csv --plot .", "not the name of a file"),
        ("train gaussian values.csv --plot fit.xyz", "is no .png, .pdf, .svg"),
        ("train mvn rows.npy --shrinkage 2", "shrinkage is 2.0"),
        ("sample values.csv", "values.csv: no model file"),
        ("sample none.npz", "none.npz: No such file"),
    ],
)
def test_mistakes_are_one_line_and_leave_no_file(folder: Path, line: str, message: str) -> None:
    before = sorted(folder.iterdir())
    with pytest.raises(CommandError, match=message) as problem:
        run(*line.split())
    assert "\n" not in str(problem.value)
    assert sorted(folder.iterdir()) == before


def test_an_interrupted_training_is_saved(folder: Path, monkeypatch, capsys) -> None:
    def interrupted(model: BoltzmannMachine, rows: np.ndarray) -> None:
        model.fields_, model.couplings_ = np.ones(4), np.zeros((4, 4))
        raise KeyboardInterrupt

    monkeypatch.setattr(BoltzmannMachine, "fit", interrupted)
    assert run("train", "boltzmann", "spins.csv") == 130
    np.testing.assert_array_equal(load("model.npz").fields_, 1)
    assert "interrupted" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no rows of numbers"),
        ("a,b\n", "no rows of numbers"),
        ("1,2\n3\n", ":2: 1 columns, 2 above"),
        ("a,b\n1,2\n3,x\n", ":3: column 2: no number: 'x'"),
        ("1;2\n3;4\n", None),
        ("\ufeff1,2\n\n3,4\n", None),
    ],
)
def test_tables_are_read_or_refused_with_the_line(text: str, message, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, "utf-8")
    if message is None:
        np.testing.assert_array_equal(read_rows(path), [[1, 2], [3, 4]])
    else:
        with pytest.raises(DataError, match=message):
            read_rows(path)


@pytest.mark.parametrize("name", ["t.npy", "t.csv", "t.xlsx"])
def test_files_of_another_kind_are_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(b"\x93NUMPY\xff\x00broken")
    with pytest.raises(DataError, match=name):
        read_rows(path)


def test_arrays_of_objects_are_not_unpickled(tmp_path: Path) -> None:
    np.save(tmp_path / "t.npy", np.array([print], dtype=object), allow_pickle=True)
    with pytest.raises(DataError):
        read_rows(tmp_path / "t.npy")


def test_nothing_heavy_is_imported_for_the_parsers() -> None:
    code = (
        "import sys, argparse, numeric.command as c;"
        "c.add_parsers(argparse.ArgumentParser().add_subparsers());"
        "print([m for m in ('numpy', 'matplotlib', 'torch', 'sympy', 'rich') if m in sys.modules])"
    )
    root = Path(__file__).parent.parent.parent
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root)
    assert done.stdout.strip() == "[]", done.stderr
