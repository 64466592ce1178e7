"""The file that fixes tool versions says "newest"."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from agentlint.facts.project import ToolSetting
from agentlint.facts.repository import Repository
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

_FILES = frozenset(
    {
        *("mise.toml", ".mise.toml", ".tool-versions", ".nvmrc", ".node-version", ".python-version", ".ruby-version"),
        *(".bazelversion", "rust-toolchain", "rust-toolchain.toml"),
    }
)
_KEYS = frozenset({"version", "toolchain.channel"})
_MOVING = frozenset({"latest", "lts", "lts/*", "node", "stable", "current", "nightly", "system"})

RULE = Rule(
    id="REP816",
    name="floating-tool-file",
    category=Category.REPRODUCIBILITY,
    summary="A file that is there to fix tool versions names a moving word (`latest`, `lts`).",
    why="Two machines that follow the same file work with two versions, and a run of tomorrow with a third.",
    remediation="Write the version that is in use today, and let an update bot move it.",
    severity=Severity.MINOR,
    cost=Cost(seconds=10),
    station=Station.SET_UP,
    references=("https://mise.jdx.dev/configuration.html", "https://asdf-vm.com/manage/configuration.html"),
    bad=(
        Bad({"mise.toml": '[tools]\npython = "3.13"\nnode = "latest"\n'}, at=("mise.toml:3",)),
        Bad({".tool-versions": "nodejs 22.1.0\nterraform latest\n"}, at=(".tool-versions:2",)),
        Bad({".nvmrc": "lts/*\n"}, at=(".nvmrc:1",)),
        Bad({"rust-toolchain.toml": '[toolchain]\nchannel = "nightly"\n'}, at=("rust-toolchain.toml:2",)),
    ),
    good=(
        Good({"mise.toml": '[tools]\nnode = "22.1.0"\n'}, because="a version"),
        Good({"rust-toolchain.toml": '[toolchain]\nchannel = "nightly-2026-01-31"\n'}, because="the build of a day"),
        Good({".nvmrc": "22\n"}, because="a major version moves only within itself"),
        Good(
            {"mise.toml": '[tools]\nnode = "latest"\n', "mise.lock": "[[tools.node]]\n"},
            because="a lock file holds what it means",
        ),
    ),
)


def check(setting: ToolSetting, repository: Repository) -> Iterator[Hit]:
    """Flag moving words."""
    name = posixpath.basename(setting.place.path)
    if name not in _FILES or setting.key not in _KEYS or setting.value.strip() not in _MOVING:
        return
    if name.startswith("rust-toolchain") and setting.value.strip() != "nightly":
        return  # stable Rust keeps what it once took, so that many follow it on purpose
    if posixpath.join(posixpath.dirname(setting.place.path), "mise.lock") in repository.project.paths:
        return
    yield Hit(
        place=setting.place,
        message=f"`{setting.tool}` at `{setting.value.strip()}` is another version tomorrow; name one",
    )
