"""The documentation names an option that the repository's program does not take."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.judgements.pages.documented_options import misspelt_options, options_not_taken, options_of_bare_scripts
from agentlint.judgements.pages.documented_tasks import tasks_not_known
from agentlint.judgements.pages.mentions import judged_documents
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity
from agentlint.rule.edits import with_name

RULE = Rule(
    id="CTX710",
    name="documented-option-is-gone",
    category=Category.AGENT_CONTEXT,
    summary="A document names an option or a task that the program of this repository does not take.",
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
            fixed={"README.md": "# tool\n\nChoose another file with `--credentials-file`.\n"},
            title="an option that is called almost so",
        ),
        Bad(
            {
                ".ci/README.md": "# CI\n\nExamples:\n\n    ./.ci/check.sh all-tests\n    ./.ci/check.sh notes\n",
                ".ci/check.sh": '#!/bin/bash\n\ncount() {\n  local file=$1\n  wc "$file"\n}\n\ncase $1 in\n\nall-tests)\n  mvn test\n  ;;\n\n'
                '*)\n  echo "Unexpected argument: $1"\n  false\n  ;;\n\nesac\n',
            },
            at=(".ci/README.md:6",),
            title="a task that the script does not know",
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
                "CONTRIBUTING.md": "# Tasks\n\n```sh\n./a.sh lint-all\n./ci/b.sh notes\n./ci/c.sh notes\n./ci/d.sh notes\n./ci/e.sh TASK\n```\n",
                "a.sh": '#!/bin/sh\ncase "$1" in\n  test | lint*) make ;;\n  *) exit 1 ;;\nesac\n',
                "ci/b.sh": '#!/bin/sh\ncase "$1" in\n  test) make ;;\n  *) ./ci/a.sh "$1" ;;\nesac\n',
                "ci/c.sh": '#!/bin/sh\n[ "$1" = notes ] && exec ./notes\ncase "$1" in\n  test) make ;;\n  *) exit 1 ;;\nesac\n',
                "ci/d.sh": '#!/bin/sh\ncase "$1" in\n  test) make ;;\nesac\n',
                "ci/e.sh": '#!/bin/sh\ncase "$1" in\n  test) make ;;\n  *) exit 1 ;;\nesac\n',
            },
            because="a pattern, handed on, asked before, not refused, and a word to be filled in",
        ),
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
        message = f"no program here takes `--{name}`; correct it to `--{meant}`"
        yield Hit(place=place, message=message, fix=with_name(place, f"--{name}", f"--{meant}", repository))
    for place, task, script in tasks_not_known(repository):
        yield Hit(place=place, message=f"`{script}` knows no `{task}`; correct the document or the script")
    for place, option, script in (*options_of_bare_scripts(repository), *options_not_taken(repository)):
        yield Hit(place=place, message=f"`{script}` does not take `{option}`; correct the document or the script")
