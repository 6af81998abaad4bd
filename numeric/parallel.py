"""Many fits or chains on several cores, or on a cluster, with the same call.

The work goes through joblib. On a dask cluster it is the same line:

    with joblib.parallel_config("dask"):
        map_seeded(function, items, seed=0)

after ``dask.distributed.Client(...)``. What comes out does not depend on where it ran.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import numpy as np

from .arrays import Random
from .sampling import SampledMoments, Sampler, sampled_moments

Item = TypeVar("Item")
Value = TypeVar("Value")


def map_seeded(
    function: Callable[[Item, np.random.Generator], Value],
    items: Iterable[Item],
    seed: int | None = None,
    jobs: int | None = None,
) -> list[Value]:
    """``function(item, generator)`` for each item, in order, each with random numbers of its own.

    >>> map_seeded(lambda item, generator: item + generator.integers(1), [1, 2], seed=0)
    [np.int64(1), np.int64(2)]
    """
    from joblib import Parallel, delayed

    items = list(items)
    seeds = np.random.SeedSequence(seed).spawn(len(items))
    work = (
        delayed(function)(item, np.random.default_rng(own))
        for item, own in zip(items, seeds, strict=True)
    )
    return list(Parallel(n_jobs=jobs)(work))


def fit_all(models: Iterable[Any], data: Iterable[Any], jobs: int | None = None) -> list[Any]:
    """The models, each fitted to its own data."""
    from joblib import Parallel, delayed

    pairs = zip(models, data, strict=True)
    return list(Parallel(n_jobs=jobs)(delayed(_fit)(model, rows) for model, rows in pairs))


def _fit(model: Any, rows: Any) -> Any:
    return model.fit(rows)


def pooled_moments(
    sampler: Sampler,
    groups: int,
    seed: int | None = None,
    jobs: int | None = None,
    **options: int,
) -> SampledMoments:
    """``sampled_moments`` of so many groups of chains together."""

    def one(_: int, generator: np.random.Generator) -> SampledMoments:
        return sampled_moments(sampler, Random(generator), **options)

    found = map_seeded(one, range(groups), seed, jobs)
    means = [np.mean(np.stack([f[part] for f in found]), axis=0) for part in (0, 1)]
    errors = [
        np.sqrt(np.sum(np.stack([f[part] ** 2 for f in found]), axis=0)) / groups for part in (2, 3)
    ]
    return SampledMoments(means[0], means[1], errors[0], errors[1])
