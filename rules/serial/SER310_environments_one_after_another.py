"""tox runs several environments one after another."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from agentlint.facts.calls import called_units
from agentlint.facts.command import Command
from agentlint.facts.project import ToolSetting
from agentlint.facts.repository import Repository
from agentlint.judgements.parallelism.workers import runs_parallel
from agentlint.judgements.running.environments import chosen_elsewhere, stands_alone
from agentlint.judgements.running.lists_in_legs import lists_of_environments
from agentlint.judgements.running.scope import as_written, in_image, in_prose
from agentlint.programs import table
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station, Tier
from agentlint.rule.edits import after_program

_TOX = "[tox]\nenvlist = py311, py312, lint\n[testenv]\ncommands = pytest\n[testenv:lint]\ncommands = ruff check\n"
_LEGS = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n        env:\n          - py312\n          - {}\n    steps:\n"
_CI = "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n"
_NOX = "import nox\n" + "".join(
    f"@nox.session\ndef {name}(s):\n    s.run('{name}')\n" for name in ("lint", "types", "docs")
)

RULE = Rule(
    id="SER310",
    name="environments-one-after-another",
    category=Category.SERIAL,
    summary="tox or nox runs several environments in single file.",
    why="The environments do not know of each other; in a row they take the sum of their set-ups and tests (E15).",
    remediation="`tox run-parallel` (`tox -p auto`), or one environment for each CI job.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=60, source="E15"),
    station=Station.TEST,
    programs=frozenset({"tox", "nox"}),
    evidence=("E15",),
    bad=(
        Bad(
            {".github/workflows/ci.yml": _CI + "      - run: tox\n", "tox.ini": _TOX},
            at=(".github/workflows/ci.yml:6",),
            fixed={".github/workflows/ci.yml": _CI + "      - run: tox -p auto\n"},
        ),
        Bad(
            {".gitlab-ci.yml": "t:\n  cache: {paths: [.tox]}\n  script:\n    - tox -e py311,lint\n", "tox.ini": _TOX},
            at=(".gitlab-ci.yml:4",),
            fixed={".gitlab-ci.yml": "t:\n  cache: {paths: [.tox]}\n  script:\n    - tox -p auto -e py311,lint\n"},
        ),
        Bad(
            {"Makefile": "test:\n\ttox\n", "tox.ini": _TOX},
            at=("Makefile:2",),
            fixed={"Makefile": "test:\n\ttox -p auto\n"},
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _LEGS.format("lint,docs,types") + "      - run: tox -e ${{ matrix.env }}\n",
                "tox.ini": _TOX,
            },
            at=(".github/workflows/ci.yml:9",),
            title="a list in one leg of a matrix",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _CI
                + "      - run: tox run\n        env:\n          TOXENV: lint,docs,types\n",
                "tox.ini": _TOX,
            },
            at=(".github/workflows/ci.yml:6",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": "on: push\njobs:\n  test:\n    uses: ./.github/workflows/tox.yml\n    with:\n"
                "      env: a, b, c\n",
                ".github/workflows/tox.yml": "on:\n  workflow_call:\n    inputs:\n      env: {type: string}\njobs:\n  tox:\n"
                "    runs-on: ubuntu-latest\n    steps:\n      - run: tox run\n        env:\n          TOXENV: ${{ inputs.env }}\n",
                "tox.ini": _TOX,
            },
            at=(".github/workflows/ci.yml:6",),
            title="a list for a reusable workflow",
        ),
        Bad(
            {".github/workflows/ci.yml": _CI + "      - run: pipx run nox\n", "noxfile.py": _NOX},
            at=(".github/workflows/ci.yml:6",),
            title="all sessions of nox",
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": _LEGS.format("lint") + "      - run: nox -s ${{ matrix.env }}\n",
                "noxfile.py": _NOX,
            },
            because="each leg runs one session",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _CI + "      - run: nox\n",
                "noxfile.py": _NOX.replace("import nox\n", 'import nox\nnox.options.sessions = ["lint"]\n'),
            },
            because="one session where nothing is said",
        ),
        Good(
            {
                "tox.ini": "[tox]\nenvlist = py310,py311,py312,lint\n[testenv]\ncommands = pytest\n",
                "maint/websocket/tox.ini": "[tox]\nenvlist = py312\n[testenv]\ncommands = python -c pass\n",
                "maint/websocket/run.sh": "#!/bin/sh\ntox\n.tox/py312/bin/python server.py\n",
            },
            because="the folder of the script has a list of its own",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _LEGS.format("lint,docs") + "      - run: tox -e ${{ matrix.env }}\n",
                "tox.ini": _TOX,
            },
            because="each leg runs one environment, or two that belong together",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _LEGS.format("lint,docs,types")
                + "      - run: tox -p -e ${{ matrix.env }}\n",
                "tox.ini": _TOX,
            },
            because="all of a leg at once",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _LEGS.format("lint,docs,types")
                + "      - run: ./notify ${{ matrix.env }}\n",
                "tox.ini": _TOX,
            },
            because="nothing of it is run by tox",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _CI + "      - run: tox\n",
                "tox.ini": "[testenv]\ncommands = pytest\n[testenv:docs]\ncommands = sphinx-build docs out\n[testenv:release]\ncommands = twine upload\n",
            },
            because="without a list it runs one environment",
        ),
        Good(
            {".github/workflows/ci.yml": _CI + "      - run: tox -e py312\n", "tox.ini": _TOX},
            because="one environment",
        ),
        Good({".github/workflows/ci.yml": _CI + "      - run: tox -p auto\n", "tox.ini": _TOX}, because="all at once"),
        Good(
            {
                ".github/workflows/ci.yml": _CI + "      - run: pip install tox tox-gh-actions\n      - run: tox\n",
                "tox.ini": _TOX,
            },
            because="tox-gh-actions picks one environment for each job",
        ),
        Good(
            {".github/workflows/ci.yml": _CI + "      - run: tox -e ${{ matrix.env }}\n", "tox.ini": _TOX},
            because="the matrix picks",
        ),
        Good(
            {"Makefile": "test:\n\ttox\n", "tox.ini": "[tox]\nenvlist = py312\n[testenv]\ncommands = pytest\n"},
            because="one environment only",
        ),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag tox with several environments and no -p, and nox with several sessions in one job."""
    if command.program == "nox":
        yield from _sessions(command, repository)
        return
    entry = table().parallelism(command)
    if entry is None or runs_parallel(command, entry, repository) or in_prose(command, repository):
        return
    if any(
        text in {"-l", "--listenvs", "--version", "list", "config", "c", "l", "--showconfig"}
        for text in command.texts()
    ):
        return
    yield from _in_one_leg(command, entry.advice, repository)
    number = _environments(command, repository)
    if number < 2 or chosen_elsewhere(command, repository) or _picked_elsewhere(command, repository):
        return
    yield Hit(
        place=command.place,
        message=f"`{as_written(command, repository)}` runs {number} environments one after another; {entry.advice}",
        unit=command.unit,
        tier=_tier(command, number, repository),
        fix=after_program(command, entry.insert, repository),
    )


_NAMED_BY = frozenset({"NOXSESSION", "NOXPYTHON"})
"""Variables that name sessions, or their Pythons, where the call does not (nox.thea.codes: usage)."""


def _sessions(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag nox, which has no parallel mode, where a job runs many sessions by one call."""
    job = repository.job_of(command)
    picked = command.option("-k", "-t", "-p", "-l", "--list", "--tags", "--keywords", "--python", "--list-sessions")
    if job is None or picked is not None or not _NAMED_BY.isdisjoint(command.environment):
        return
    if any("$" in word.text for word in command.arguments):
        return
    named = command.option("-s", "-e", "--session", "--sessions") is not None
    listed = (
        None
        if named
        else next((one for one in repository.project.settings if one.tool == "nox" and one.key == "sessions"), None)
    )
    number = len(listed.value.split() if listed is not None else called_units(command, repository.unit_index))
    if number >= MANY and not _picked_elsewhere(command, repository):
        yield Hit(
            place=command.place,
            message=f"`{as_written(command, repository)}` runs {number} sessions one after another in one job; give each a leg of a "
            "matrix (`nox -s`)",
            unit=command.unit,
        )


MANY = 3
"""Environments of one leg from which on they are told: two may belong together."""


def _in_one_leg(command: Command, advice: str, repository: Repository) -> Iterator[Hit]:
    """Flag the lists that a leg or a variable hands to tox as a whole."""
    job = repository.job_of(command)
    if job is None or command.program != "tox" or _picked_elsewhere(command, repository):
        return
    for place, names in lists_of_environments(command, job, repository):
        number = len([name for name in names if stands_alone(name)])
        if number >= MANY:
            shown = as_written(command, repository)
            yield Hit(
                place=place,
                message=f"`{shown}` runs these {number} environments one after another in one job; {advice}",
                unit=command.unit,
            )


def _tier(command: Command, number: int, repository: Repository) -> Tier | None:
    """Two environments on one's own machine, and an image's default command, which who runs it may put aside, are for judgement."""
    if in_image(command, repository):
        return Tier.PEDANTIC
    return None if repository.job_of(command) is not None or number > 2 else Tier.PEDANTIC


def _environments(command: Command, repository: Repository) -> int:
    wanted = command.value_of("-e")
    if wanted is not None:
        return 0 if "{" in wanted else len([name for name in wanted.split(",") if stands_alone(name)])
    if command.option("-m", "-f") or any("$" in word.text for word in command.arguments):
        return 0
    said = _list_of(command, repository)
    if said is not None:
        return _expanded(said.value)
    return 0 if command.program == "tox" else len(called_units(command, repository.unit_index))


def _list_of(command: Command, repository: Repository) -> ToolSetting | None:
    """The list of environments that holds where the command runs: its folder's own, its script's, or the project's."""
    lists = [item for item in repository.project.settings if item.tool == "tox" and item.key in {"envlist", "env_list"}]
    folders = [folder for folder in (command.directory, posixpath.dirname(command.place.path)) if folder]
    near = (item for folder in folders for item in lists if posixpath.dirname(item.place.path) == folder)
    return next(near, next(iter(lists), None))


def _expanded(envlist: str) -> int:
    """Number of environments a list names, its `{a,b}` groups multiplied out."""
    total, depth, start = 0, 0, 0
    text = envlist.replace("\n", ",") + ","
    for index, letter in enumerate(text):
        depth += (letter == "{") - (letter == "}")
        if letter == "," and depth == 0:
            total += _product(text[start:index].strip(" []\"'"))
            start = index + 1
    return total


def _product(name: str) -> int:
    if not stands_alone(name):
        return 0
    number, rest = 1, name
    while "{" in rest:
        group, _, rest = rest.partition("{")[2].partition("}")
        number *= group.count(",") + 1
    return number


def _picked_elsewhere(command: Command, repository: Repository) -> bool:
    """True where a plugin picks the environment that fits the job."""
    plugins = ("tox-gh-actions", "tox-gh", "tox-travis", "tox-ansible", "tox-gha")
    if any(repository.project.depends_on(plugin) for plugin in plugins):
        return True
    if any(setting.tool in {"gh-actions", "gh", "tox-gh", "travis"} for setting in repository.project.settings):
        return True
    own = repository.commands_by_unit.get(command.unit, ())
    return any(plugin in text for other in own for text in other.texts() for plugin in plugins)
