"""A documented command has a slip in it, so that it cannot do what the page says."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.judgements.absences.distant_manifests import distant_manifests
from agentlint.judgements.absences.missing_operands import missing_operands
from agentlint.judgements.absences.npm_slips import scripts_without_run
from agentlint.judgements.absences.wrong_commands import impossible_expansions, misspelt_subcommands, misspelt_variables
from agentlint.judgements.pages.idle_modules import idle_modules
from agentlint.judgements.pages.mentions import judged_documents
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station
from agentlint.rule.edits import with_name

_PARSER = "import argparse\n\n\ndef parse():\n    parser = argparse.ArgumentParser()\n    parser.add_argument('--quiet', action='store_true')\n    parts = parser.add_subparsers(dest='part', required=True)\n    make = parts.add_parser('make')\n    make.add_argument('--kind')\n    make.add_argument('source')\n    make.add_argument('target')\n    make.add_argument('more', nargs='*')\n    parts.add_parser('list')\n    return parser.parse_args()\n"
_COUNTS = "import sys\n\nif len(sys.argv) < 3:\n    print('two, please')\n    sys.exit(1)\n"
_SHELL = '#!/bin/sh\nif [ "$#" -ne 1 ]; then\n  echo "one, please"\n  exit 1\nfi\n'
_CLI = "#[derive(Subcommand, Debug)]\npub enum Volumes {\n    /// All.\n    List(List),\n    RemoveAll(RemoveAll),\n    Prune(Prune),\n    Create(Create),\n}\n\n#[derive(Subcommand)]\nenum Commands {\n    Volumes(Volumes),\n}\n"

RULE = Rule(
    id="CTX715",
    name="documented-command-has-a-slip",
    category=Category.AGENT_CONTEXT,
    summary="A documented command has an expansion that no shell knows, misspells a subcommand or variable of the repository's own, or calls a script without what it needs.",
    why="An agent runs the line as it stands: it fails, or does the same as without the variable, and nothing tells why.",
    remediation="Correct the line.",
    severity=Severity.MINOR,
    cost=Cost(seconds=30),
    station=Station.SET_UP,
    bad=(
        Bad(
            {
                "README.md": "# tool\n\n## Build\n\n```bash\n# TOOL_METADATA_URL tells from where\nTOOL_METATDATA_URL=./data.json go generate\nTOOL_METADATA_URL=${./local/data.json} tool up\n```\n",
                "main.go": 'package main\n\nvar url = os.Getenv("TOOL_METADATA_URL")\n',
            },
            at=("README.md:7", "README.md:8"),
            fixed={
                "README.md": "# tool\n\n## Build\n\n```bash\n# TOOL_METADATA_URL tells from where\nTOOL_METADATA_URL=./data.json go generate\nTOOL_METADATA_URL=${./local/data.json} tool up\n```\n"
            },
        ),
        Bad(
            {
                "docs/README.md": "# Site\n\n```sh\nUSE_SSH=true npm deploy\n```\n",
                "docs/package.json": '{"scripts": {"deploy": "site deploy"}}\n',
            },
            at=("docs/README.md:4",),
            fixed={"docs/README.md": "# Site\n\n```sh\nUSE_SSH=true npm run deploy\n```\n"},
            title="a script called as if npm had such a command",
        ),
        Bad(
            {
                "docs/remote.md": "# Remote\n\n```bash\ntool-util volumes crate\n```\n",
                "src/bin/tool-util.rs": _CLI,
                "Cargo.toml": '[package]\nname = "tool"\n',
            },
            at=("docs/remote.md:4",),
            fixed={"docs/remote.md": "# Remote\n\n```bash\ntool-util volumes create\n```\n"},
            title="a subcommand that is misspelt",
        ),
        Bad(
            {
                "docs/specs.md": "# Specs\n\n```bash\npython tools/specs.py --quiet\npython tools/specs.py make --kind new a.json\n./tools/count.py one\n./tools/one.sh\npython tools/greet.py --loud\n```\n",
                "tools/specs.py": _PARSER,
                "tools/count.py": _COUNTS,
                "tools/one.sh": _SHELL,
                "tools/greet.py": "import click\n\n\n@click.command()\n@click.argument('name')\n@click.argument('title')\n@click.option('--loud', is_flag=True)\ndef greet(name, title, loud):\n    print(name)\n",
            },
            at=("docs/specs.md:4", "docs/specs.md:5", "docs/specs.md:6", "docs/specs.md:7", "docs/specs.md:8"),
            title="calls of scripts that end without what they need",
        ),
        Bad(
            {
                "CONTRIBUTING.md": "# Tests\n\nRun one part: `python3 -m tool.test.web_test`.\n\n```sh\npython tests/test_net.py\n```\n",
                "tool/test/web_test.py": "import unittest\n\n\nclass WebTest(unittest.TestCase):\n    def test_get(self):\n        pass\n",
                "tests/test_net.py": "from tool import net\n\n\ndef test_net():\n    assert net\n",
            },
            at=("CONTRIBUTING.md:3", "CONTRIBUTING.md:6"),
            title="a module that only defines its tests",
        ),
        Bad(
            {
                "README.md": "# tool\n\n## Developing\n\nTo start it from source:\n\n```sh\ngo run . help\n```\n",
                "CONTRIBUTING.md": "# Tests\n\n```sh\nnpm ci\nnpm test\n```\n",
                "apps/cli/go.mod": "module example.org/tool\n",
                "apps/cli/main.go": "package main\n",
                "apps/web/package.json": '{"name": "web", "scripts": {"test": "vitest run"}}\n',
            },
            at=("CONTRIBUTING.md:4", "CONTRIBUTING.md:5", "README.md:8"),
            title="run where no manifest is",
        ),
    ),
    good=(
        Good(
            {
                "README.md": "# tool\n\n## Use\n\n```sh\ngo run .\n```\n\n## Developing\n\n```sh\ngo run ./apps/cli\nnpm install -g tool\ncargo test --manifest-path core/Cargo.toml\n```\n",
                "CONTRIBUTING.md": "# Tests\n\nThe site is in `apps/web`.\n\n```sh\nnpm test\n```\n\nIn each crate's folder:\n\n```sh\ncargo test\n```\n",
                "apps/cli/go.mod": "module example.org/tool\n",
                "apps/cli/main.go": "package main\n",
                "apps/web/package.json": '{"name": "web", "scripts": {"test": "vitest run"}}\n',
                "core/Cargo.toml": '[package]\nname = "core"\n',
            },
            because="for users, told by a path, installed, and the page says where",
        ),
        Good(
            {
                "RELEASING.md": "# Release\n\n    $ tools/sums.py <the-tag>\n",
                "tools/sums.py": "import sys\n\nif len(sys.argv) != 2:\n    print('Usage: sums.py TAG')\n    sys.exit(1)\n",
            },
            because="the reader fills it in",
        ),
        Good(
            {
                "CONTRIBUTING.md": "# Tests\n\n```sh\npython -m unittest tool.test.web_test\npython tests/test_net.py\npython tests/test_all.py\npython -m tool.test\n```\n",
                "tool/test/__main__.py": "run()\n",
                "tool/test/web_test.py": "import unittest\n\n\nclass WebTest(unittest.TestCase):\n    def test_get(self):\n        pass\n",
                "tests/test_net.py": "import unittest\n\n\nclass NetTest(unittest.TestCase):\n    pass\n\n\nif __name__ == '__main__':\n    unittest.main()\n",
                "tests/test_all.py": "from tool import check\n\n\ndef test_all():\n    check()\n\n\ntest_all()\n",
            },
            because="a runner is told of it, or the file runs its tests itself",
        ),
        Good(
            {
                "docs/README.md": "# Site\n\n```sh\nnpm run deploy\nnpm start\nnpm ci\nnpm lint\n```\n",
                "docs/package.json": '{"scripts": {"deploy": "site deploy", "start": "site", "ci": "x"}}\n',
            },
            because="by `run`, commands of npm, and what is no script either",
        ),
        Good(
            {
                "docs/specs.md": "# Specs\n\nSee `tools/specs.py`.\n\n```bash\npython tools/specs.py make a.json b.json\npython tools/specs.py list\npython tools/specs.py make GET /b\npython tools/specs.py --help\npython tools/specs.py make ...\n./tools/count.py one two\nls | xargs ./tools/one.sh\n./tools/one.sh a\npython tools/loop.py\n```\n",
                "tools/specs.py": _PARSER,
                "tools/count.py": _COUNTS,
                "tools/one.sh": _SHELL,
                "tools/loop.py": "import argparse\n\nparser = argparse.ArgumentParser()\nfor name in NAMES:\n    parser.add_argument(name)\nparser.parse_args()\n",
            },
            because="whole, for help, with words left out, fed, and built in a way that cannot be followed",
        ),
        Good(
            {
                "README.md": "# tool\n\n```bash\nTOOL_METADATA_URL=${URL} tool up\nTOOL_METADATA_URLS=a tool up\necho ${X:-./a} ${X#./} '${PWD/a/b}'\n```\n\n```js\nconst x = `${./x}`\n```\n",
                "main.go": 'package main\n\nvar url = os.Getenv("TOOL_METADATA_URL")\n',
            },
            because="expansions as they should be, a plural, and another language",
        ),
        Good(
            {
                "docs/remote.md": "# Remote\n\n```bash\ntool-util volumes create\ntool-util volumes remove-all\ntool-util crane\nother volumes crate\n```\n",
                "src/bin/tool-util.rs": _CLI,
                "Cargo.toml": '[package]\nname = "tool"\n',
            },
            because="they are there, or nothing like it is, or the program is another's",
        ),
    ),
)


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag each line of a document with such a slip."""
    if not judged_documents(repository):
        return
    for place, written in impossible_expansions(repository):
        yield Hit(
            place=place, message=f'`{written}` is no expansion: the shell ends with "bad substitution"; correct it'
        )
    for place, lacking in missing_operands(repository):
        yield Hit(place=place, message=f"{lacking}: the call ends with a message on how to use it; complete it")
    for place, called, name, home in distant_manifests(repository):
        yield Hit(place=place, message=f"`{called}` finds no {name} here; say that it is run in `{home}`")
    for place, script in scripts_without_run(repository):
        message = f"npm has no command `{script}`; `npm run {script}` is meant"
        yield Hit(place=place, message=message, fix=with_name(place, script, f"run {script}", repository))
    for place, written, module in idle_modules(repository):
        yield Hit(
            place=place,
            message=f"`{written}` runs no test and succeeds: {module} only defines them; name it to the runner",
        )
    for place, written, meant in misspelt_variables(repository):
        message = f"nothing reads `{written}`; `{meant}` is meant"
        yield Hit(place=place, message=message, fix=with_name(place, written, meant, repository))
    for place, written, meant in misspelt_subcommands(repository):
        message = f"there is no subcommand `{written}`; `{meant}` is meant"
        yield Hit(place=place, message=message, fix=with_name(place, written, meant, repository))
