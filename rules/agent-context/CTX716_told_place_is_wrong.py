"""A page tells of a file, folder or tool in a form that says where it stands, and it stands elsewhere or nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.source import Place
from agentlint.judgements.pages.dropped_tools import dropped_tools
from agentlint.judgements.pages.mentions import judged_documents
from agentlint.judgements.pages.near_paths import near_paths
from agentlint.judgements.pages.told_paths import (
    gone_from_root,
    gone_packages,
    renamed_files,
    rooted_paths,
    twins_of_calls,
)
from agentlint.judgements.pages.twin_endings import other_endings
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station
from agentlint.rule.edits import with_name

RULE = Rule(
    id="CTX716",
    name="told-place-is-wrong",
    category=Category.AGENT_CONTEXT,
    summary="A page places a file or package where it is not, or says that the work runs through a tool of which nothing is left.",
    why="An agent looks where the page sends it, finds nothing, and searches the tree for what has moved or gone.",
    remediation="Name the place where it stands today, or drop the sentence.",
    severity=Severity.MINOR,
    cost=Cost(seconds=40),
    station=Station.SET_UP,
    bad=(
        Bad(
            {
                "ARCHITECTURE.md": "# Parts\n\n### Start: `cmd/tool`\n\nReads blocks of the `internal/block` package.\n\n### Parser: `internal/parse`\n\n### Scanner: `pkg/scan`\n",
                "cmd/tool/main.go": "package main\n",
                "internal/parse/a.go": "package parse\n",
                "SPECS.md": "# Specs\n\nSee `SPECS.MISSING.md`.\n\nTracked in these files in the project root:\n\n| File | Use |\n|---|---|\n| `SPECS.MISSING.md` | what is missing |\n| `sort_missing.py` | sorts it |\n",
            },
            at=("ARCHITECTURE.md:5", "ARCHITECTURE.md:9", "SPECS.md:10", "SPECS.md:3", "SPECS.md:9"),
            title="packages of a page about the code, and files said to stand at the top",
        ),
        Bad(
            {
                "CONTRIBUTING.md": "# Tests\n\nCopy them to the\n`./tests/ref/NEW_NAME` folder, and name them in the `./tests/ref.rs` file.\n\nDocument a change to the `config.rs` file.\n",
                "tool_core/tests/ref/a/b.txt": "x\n",
                "tool_core/tests/ref.rs": "fn main() {}\n",
                "tool/src/config/mod.rs": "mod a;\n",
                "scripts/README.md": "# Scripts\n\n```sh\n./colours.sh\n./deep-colour.sh\n```\n",
                "scripts/colours.sh": "true\n",
                "scripts/deep-colours.sh": "true\n",
                "docs/compare.md": "# Comparing\n\nThe `compare.py` script needs these:\n\n```bash\npip3 install -r requirements.txt\n```\n",
                "tools/compare.py": "x = 1\n",
                "tools/requirements.txt": "scipy\n",
            },
            at=(
                "CONTRIBUTING.md:4",
                "CONTRIBUTING.md:4",
                "CONTRIBUTING.md:6",
                "docs/compare.md:6",
                "scripts/README.md:5",
            ),
            fixed={
                "CONTRIBUTING.md": "# Tests\n\nCopy them to the\n`tool_core/tests/ref/NEW_NAME` folder, and name them in the `tool_core/tests/ref.rs` file.\n\nDocument a change to the `tool/src/config/` file.\n",
                "scripts/README.md": "# Scripts\n\n```sh\n./colours.sh\ndeep-colours.sh\n```\n",
                "docs/compare.md": "# Comparing\n\nThe `compare.py` script needs these:\n\n```bash\npip3 install -r tools/requirements.txt\n```\n",
            },
            title="what stands elsewhere, or is called otherwise by a letter",
        ),
        Bad(
            {
                "README.md": "# tool\n\n## Testing\n\nThis will, via Dapper, stand up a cluster.\n",
                "CONTRIBUTING.md": "# Changes\n\nTravis CI runs the tests of each change.\n",
                ".github/CONTRIBUTING.md": "# Changes\n\nSee whether it passed muster with Travis-CI.\n",
                "Makefile": "e2e:\n\t./run\n",
            },
            at=(".github/CONTRIBUTING.md:3", "CONTRIBUTING.md:3", "README.md:5"),
            title="a tool and a service that have been dropped",
        ),
        Bad(
            {
                "CONTRIBUTING.md": "# Run\n\n- If you use `stack-with-kafka.yaml`, start it first\n",
                "box/README.md": "# Boxes\n\n* stack-with-kafka.yml has a queue\n* stack-with-graphs.yaml has graphs\n",
                "box/stack-with-kafka.yml": "a: 1\n",
                "box/stack-with-graphs.yml": "a: 1\n",
            },
            at=("CONTRIBUTING.md:3", "box/README.md:4"),
            fixed={
                "CONTRIBUTING.md": "# Run\n\n- If you use `box/stack-with-kafka.yml`, start it first\n",
                "box/README.md": "# Boxes\n\n* stack-with-kafka.yml has a queue\n* box/stack-with-graphs.yml has graphs\n",
            },
            title="the other ending of YAML",
        ),
        Bad(
            {
                "AGENTS.md": "# Errors\n\n- Map it to one under common/type/errors.go.\n- The steps are in `/docs/readme.md`, the flow in `docs/flow/start_pages.md`.\n",
                "common/types/errors.go": "package types\n",
                "documentation/readme.md": "# Docs\n",
                "docs/flow/start_page.md": "# Start\n",
                "PUBLISHING.md": "# Publishing\n\nRun `./publish 1.0`, or first `./publish --dry-run`.\n",
                "publish.sh": "#!/bin/sh\n",
            },
            at=("AGENTS.md:3", "AGENTS.md:4", "AGENTS.md:4", "PUBLISHING.md:3", "PUBLISHING.md:3"),
            fixed={
                "AGENTS.md": "# Errors\n\n- Map it to one under common/types/errors.go.\n- The steps are in `documentation/readme.md`, the flow in `docs/flow/start_page.md`.\n",
                "PUBLISHING.md": "# Publishing\n\nRun `./publish.sh 1.0`, or first `./publish.sh --dry-run`.\n",
            },
            title="almost what stands there, and a script without its ending",
        ),
    ),
    good=(
        Good(
            {
                "AGENTS.md": (
                    "# Work\n\nFor example src/model/user.ts, the new `src/model/order.ts`, a/v1/b.go and src/db/user.ts; see https://x.org/docs/guides.md.\n"
                    "`src/model/item.ts` was merged into `src/model/items.ts`. Made: `src/type/all.ts`.\n\n```sh\ncat src/model/user.ts && ./tool && ./make\n```\n"
                ),
                "src/model/users.ts": "x\n",
                "src/model/orders.ts": "x\n",
                "src/model/items.ts": "x\n",
                "src/types/all.ts": "x\n",
                "src/db/user.ts": "x\n",
                "a/v2/b.go": "package b\n",
                "docs/guide.md": "x\n",
                "tool.sh": "true\n",
                "tool": "#!/bin/sh\n",
                "make.sh": "true\n",
                "make.py": "x = 1\n",
                ".gitignore": "src/type\n",
            },
            because="an example, yet to be written, there, of another place, past, not kept, and one of two scripts",
        ),
        Good(
            {
                "README.md": "# tool\n\n## Testing\n\nTests are run in a box by Vagrant; it can also be built with Earthly.\n",
                "CONTRIBUTING.md": "# Changes\n\nTravis CI runs the tests; they were run by AppVeyor. If you wish, check them with CircleCI.\n\nCopy it to `./src/a.ts` in `core`, made by `cp -r`.\n",
                "Vagrantfile": "x\n",
                "ci/travis.sh": "true\n",
                "packages/core/src/a.ts": "x\n",
                "ARCHITECTURE.md": "# Parts\n\n### `cmd/tool`\n\n### `cmd/other`\n\n### `pkg/old` was removed\n\nThe `left/right` order, of the `acme/left` package.\n",
                "cmd/tool/main.go": "package main\n",
                "cmd/other/main.go": "package main\n",
                "SPECS.md": "# Specs\n\nTracked in these files in the project root:\n\n- `notes.md`: your own\n- `made.md`: all of them\n",
                "Makefile": "made.md:\n\t./make\n",
                "docs/compare.md": "# Comparing\n\n```bash\ncd tools\npip3 install -r requirements.txt\n./compares.py\n```\n",
                "tools/compare.py": "x = 1\n",
                "tools/requirements.txt": "scipy\n",
            },
            because="they are had, or past, or offered, or the page goes there",
        ),
        Good(
            {
                "CONTRIBUTING.md": "# Run\n\nCreate `my-own-stack.yaml`; stack-with-kafka.yaml was renamed to stack-with-kafka.yml.\n\n"
                "Two-in-both: `in-two-places.yaml`. Local: `not-kept-here.yaml`. Short: `docker-compose.yaml`.\n\n```sh\ncat > stack-with-kafka.yaml\n```\n",
                "my-own-stack.yml": "a: 1\n",
                "stack-with-kafka.yml": "a: 1\n",
                "a/in-two-places.yml": "a: 1\n",
                "b/in-two-places.yml": "a: 1\n",
                "a/not-kept-here.yml": "a: 1\n",
                "docker-compose.yml": "services: {}\n",
                ".gitignore": "not-kept-here.yaml\n",
            },
            because="the reader's own, past, of two files, not kept, or a name that any project has",
        ),
    ),
)


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag each such place of documents about this repository."""
    if not judged_documents(repository):
        return
    for place, written in (*gone_packages(repository), *gone_from_root(repository)):
        yield Hit(place=place, message=f"`{written}` does not exist; correct the path")
    told = (*rooted_paths(repository), *renamed_files(repository), *twins_of_calls(repository))
    said: set[Place] = set()
    for place, written, now in (*told, *other_endings(repository), *near_paths(repository)):
        if place in said:
            continue
        said.add(place)
        message = f"`{written}` does not exist, `{now}` does; correct the path"
        yield Hit(place=place, message=message, fix=with_name(place, written, now, repository))
    for place, written, marker in dropped_tools(repository):
        yield Hit(place=place, message=f"nothing here is run by `{written}`: there is no {marker}; correct the page")
