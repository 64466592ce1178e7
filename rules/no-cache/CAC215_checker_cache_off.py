"""A tool's settings switch off the cache that makes its second run quick."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.project import ToolSetting
from agentlint.facts.repository import Repository
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity

_SWITCHES = {
    ("mypy", "incremental"): (frozenset({"false", "0", "no", "off"}), "drop it, and mypy checks what has changed"),
    ("mypy", "cache_dir"): (frozenset({"/dev/null", "nul"}), "drop it, and mypy keeps what it knows in .mypy_cache"),
    ("jest", "cache"): (frozenset({"false"}), "drop it, and jest transforms each file once"),
    ("pytest", "cache_dir"): (frozenset({"/dev/null", "nul"}), "drop it, and `--lf` can run what failed before"),
    ("ruff", "cache-dir"): (frozenset({"/dev/null", "nul"}), "drop it, and ruff checks what has changed"),
}
"""Settings, their values that switch a cache off, and the move. Sources: mypy configuration file (incremental, cache_dir),
jestjs.io configuration (cache), pytest reference (cache_dir), ruff settings (cache-dir)."""

RULE = Rule(
    id="CAC215",
    name="checker-cache-off",
    category=Category.NO_CACHE,
    summary="A checker or test runner is told by its settings to keep nothing of what it worked out.",
    why=(
        "An agent runs the checker after each edit. With its cache every second run looks at what has changed only; without it "
        "each run costs as much as the first (E22)."
    ),
    remediation="Drop the setting; where a stale cache was the reason, clear it in that place alone.",
    severity=Severity.MINOR,
    cost=Cost(seconds=15, source="E22"),
    evidence=("E22",),
    references=("https://mypy.readthedocs.io/en/stable/config_file.html#incremental-mode",),
    bad=(
        Bad({"pyproject.toml": "[tool.mypy]\nstrict = true\nincremental = false\n"}, at=("pyproject.toml:3",)),
        Bad({"mypy.ini": "[mypy]\ncache_dir = /dev/null\n"}, at=("mypy.ini:2",)),
    ),
    good=(
        Good({"pyproject.toml": "[tool.mypy]\nstrict = true\n"}, because="mypy is incremental by default"),
        Good({"mypy.ini": "[mypy]\ncache_dir = .cache/mypy\n"}, because="another folder keeps as well"),
    ),
)


def check(setting: ToolSetting, repository: Repository) -> Iterator[Hit]:
    """Flag a setting that switches a cache off."""
    values, advice = _SWITCHES.get((setting.tool, setting.key), (frozenset[str](), ""))
    if setting.value.strip().strip("\"'").lower() in values:
        yield Hit(
            place=setting.place,
            message=f"`{setting.key} = {setting.value}` makes every run of {setting.tool} a first one; {advice}",
        )
