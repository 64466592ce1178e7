"""What holds for all tests: nothing is kept in the user's own folders."""

from __future__ import annotations

import os

import pytest


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A cache folder of the tests' own."""
    os.environ["AGENTLINT_CACHE_DIR"] = str(tmp_path_factory.mktemp("cache"))
