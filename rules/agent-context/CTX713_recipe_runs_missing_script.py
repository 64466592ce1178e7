"""A recipe that the repository offers runs a script that is not there any more."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.judgements.absences.gone_package_scripts import gone_package_scripts
from agentlint.judgements.absences.gone_requirements import gone_requirements
from agentlint.judgements.absences.recipe_scripts import absent_recipe_scripts
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

RULE = Rule(
    id="CTX713",
    name="recipe-runs-missing-script",
    category=Category.AGENT_CONTEXT,
    summary="A target, recipe or script runs or installs from what the repository does not have: a script, a package script, a list.",
    why="An agent lists what can be run here and runs it; what cannot work costs it a run and a search for what took its place.",
    remediation="Correct the path, or remove the recipe.",
    severity=Severity.MINOR,
    cost=Cost(seconds=40),
    station=Station.CHECK,
    bad=(
        Bad(
            {
                "Makefile": "test:\n\tgo test ./...\n\nbump:\n\tscripts/bump.sh\n",
                "justfile": "bump:\n    scripts/bump.sh\n\nfmt:\n    python3 tools/format.py --all\n",
                "scripts/other.sh": "true\n",
                "tools/other.py": "x = 1\n",
            },
            at=("Makefile:5", "justfile:2", "justfile:5"),
        ),
        Bad(
            {
                "package.json": '{\n  "scripts": {\n    "test": "vitest run",\n    "icons": "node scripts/icons.mjs",\n    "up": "./up.sh"\n  }\n}\n',
                "scripts/other.mjs": "x\n",
                "Taskfile.yml": "version: '3'\ntasks:\n  lint:\n    cmds:\n      - bash hack/lint.sh\n",
                "hack/test.sh": "true\n",
            },
            at=("package.json:4", "package.json:5", "Taskfile.yml:5"),
            title="package scripts and tasks",
        ),
        Bad(
            {
                "package.json": '{\n  "scripts": {\n    "lint": "eslint .",\n    "all": "npm run lint && npm run types"\n  }\n}\n',
                "scripts/preversion.sh": "#!/bin/bash\nnpm run lint\nnpm test\nnpm run test-examples\n",
                "Makefile": "docs:\n\tpnpm run docs:build\n",
            },
            at=("package.json:4", "scripts/preversion.sh:4", "Makefile:2"),
            title="scripts of package.json that were renamed",
        ),
        Bad(
            {
                ".devcontainer/on-create.sh": "#!/bin/bash\nset -e\npython3 -m venv .venv\npip install -r requirements/dev.txt\n",
                "uv.lock": "version = 1\n",
                "pyproject.toml": "[project]\nname = 'x'\n",
            },
            at=(".devcontainer/on-create.sh:4",),
            title="a list of requirements that a lock file took the place of",
        ),
    ),
    good=(
        Good(
            {
                "a.sh": "#!/bin/sh\npip install -r requirements/dev.txt\n",
                "tools/requirements/dev.txt": "pytest==8.0.0\n",
                "b.sh": "#!/bin/sh\nuv export > all.txt\npip install -r all.txt\n",
                "c.sh": "#!/bin/sh\ncd /opt/other\npip install -r list.txt\npip install -r /opt/x/list.txt -r $LIST\n",
                "d.sh": "#!/bin/sh\n[ -f local.txt ] && pip install -r local.txt\n",
            },
            because="in the folder it is called from, written before, elsewhere, and asked after",
        ),
        Good(
            {
                "package.json": '{"scripts": {"lint": "eslint .", "all": "npm run types --if-present && npm run build -w web"}}\n',
                "web/package.json": '{"scripts": {"build": "vite build"}}\n',
                "ci.sh": '#!/bin/sh\nnpm run "$1"\nif grep -q types package.json; then npm run types; fi\n(cd "$web" && npm run other)\nyarn run eslint .\n',
                "new.sh": "#!/bin/sh\nnpm create vite@latest app\nnpm run dev\n",
                "templates/a.sh": "#!/bin/sh\nnpm run serve\n",
            },
            because="of another package, asked after, elsewhere, a program for yarn, and what is made anew",
        ),
        Good(
            {
                "Makefile.in": "made.h: $(SYMS)\n\tsh $(srcroot)include/names.sh $^ > $@\n",
                "build.gradle": "task certs(type: Exec) {\n    workingDir file('docker/certs')\n    commandLine 'bash', './generate.sh'\n}\n",
                "docker/certs/generate.sh": "true\n",
                "include/names.sh": "true\n",
            },
            because="configure fills the folder in, and the task works in another folder",
        ),
        Good(
            {
                "Makefile": "test:\n\tscripts/test.sh\n\nfetch:\n\tcurl -o scripts/get.sh https://example.org/get.sh\n\tsh scripts/get.sh\n\n"
                "local:\n\tscripts/local.sh\n\nmade:\n\t./build/run.sh\n\nvar:\n\t$(TOP)/scripts/x.sh\n\nold:\n\t[ ! -f scripts/old.sh ] || scripts/old.sh\n",
                "scripts/test.sh": "true\n",
                ".gitignore": "scripts/local.sh\n",
            },
            because="there, fetched, the reader's own, made by the build, a variable, and asked after first",
        ),
        Good(
            {
                "package.json": '{"scripts": {"build": "tsc", "run": "node src/run.js", "lib": "node lib/index.js"}}\n',
                "src/run.ts": "x\n",
            },
            because="compiled from a file beside it, and a folder that is built",
        ),
        Good(
            {
                "Makefile": "x:\n\tcd sub && ./tool.sh\n",
                "sub/tool.sh": "true\n",
                "examples/a/Makefile": "x:\n\t./gone.sh\n",
            },
            because="in the folder that the recipe goes into, and a sample",
        ),
    ),
)


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag each command of a recipe that runs such a script, and each call of a package script that is gone."""
    for place, written, unit in absent_recipe_scripts(repository):
        yield Hit(place=place, message=f"`{written}` does not exist; correct the path or remove the recipe", unit=unit)
    for command, name in gone_package_scripts(repository):
        message = f"no package.json has a script `{name}`; correct the name or remove the call"
        yield Hit(place=command.place, message=message, unit=command.unit)
    for command, written in gone_requirements(repository):
        message = f"`{written}` does not exist; install from what took its place"
        yield Hit(place=command.place, message=message, unit=command.unit)
