"""``kenzan train`` and ``kenzan sample``. Nothing heavy is imported before a verb runs."""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

MODELS = ("gaussian", "mvn", "boltzmann")
"""What can be trained."""

PICTURES = (".png", ".pdf", ".svg")
"""What the name of a picture ends in."""

PIECE = 100_000
"""How many rows of a file are read at a time for a Gaussian."""


class CommandError(Exception):
    """Wrong usage, data or files: one line for the user."""


def add_parsers(verbs: Any) -> None:
    """Add ``train`` and ``sample`` to subparsers; ``options.verb(options)`` runs them.

    The verbs return the exit status and raise ``CommandError``.
    """
    _train_parser(verbs)
    _sample_parser(verbs)


def _train_parser(verbs: Any) -> None:
    text = "Fit a model of the notes to the rows of a table."
    parser = verbs.add_parser("train", help=_help(text), description=text, allow_abbrev=False)
    parser.set_defaults(verb=train)
    parser.add_argument("model", choices=MODELS)
    parser.add_argument("data", metavar="DATA", help="a .csv or .npy file; spins are -1 and 1")
    parser.add_argument("--out", default="model.npz", metavar="FILE", help="default: model.npz")
    parser.add_argument("--plot", metavar="FILE", help="a picture of the fit: .png, .pdf or .svg")
    mvn = parser.add_argument_group("mvn")
    mvn.add_argument("--shrinkage", type=_number, default=0.0, metavar="S", help="from 0 to 1")
    group = parser.add_argument_group("boltzmann")
    group.add_argument("--method", default="gradient", help="default: gradient, as (2.30) mended")
    group.add_argument("--rate", type=_number, metavar="ETA", help="default: 1/L")
    group.add_argument("--l2", type=_number, default=0.0, metavar="LAMBDA", help="default: 0")
    group.add_argument("--moments", choices=("auto", "exact", "sampled"), default="auto")
    group.add_argument("--chains", type=int, default=1000, metavar="C", help="default: 1000")
    group.add_argument(
        "--sweeps", type=int, default=1, metavar="K", help="an iteration; default: 1"
    )
    group.add_argument("--fast", action="store_true", help="compiled sampler, needs numba")
    group.add_argument("--tolerance", type=_number, metavar="T")
    group.add_argument("--max-iterations", type=int, default=10_000, metavar="K")
    group.add_argument("--seed", type=int, default=0)
    group.add_argument("--checkpoint", metavar="FILE", help="written as the fit goes")
    group.add_argument("--checkpoint-every", type=int, default=100, metavar="K")
    group.add_argument("--resume", action="store_true", help="go on from the checkpoint")


def _sample_parser(verbs: Any) -> None:
    text = "Draw rows from a trained model."
    parser = verbs.add_parser("sample", help=_help(text), description=text, allow_abbrev=False)
    parser.set_defaults(verb=sample)
    parser.add_argument("model", metavar="MODEL", help="a file of 'train'")
    parser.add_argument("-n", type=int, default=1, metavar="N", help="how many; default: 1")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", metavar="FILE", help=".csv or .npy; default: standard output")


def _help(text: str) -> str:
    return text[0].lower() + text[1:].rstrip(".")


def _number(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError
    return value


@contextlib.contextmanager
def _errors() -> Iterator[None]:
    """What the models and files object to, as one line."""
    try:
        yield
    except (ValueError, ArithmeticError) as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        name = f"{error.filename}: " if error.filename else ""
        raise CommandError(f"{name}{error.strerror or error}") from error
    except MemoryError as error:
        raise CommandError("out of memory") from error
    except ImportError as error:
        raise CommandError(f"{error.name or error} is not installed") from error


def train(options: argparse.Namespace) -> int:
    """Fit, save, draw; an interrupted fit is saved, too, and gives status 130."""
    with _errors():
        for output in (options.out, options.plot, options.checkpoint):
            _writable(output)
        if options.plot:
            if Path(options.plot).suffix.lower() not in PICTURES:
                raise CommandError(f"{options.plot!r} is no {', '.join(PICTURES)}")
            from . import plots

            plots.blank((1, 1))
        from .data import read_rows
        from .storage import save

        rows = read_rows(options.data)
        model, interrupted = _fit(options, rows)
        save(model, options.out)
        if options.plot:
            plots.write(plots.figure(model, rows), options.plot)
    print(_summary(model, rows))
    print(f"saved in {options.out}")
    return 130 if interrupted else 0


def _fit(options: argparse.Namespace, rows: Any) -> tuple[Any, bool]:
    if options.model == "boltzmann":
        return _fit_machine(options, rows)
    from .gaussian import Gaussian
    from .multivariate import MultivariateGaussian

    mvn = options.model == "mvn"
    model: Any = MultivariateGaussian(options.shrinkage) if mvn else Gaussian()
    for start in range(0, len(rows), PIECE):
        model.partial_fit(rows[start : start + PIECE])
    model.log_partition()
    return model, False


def _fit_machine(options: argparse.Namespace, rows: Any) -> tuple[Any, bool]:
    from .boltzmann import BoltzmannMachine

    names = (
        "method rate moments chains sweeps l2 tolerance max_iterations checkpoint "
        "checkpoint_every resume"
    )
    settings = {name: getattr(options, name) for name in names.split()}
    if options.fast:
        from .fast import FastGibbs

        settings["sampler"] = FastGibbs
    with _progress(options.max_iterations) as callback, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = BoltzmannMachine(callback=callback, random_state=options.seed, **settings)
        try:
            return model.fit(rows), False
        except KeyboardInterrupt:
            if not model.learned():
                raise
            print("interrupted: the parameters reached are kept", file=sys.stderr)
            return model, True


def _summary(model: Any, rows: Any) -> str:
    kind = type(model).__name__
    if kind == "Gaussian":
        return f"mean {model.mean_:g}, variance {model.variance_:g}, from {model.count_} values"
    if kind == "MultivariateGaussian":
        return f"{rows.shape[1]} variables, from {model.count_} rows"
    text = f"{rows.shape[1]} spins, from {len(rows)} rows"
    if not model.trace_:
        return text
    last = model.trace_[-1]
    if not math.isnan(last.objective):
        text += f"; divergence {model.kl_divergence(rows):.6g} nat"
    verb = "converged" if model.converged_ else "not converged"
    return f"{text}; {verb} after {model.n_iter_} iterations: {model.reason_}"


def sample(options: argparse.Namespace) -> int:
    """Draw rows and write them, as text or ``.npy``."""
    with _errors():
        import numpy as np

        from .storage import load, replacing

        if options.n < 1:
            raise CommandError(f"-n is {options.n}: at least 1 is wanted")
        _writable(options.out)
        rows = load(options.model).sample(options.n, options.seed)
        table = np.asarray(rows).reshape(options.n, -1)
        if options.out is None:
            np.savetxt(sys.stdout, table, fmt="%.17g", delimiter=",")
            return 0
        with replacing(options.out) as file:
            if options.out.endswith(".npy"):
                np.save(file, table)
            else:
                np.savetxt(file, table, fmt="%.17g", delimiter=",")
    return 0


def _writable(output: str | None) -> None:
    """Refuse an output that cannot work before any time is spent."""
    if output is None:
        return
    folder = Path(os.path.realpath(output)).parent
    if not output or Path(output).is_dir():
        raise CommandError(f"cannot write {output!r}: not the name of a file")
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise CommandError(f"cannot write {output!r}: no folder {str(folder)!r} to write to")


@contextlib.contextmanager
def _progress(iterations: int) -> Iterator[Callable[..., None] | None]:
    """A progress bar with objective and gradient on standard error, if it is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=iterations)

        def step(_: object, row: Any) -> None:
            text = f"gradient {row.gradient:.2g}"
            if not math.isnan(row.objective):
                text = f"objective {row.objective:.6g}  {text}"
            bar.update(task, completed=row.iteration, description=text)

        yield step
