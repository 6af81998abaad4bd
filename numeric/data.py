"""Data as it comes: from files and callers, with errors that say where."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from typing import Any

import numpy as np

from .arrays import Array, as_float, namespace, to_numpy
from .errors import DataError


def check_rows(values: Any, columns: int | None = None) -> Array:
    """The values as a matrix of n ≥ 1 rows of finite reals, n × N.

    A vector is a matrix of one column. Raises ``DataError`` that names the place.
    """
    ours = isinstance(values, np.ndarray | list | tuple)
    if ours and (np.ma.is_masked(values) or np.iscomplexobj(values)):
        raise DataError("the data is masked or complex: plain real numbers are wanted")
    try:
        rows = as_float(values)
    except (TypeError, ValueError) as error:
        raise DataError(f"the data is no table of numbers: {error}") from None
    if rows.ndim == 1:
        rows = rows[:, None]
    if rows.ndim != 2:
        raise DataError(f"the data has {rows.ndim} axes: a table of rows and columns is wanted")
    if 0 in tuple(rows.shape):
        raise DataError(f"the data is empty: {rows.shape[0]} rows, {rows.shape[1]} columns")
    if columns is not None and rows.shape[1] != columns:
        raise DataError(f"the data has {rows.shape[1]} columns, the model {columns}")
    _refuse(rows, ~namespace(rows).isfinite(rows), "a finite number")
    return rows


def check_spins(values: Any, columns: int | None = None) -> Array:
    """As ``check_rows``, and each entry is −1 or 1."""
    rows = check_rows(values, columns)
    _refuse(rows, rows * rows != 1, "-1 or 1")
    return rows


def _refuse(rows: Array, wrong: Array, wanted: str) -> None:
    if not bool(namespace(rows).any(wrong)):
        return
    row, column = np.argwhere(to_numpy(wrong))[0]
    value = float(rows[int(row), int(column)])
    raise DataError(f"row {row + 1}, column {column + 1}: {value:g} is not {wanted}")


def read_rows(path: str | os.PathLike[str]) -> np.ndarray:
    """The table in a ``.npy`` or ``.csv`` file, n × N; no code of the file is run.

    A first line of a ``.csv`` that holds no number is a header. Raises ``DataError`` with the
    file and the line, ``OSError`` if the file cannot be read.
    """
    name = os.fspath(path)
    suffix = Path(name).suffix.lower()
    if suffix == ".npy":
        return _read_npy(name)
    if suffix in (".csv", ".txt", ".tsv"):
        return _read_csv(name)
    raise DataError(f"{name}: a .csv or .npy file is wanted")


def _read_npy(name: str) -> np.ndarray:
    try:
        values = np.load(name, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise DataError(f"{name}: no .npy file of numbers: {error}") from None
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "iufb":
        raise DataError(f"{name}: no .npy file of real numbers")
    if values.ndim not in (1, 2) or values.size == 0:
        raise DataError(f"{name}: shape {values.shape}: a table with rows and columns is wanted")
    return values.reshape(len(values), -1)


def _read_csv(name: str) -> np.ndarray:
    try:
        with open(name, newline="", encoding="utf-8-sig") as file:
            sample = file.readline()
            delimiter = next((d for d in (",", ";", "\t") if d in sample), ",")
            file.seek(0)
            lines = [
                (reader.line_num, line)
                for reader in [csv.reader(file, delimiter=delimiter)]
                for line in reader
                if any(cell.strip() for cell in line)
            ]
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError(f"{name}: not a text of numbers: {error}") from None
    if lines and all(_number(cell) is None for cell in lines[0][1]):
        del lines[0]
    if not lines:
        raise DataError(f"{name}: no rows of numbers")
    width = len(lines[0][1])
    table = np.empty((len(lines), width))
    for row, (number, line) in enumerate(lines):
        if len(line) != width:
            raise DataError(f"{name}:{number}: {len(line)} columns, {width} above")
        for column, cell in enumerate(line):
            value = _number(cell)
            if value is None:
                raise DataError(f"{name}:{number}: column {column + 1}: no number: {cell!r}")
            table[row, column] = value
    return table


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None
