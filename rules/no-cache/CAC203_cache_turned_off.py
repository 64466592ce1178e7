"""An install or an image build is told not to use the cache it has."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.facts.unit import UnitKind
from agentlint.files.lazily import lazily
from agentlint.judgements.keeping.caching import nothing_to_defeat
from agentlint.judgements.keeping.small_installs import brings_none
from agentlint.judgements.running.aspects import programs_with
from agentlint.judgements.running.occasions import rare_command
from agentlint.judgements.running.patterns import option_matching
from agentlint.judgements.running.scope import as_written, in_image, in_prose
from agentlint.programs import table
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Tier
from agentlint.rule.edits import without_option

_FROM_SCRATCH = lazily(r"(?:^|[-_.:/])(?:fresh|rebuild|no-?cache|from-?scratch|clean-build|force)(?:$|[-_.:/])")
"""Names of targets and scripts whose purpose is to build everything anew."""
_DEBATABLE = frozenset({"--force", "--prefer-online", "--refresh", "--reinstall", "-U", "--update-snapshots", "-n"})

RULE = Rule(
    id="CAC203",
    name="cache-turned-off",
    category=Category.NO_CACHE,
    summary="An option turns a cache off that the tool would use by itself.",
    why=(
        "With the option the tool fetches or builds everything again even where the bytes lie ready on the disk; each visit of "
        "the step pays the full price (E5, E24)."
    ),
    remediation="Drop the option; where a stale cache was the reason, key the cache on the lock file instead.",
    severity=Severity.MINOR,
    cost=Cost(seconds=20, source="E24"),
    programs=programs_with("fetches"),
    evidence=("E5", "E24"),
    bad=(
        Bad(
            {"Makefile": "image:\n\tdocker build --no-cache -t app .\n"},
            at=("Makefile:2",),
            fixed={"Makefile": "image:\n\tdocker build -t app .\n"},
        ),
        Bad(
            {
                ".gitlab-ci.yml": (
                    "test:\n  image: python:3.12\n  cache: {paths: [.cache/pip]}\n  script:\n"
                    "    - pip install --no-cache-dir -r requirements.txt\n"
                )
            },
            at=(".gitlab-ci.yml:5",),
            fixed={
                ".gitlab-ci.yml": (
                    "test:\n  image: python:3.12\n  cache: {paths: [.cache/pip]}\n  script:\n"
                    "    - pip install -r requirements.txt\n"
                )
            },
        ),
        Bad(
            {"scripts/setup.sh": "#!/bin/sh\nset -e\npip install --no-cache-dir --no-deps torch\n"},
            at=("scripts/setup.sh:3",),
            fixed={"scripts/setup.sh": "#!/bin/sh\nset -e\npip install --no-deps torch\n"},
            title="one large package is fetched anew",
        ),
        Bad(
            {"release.sh": "#!/bin/sh\nset -e\ndocker build --no-cache --pull -t app .\n"},
            at=("release.sh:3",),
            fixed={"release.sh": "#!/bin/sh\nset -e\ndocker build --pull -t app .\n"},
            title="the newest of everything is asked for: pedantic",
        ),
        Bad(
            {"scripts/setup.sh": "#!/bin/sh\nset -e\nuv sync --no-cache\n"},
            at=("scripts/setup.sh:3",),
            fixed={"scripts/setup.sh": "#!/bin/sh\nset -e\nuv sync\n"},
        ),
    ),
    good=(
        Good(
            {
                ".gitlab-ci.yml": "test:\n  image: python:3.12\n  script:\n    - pip install --no-cache-dir -r requirements.txt\n"
            },
            because="the machine is fresh and keeps nothing: the missing cache is told",
        ),
        Good(
            {
                ".readthedocs.yaml": "version: 2\nbuild:\n  os: ubuntu-24.04\n  tools: {python: '3.12'}\n  jobs:\n    post_install:\n"
                "      - python -m pip install --no-cache-dir -e .[docs]\n"
            },
            because="Read the Docs builds in a fresh container",
        ),
        Good(
            {"Dockerfile": "FROM alpine:3.20\nRUN apk add --no-cache git\n"},
            because="apk's option only spares the index",
        ),
        Good(
            {"Dockerfile": "FROM python:3.12\nRUN pip install -r requirements.txt\n"}, because="nothing is turned off"
        ),
        Good({"Makefile": "image:\n\tdocker build --cache-from app:latest -t app .\n"}, because="the cache is used"),
        Good(
            {"Makefile": "build:\n\tdocker build -t app .\nfresh:\n\tdocker build --no-cache -t app .\n"},
            because="this target is there to build from scratch",
        ),
        Good(
            {
                "build.sh": '#!/bin/sh\nset -e\npython -m build\nFILE="$(echo dist/x*.whl)"\n'
                'pip install --no-cache-dir --no-deps --force-reinstall "${FILE}"\npip install --no-cache-dir --no-index x\n'
            },
            because="nothing is fetched: one archive made here, no package beside it",
        ),
        Good(
            {
                "tests/helpers.bash": 'build_child() {\n  docker build --no-cache --tag "$1" "$2" 2>&1\n}\n',
                "tests/install.bats": "@test 'it installs' {\n  run build_child a b\n  assert_output --partial done\n}\n",
            },
            because="a test looks at what the build prints, and kept layers print nothing",
        ),
        Good({"run.sh": "#!/bin/sh\nset -e\ngrep --no-cache notes.txt\n"}, because="another program's option"),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag fetching commands with an option that turns their cache off; builds are another rule's."""
    if in_prose(command, repository) or _FROM_SCRATCH.search(command.unit.rpartition(":")[2]):
        return
    for how in table().fetching(command):
        option = "" if how.compiles else option_matching(command, how.disabled_by)
        if not option or brings_none(command, how, repository):
            continue
        job = repository.job_of(command)
        image = how.what == "docker"
        if not image and (
            nothing_to_defeat(how.what, job) if job is not None else _of_a_fresh_machine(command, repository)
        ):
            return
        if image and _tests_the_build(command, repository):
            return
        judgement = (
            option in _DEBATABLE
            or how.what
            == "nuget"  # only answers of the server are asked for anew; the folder of packages is still used
            or (image and "--pull" in command.texts())  # with it, the newest base and packages are what is wanted
            or in_image(command, repository)
            or (job is not None and rare_command(command, job, repository, costly=image))
        )
        yield Hit(
            place=command.place,
            message=f"`{as_written(command, repository)}` turns the cache off; drop `{option}`",
            unit=command.unit,
            tier=Tier.PEDANTIC if judgement else None,
            cost=Cost(seconds=how.seconds, source="E24"),
            fix=without_option(command, option, repository),
        )
        return


def _of_a_fresh_machine(command: Command, repository: Repository) -> bool:
    """True in a script that a hosted service runs beside all pipelines: Read the Docs, a package builder, a new virtual machine."""
    unit = repository.units.get(command.unit)
    return unit is not None and unit.kind is UnitKind.JOB


def _tests_the_build(command: Command, repository: Repository) -> bool:
    """True in a test of Bats or a file beside some: the output of the build is looked at, which a kept layer does not print."""
    path = command.place.path
    folder = posixpath.dirname(path)
    return path.endswith(".bats") or (
        path.endswith((".bash", ".sh"))
        and any(one.endswith(".bats") and posixpath.dirname(one) == folder for one in repository.project.paths)
    )
