"""A documented command has a slip in it, so that it cannot do what the page says."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station
from agentlint.rule.mentions import judged_documents
from agentlint.rule.wrong_commands import impossible_expansions, misspelt_subcommands, misspelt_variables

_CLI = "#[derive(Subcommand, Debug)]\npub enum Volumes {\n    /// All.\n    List(List),\n    RemoveAll(RemoveAll),\n    Prune(Prune),\n    Create(Create),\n}\n\n#[derive(Subcommand)]\nenum Commands {\n    Volumes(Volumes),\n}\n"

RULE = Rule(
    id="CTX715",
    name="documented-command-has-a-slip",
    category=Category.AGENT_CONTEXT,
    summary="A documented command has an expansion that no shell knows, or misspells a subcommand or variable of the repository's own.",
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
        ),
        Bad(
            {
                "docs/remote.md": "# Remote\n\n```bash\ntool-util volumes crate\n```\n",
                "src/bin/tool-util.rs": _CLI,
                "Cargo.toml": '[package]\nname = "tool"\n',
            },
            at=("docs/remote.md:4",),
            title="a subcommand that is misspelt",
        ),
    ),
    good=(
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
    for place, written, meant in misspelt_variables(repository):
        yield Hit(place=place, message=f"nothing reads `{written}`; `{meant}` is meant")
    for place, written, meant in misspelt_subcommands(repository):
        yield Hit(place=place, message=f"there is no subcommand `{written}`; `{meant}` is meant")
