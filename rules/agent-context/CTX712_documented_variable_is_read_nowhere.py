"""The documentation names an environment variable of the project that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.judgements.pages.mentions import judged_documents
from agentlint.judgements.pages.unread_variables import unread_variables
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity

_CODE = 'import os\n\nA = os.getenv("DEPOT_CACHE_DIR")\nB = os.getenv("DEPOT_LOG_LEVEL")\nC = os.getenv("DEPOT_LIBZIP_PREFIX")\n'

RULE = Rule(
    id="CTX712",
    name="documented-variable-is-read-nowhere",
    category=Category.AGENT_CONTEXT,
    summary="A document names an environment variable with the project's own prefix that no file of the repository reads.",
    why="An agent sets it, nothing changes, and the search for the reason begins with a name that is nowhere.",
    remediation="Name the variable as it is called today, or take it out.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=40),
    bad=(
        Bad(
            {
                "CONTRIBUTING.md": "# Build\n\nTo use libraries of your own: `DEPOT_LIBZIP_PREFIX`, `DEPOT_LIBHASH_PREFIX`.\n\n```sh\nDEPOT_KEEP=1 pytest\n```\n",
                "depot/__init__.py": _CODE,
            },
            at=("CONTRIBUTING.md:3", "CONTRIBUTING.md:6"),
        ),
        Bad(
            {
                "CONTRIBUTING.md": "# Build\n\nSet `DEPOT_KUBE_CONFIG`.\n",
                "depot/main.go": 'package main\n\n// DEPOT_HOME, DEPOT_KEEP, DEPOT_TOKEN\nfunc main() { viper.AutomaticEnv(); viper.SetEnvPrefix("DEPOT_AGENT") }\n',
            },
            at=("CONTRIBUTING.md:3",),
            title="a library makes names, with another prefix",
        ),
    ),
    good=(
        Good(
            {
                "CONTRIBUTING.md": "# Build\n\nSet `DEPOT_AGENT_LOG_FILE`.\n",
                "depot/main.go": 'package main\n\n// DEPOT_HOME, DEPOT_KEEP, DEPOT_TOKEN\nfunc main() { viper.AutomaticEnv(); viper.SetEnvPrefix("depot_agent") }\n',
            },
            because="Viper makes it of an option's name",
        ),
        Good(
            {"CONTRIBUTING.md": "# Build\n\nSet `DEPOT_LIBZIP_PREFIX`.\n", "depot/__init__.py": _CODE},
            because="it is read",
        ),
        Good(
            {
                "CONTRIBUTING.md": "# Build\n\nSet `DEPOT_OPTION`, or `PYTEST_ADDOPTS`.\n",
                "depot/__init__.py": _CODE + 'D = os.getenv("DEPOT_" + name.upper())\n',
            },
            because="names are put together, and another program's",
        ),
        Good(
            {"CONTRIBUTING.md": "# Build\n\n`DEPOT_OLD_HOME` is no longer read.\n", "depot/__init__.py": _CODE},
            because="said to be gone",
        ),
    ),
)


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag the first place in each document that names such a variable."""
    if not judged_documents(repository):
        return
    told: set[tuple[str, str]] = set()
    for place, name in unread_variables(repository):
        if (place.path, name) not in told:
            told.add((place.path, name))
            yield Hit(place=place, message=f"nothing here reads `{name}`; correct the name, or take it out")
