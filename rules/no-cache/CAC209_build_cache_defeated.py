"""A build or test run is told to do again what it knows the result of."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.programs import table
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Tier
from agentlint.rule.aspects import programs_with
from agentlint.rule.edits import without_option
from agentlint.rule.patterns import option_matching
from agentlint.rule.scope import as_written, in_prose, one_off

_DEBATABLE = frozenset({"-count=1", "-count", "-U", "--update-snapshots", "--refresh-dependencies", "--force"})

RULE = Rule(
    id="CAC209",
    name="build-cache-defeated",
    category=Category.NO_CACHE,
    summary="An option makes a build tool ignore the results it already has.",
    why=(
        "Incremental builds are what makes an agent's second try quick; with this option each try costs as much as the first "
        "(E22)."
    ),
    remediation="Drop the option; mend the undeclared input that made it necessary.",
    severity=Severity.MINOR,
    cost=Cost(seconds=60, source="E22"),
    programs=programs_with("fetches"),
    evidence=("E22",),
    bad=(
        Bad(
            {"Makefile": "check:\n\t./gradlew check --rerun-tasks\n"},
            at=("Makefile:2",),
            fixed={"Makefile": "check:\n\t./gradlew check\n"},
        ),
        Bad(
            {"package.json": '{"scripts": {"build": "turbo run build --force"}}\n'},
            at=("package.json:1",),
            fixed={"package.json": '{"scripts": {"build": "turbo run build"}}\n'},
        ),
        Bad(
            {
                ".gitlab-ci.yml": "build:\n  cache: {paths: [.gradle]}\n  script:\n    - ./gradlew build --no-build-cache\n"
            },
            at=(".gitlab-ci.yml:4",),
            fixed={".gitlab-ci.yml": "build:\n  cache: {paths: [.gradle]}\n  script:\n    - ./gradlew build\n"},
        ),
    ),
    good=(
        Good({"Makefile": "check:\n\t./gradlew check\n"}, because="up-to-date tasks are skipped"),
        Good({"Makefile": "flaky:\n\tgo test -count=20 ./...\n"}, because="twenty runs of one test are wanted"),
        Good({"Makefile": "clean:\n\t./gradlew clean\n"}, because="cleaning is asked for by name"),
        Good({"Makefile": "push:\n\tgit push --force\n"}, because="another program's option"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag builds and tests with an option that throws known results away."""
    if in_prose(command, repository):
        return
    for how in table().fetching(command):
        option = option_matching(command, how.disabled_by) if how.compiles else ""
        if not option:
            continue
        job = repository.job_of(command)
        judgement = option in _DEBATABLE and command.program not in {"turbo", "nx"}
        yield Hit(
            place=command.place,
            message=f"`{as_written(command, repository)}` does again what is already done; drop `{option}`",
            unit=command.unit,
            tier=Tier.PEDANTIC if judgement or (job is not None and one_off(job, repository)) else None,
            fix=without_option(command, option, repository),
        )
        return
