"""What many tests of the models ask for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from machines import Machine, enumerated, random_machine


@pytest.fixture
def machine() -> Callable[..., Machine]:
    """Random machines by size and seed."""
    return random_machine


@pytest.fixture
def by_listing() -> Callable[..., tuple[float, np.ndarray, np.ndarray]]:
    """Exact moments by listing the states."""
    return enumerated
