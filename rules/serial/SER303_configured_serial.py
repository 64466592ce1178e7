"""A configuration file holds a tool to one worker."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.judgements.parallelism.reasons import reason_beside
from agentlint.judgements.running.patterns import settings_matching
from agentlint.judgements.running.scope import aside
from agentlint.programs import table
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

RULE = Rule(
    id="SER303",
    name="configured-serial",
    category=Category.SERIAL,
    summary="A setting such as maxWorkers: 1 or org.gradle.parallel=false takes a tool's workers away everywhere.",
    why="Each run of everybody pays the sum where it could pay the longest part; CI and agents pay it most often (E20).",
    remediation="Drop the setting, or give it to the few tests or modules that need it.",
    severity=Severity.MAJOR,
    cost=Cost(seconds=30, source="E20"),
    station=Station.TEST,
    evidence=("E20",),
    bad=(
        Bad({"gradle.properties": "org.gradle.parallel=false\n"}, at=("gradle.properties:1",)),
        Bad({"package.json": '{\n  "jest": {\n    "maxWorkers": 1\n  }\n}\n'}, at=("package.json:3",)),
        Bad({"gradle.properties": "a=b\norg.gradle.workers.max=1\n"}, at=("gradle.properties:2",)),
        Bad({"build.sbt": "Test / parallelExecution := false\n"}, at=("build.sbt:1",)),
        Bad({".config/nextest.toml": "[profile.ci]\ntest-threads = 1\n"}, at=(".config/nextest.toml:2",)),
        Bad({".bazelrc": "build --jobs=1 --color=yes\n"}, at=(".bazelrc:1",)),
        Bad(
            {
                ".mega-linter.yml": "APPLY_FIXES: none\nPARALLEL: false\n",
                ".golangci.yml": "version: '2'\nrun:\n  concurrency: 1\n",
            },
            at=(".golangci.yml:3", ".mega-linter.yml:2"),
            title="linters that would each have a core",
        ),
    ),
    good=(
        Good({"gradle.properties": "org.gradle.parallel=true\n"}, because="parallel"),
        Good({"package.json": '{"jest": {"maxWorkers": "50%"}}\n'}, because="half the cores"),
        Good({"gradle.properties": "org.gradle.workers.max=4\n"}, because="four workers"),
        Good(
            {".mega-linter.yml": "PARALLEL: true\n", ".golangci.yml": "run:\n  concurrency: 4\n"},
            because="the default, and four at once",
        ),
        Good({"gradle.properties": "#org.gradle.parallel=false\n"}, because="a comment"),
        Good({".bazelrc": "build --jobs=16\n"}, because="sixteen at once"),
        Good(
            {
                "build.sbt": "// the suites share one database, so they must not run in parallel\nTest / parallelExecution := false\n"
            },
            because="the comment above gives the reason",
        ),
    ),
)


def check(repository: Repository, _same: Repository) -> Iterator[Hit]:
    """Flag every setting that the table of programs knows to force single file."""
    patterns = {
        pattern: entry
        for program in table().programs.values()
        for entry in program.parallelism
        for pattern in entry.serial_settings
    }
    for pattern in sorted(patterns):
        for setting in settings_matching(repository.project, pattern):
            if aside(setting.place.path) or reason_beside(setting.place, repository):
                continue
            yield Hit(
                place=setting.place,
                message=f"`{setting.key}` = {setting.value} holds {setting.tool} to one worker; drop it or raise it",
            )
