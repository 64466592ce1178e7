"""The documentation names an option that the repository's program does not take."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity
from agentlint.rule.documented_options import misspelt_options, options_not_taken, options_of_bare_scripts
from agentlint.rule.mentions import judged_documents

RULE = Rule(
    id="CTX710",
    name="documented-option-is-gone",
    category=Category.AGENT_CONTEXT,
    summary="A document names an option that the program of this repository does not take.",
    why="An agent calls the program as documented; it stops at the unknown option, or does something else without a word.",
    remediation="Correct the option in the document, or bring it back.",
    severity=Severity.MINOR,
    cost=Cost(seconds=40),
    bad=(
        Bad(
            {
                "README.md": "# setup.sh\n\nYou can change this by giving the script one of these options:\n\n- `-r`: another repository\n- `-p`: another list\n",
                "setup.sh": '#!/bin/sh\nrepo=https://example.org/x.git\n\nsay() {\n  printf "%s\\n" "$1"\n}\n\nsay "$repo"\n',
            },
            at=("README.md:5", "README.md:6"),
            title="a script that looks at no argument",
        ),
        Bad(
            {
                "README.md": "# tool\n\nChoose another file with `--credential-file`.\n",
                "main.go": 'package main\n\nfunc main() {\n\tapp.Flag("credentials-file", "where they are").String()\n}\n',
            },
            at=("README.md:3",),
            title="an option that is called almost so",
        ),
        Bad(
            {
                "README.md": "# x\n\n```sh\npython tools/release.py --dry-run --force\n```\n",
                "tools/release.py": "import argparse\n\np = argparse.ArgumentParser()\np.add_argument('--dry-run', action='store_true')\np.parse_args()\n",
            },
            at=("README.md:4",),
        ),
        Bad(
            {
                "README.md": "# x\n\n```sh\n./build.sh --release\n```\n",
                "build.sh": '#!/bin/sh\nwhile [ $# -gt 0 ]; do\n  case "$1" in\n    --debug) debug=1 ;;\n    *) echo "unknown: $1" >&2; exit 2 ;;\n  esac\n  shift\ndone\nmake\n',
            },
            at=("README.md:4",),
        ),
    ),
    good=(
        Good(
            {
                "README.md": "# setup.sh\n\nYou can change this by giving the script one of these options:\n\n- `-r`: another repository\n",
                "setup.sh": '#!/bin/sh\nwhile getopts "r:" o; do case $o in r) repo=$OPTARG ;; esac; done\n',
            },
            because="it is parsed",
        ),
        Good(
            {
                "README.md": "# tool\n\nChoose another file with `--credentials-file`, or with gpg's `--output-file`.\n",
                "main.go": 'package main\n\nfunc main() {\n\tapp.Flag("credentials-file", "where they are").String()\n}\n',
            },
            because="that is its name, and another program's option is like none of its",
        ),
        Good(
            {
                "README.md": "# x\n\n```sh\npython tools/release.py --dry\n./run.sh --fast\n```\n",
                "tools/release.py": "import argparse\n\np = argparse.ArgumentParser()\np.add_argument('--dry-run', action='store_true')\np.parse_args()\n",
                "run.sh": '#!/bin/sh\ncase "$1" in\n  --debug) shift ;;\nesac\nexec ./tool.sh "$@"\n',
            },
            because="argparse takes the beginning of a name, and the other script hands the rest on",
        ),
    ),
)


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag the options of documents that nothing takes."""
    if not judged_documents(repository):
        return
    for place, name, meant in misspelt_options(repository):
        yield Hit(place=place, message=f"no program here takes `--{name}`; correct it to `--{meant}`")
    for place, option, script in (*options_of_bare_scripts(repository), *options_not_taken(repository)):
        yield Hit(place=place, message=f"`{script}` does not take `{option}`; correct the document or the script")
