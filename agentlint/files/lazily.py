"""Regular expressions that are compiled when they are first asked: there are hundreds, and most runs meet few of them."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


class _Lazy:
    """Stands in for a compiled expression; each method is taken over from it on first use."""

    def __init__(self, pattern: Any, flags: int) -> None:
        self._wanted = (pattern, flags)

    def __getattr__(self, name: str) -> Any:
        found = getattr(re.compile(*self._wanted), name)
        setattr(self, name, found)
        return found


def lazily(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """As `re.compile`, later. A fault in the expression is raised on first use; the tests of every rule use every one."""
    return cast("re.Pattern[AnyStr]", _Lazy(pattern, flags))
