"""The running text of a developers' page names a command that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.documents.code_in_text import Form
from agentlint.facts.repository import Repository
from agentlint.files.source import Place, Span
from agentlint.judgements.pages.documented import stale_mentions
from agentlint.judgements.pages.dropped_tools import dropped_tools
from agentlint.judgements.pages.mentions import judged_documents
from agentlint.judgements.pages.moved_paths import moved_paths
from agentlint.judgements.pages.named_in_text import named_and_absent
from agentlint.judgements.pages.named_settings import absent_configurations, absent_helpers, absent_settings
from agentlint.judgements.pages.near_scripts import near_scripts
from agentlint.judgements.pages.told_once import told_once
from agentlint.judgements.pages.told_paths import renamed_files, rooted_paths, twins_of_calls
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station
from agentlint.rule.edits import with_name

RULE = Rule(
    id="CTX708",
    name="named-command-is-gone",
    category=Category.AGENT_CONTEXT,
    summary="A page for developers names, in its running text, a target or script that does not exist.",
    why="An agent takes what the page names, fails, and looks for what it is called today.",
    remediation="Correct the name, or bring the target back.",
    severity=Severity.MINOR,
    cost=Cost(seconds=40),
    station=Station.SET_UP,
    bad=(
        Bad(
            {
                "CONTRIBUTING.md": "# Work\n\nRun `make old`. Again `make old`.\n\nOnce more `make old`, and `make gone`.\n",
                "Makefile": "test:\n\tpytest\n",
            },
            at=("CONTRIBUTING.md:3", "CONTRIBUTING.md:5"),
            title="one fact is told at the first of its places",
        ),
        Bad(
            {
                "README.md": "# x\n\nAdd a test to `tools/confidence.sh`.\n\n```sh\n./ci/downloads-artifacts.sh ${ID}\n```\n",
                "CONTRIBUTING.md": "# x\n\n```{prompt} bash\npytest test_aliases.py\n```\n",
                **dict.fromkeys(
                    ("tools/confidence_test.sh", "ci/download-artifacts.sh", "tests/test_aliases.py"), "x = 1\n"
                ),
            },
            at=("README.md:3", "README.md:6", "CONTRIBUTING.md:4"),
            fixed={
                "README.md": "# x\n\nAdd a test to `tools/confidence_test.sh`.\n\n```sh\nci/download-artifacts.sh ${ID}\n```\n",
                "CONTRIBUTING.md": "# x\n\n```{prompt} bash\npytest tests/test_aliases.py\n```\n",
            },
            title="next to it, or further down, stands the one that is meant",
        ),
        Bad(
            {
                "CONTRIBUTING.md": "# Tests\n\nThen run `make test-snapshot` to compare.\n",
                "Makefile": "test:\n\tpytest\n",
                "AGENTS.md": "# Agents\n\nAlways run `npm run typecheck` first.\n\n- `error_and_die` for errors (available via `lib/helpers.sh`)\n\n```sh\nmake || error_and_die\n```\n",
                "lib/helpers.sh": "log() { :; }\n",
                "package.json": '{"name": "x", "scripts": {"test": "vitest run"}}\n',
            },
            at=("CONTRIBUTING.md:3", "AGENTS.md:3", "AGENTS.md:5", "AGENTS.md:8"),
        ),
        Bad(
            {
                "README.md": "# tool\n\nUpdate now and then with `./tool-master/update.sh`.\n",
                "scripts/update.sh": "#!/bin/sh\ngit pull\n",
            },
            at=("README.md:3",),
            title="a script that has moved, in the folder of a downloaded archive",
        ),
        Bad(
            {"test/README.md": "# Tests\n\nAll you need is:\n\n- `tox`\n", "test/tox.alpine.ini": "[tox]\n"},
            at=("test/README.md:5",),
            title="no configuration by the name that the tool looks for",
        ),
        Bad(
            {
                "AGENTS.md": "# Agents\n\n- HTTP handlers: `app/handlers/`\n- Start it by `make run JOB=app/all.json`\n- Touches users.\n- Update `CHANGELOG.md` with it.\n",
                "app/routes/users.py": "x = 1\n",
                "DOCUMENTATION.md": "# Notes\n\nTags come by the `make tag.*` targets, from `make run` or `make release.*`.\n",
                "Makefile": "run:\n\t./run $(JOB)\nrelease.minor:\n\tgit tag v1\n",
            },
            at=("AGENTS.md:3", "AGENTS.md:4", "AGENTS.md:6", "DOCUMENTATION.md:3"),
            title="a folder that is not there any more, what make is handed, a changelog to update, a family of targets",
        ),
        Bad(
            {
                "CONTRIBUTING.md": "# Set-up\n\nMake the project's files with `gradle idea`; `./gradlew :app:spotlessCheck` checks.\n",
                "gradlew": "",
                "build.gradle": "plugins {\n    id 'eclipse'\n}\n",
            },
            at=("CONTRIBUTING.md:3", "CONTRIBUTING.md:3"),
            title="tasks whose plugins are not applied",
        ),
        Bad(
            {
                "README.md": "# Tools\n\n## Structure\n\n- `skills/`: what agents can do.\n- `clis/`: command-line tools.\n",
                "skills/a/SKILL.md": "# a\n",
            },
            at=("README.md:6",),
            title="a folder in a list of the repository's structure",
        ),
        Bad(
            {
                "android/README.md": "# Android tests\n\nLibraries and their versions are defined in `ext.versions.gradle`.\n",
                "android/build.gradle.kts": "plugins {}\n",
            },
            at=("android/README.md:3",),
            title="a file that is said to hold something",
        ),
        Bad(
            {
                "scripts/release/README.md": "# Scripts\n\n- **`get-version.sh`** - reads the tag\n- **`upload.sh`** - uploads\n- **`sign.sh`** - signs\n",
                "scripts/release/upload.sh": "true\n",
                "scripts/release/sign.sh": "true\n",
            },
            at=("scripts/release/README.md:3",),
            title="a file of a list whose others are there",
        ),
        Bad(
            {
                ".github/copilot-instructions.md": "# Style\n\n- Use single quotes. See `.eslintrc.base.json` for the rules.\n",
                "eslint.config.mjs": "export default []\n",
            },
            at=(".github/copilot-instructions.md:3",),
            title="a configuration that the reader is sent to",
        ),
        Bad(
            {
                "lib/README.md": "# Library\n\nIts interface is in `lib/dict/dict.h`.\n",
                "lib/dict.hpp": "x\n",
            },
            at=("lib/README.md:3",),
            title="a file that has moved, in a README",
        ),
        Bad(
            {
                "CONTRIBUTING.md": "# Style\n\nCheck\nyour change. Also uses the unitary tests scripts (unitest-all.py).\n",
                "run-tests.py": "x = 1\n",
            },
            at=("CONTRIBUTING.md:4",),
            title="a script in plain words",
        ),
        Bad(
            {
                "AGENTS.md": "# Agents\n\nThen run `.venv/bin/pre-commit run --all-files`; `.venv/bin/tox -e py` tests.\n",
                "requirements_dev.txt": "pytest\ntox\n",
                ".pre-commit-config.yaml": "repos: []\n",
                "tox.ini": "[testenv]\ncommands = pytest\n",
            },
            at=("AGENTS.md:3",),
            title="a tool that the environment is never given",
        ),
        Bad(
            {
                "AGENTS.md": "# Agents\n\n3. Add to `getAll()` in `src/steps/all.ts`\n4. Add a file in `src/steps/more.ts`\n",
                "src/steps/one.ts": "x\n",
            },
            at=("AGENTS.md:3",),
            title="a file to which something is added",
        ),
        Bad(
            {
                "parts/web/README.md": "# Web\n\nRun `cp ./conf/.env.example ./conf/.env` and fill out the new file.\n",
                "parts/web/conf/a.yml": "x: 1\n",
            },
            at=("parts/web/README.md:3",),
            title="a sample, from where the page stands",
        ),
        Bad(
            {
                "docs/updating-engine.md": "# Updating\n\nUpdate the version in [`packer/linux/scripts/install-engine.sh`](packer/linux/scripts/install-engine.sh).\n",
                "packer/linux/base/scripts/install-engine.sh": "true\n",
                "AGENTS.md": "# Texts\n\nThey are in `conf/locale_en-US.ini`, and the others in `conf/locale_xx-XX.ini`.\n",
                "conf/locale/locale_en-US.ini": "x\n",
                "CONTRIBUTING.md": "# Made files\n\n| Target | Files |\n|---|---|\n| `update` | `lib/src/access.{h,c}` |\n| `keep` | `lib/src/keep.{h,c}` |\n",
                "lib/src/made/access.h": "x\n",
                "lib/src/made/access.c": "x\n",
                "lib/src/keep.h": "x\n",
                "lib/src/keep.c": "x\n",
            },
            at=("AGENTS.md:3", "CONTRIBUTING.md:5", "docs/updating-engine.md:3"),
            fixed={
                "docs/updating-engine.md": "# Updating\n\nUpdate the version in [`packer/linux/base/scripts/install-engine.sh`](packer/linux/base/scripts/install-engine.sh).\n",
                "AGENTS.md": "# Texts\n\nThey are in `conf/locale/locale_en-US.ini`, and the others in `conf/locale_xx-XX.ini`.\n",
                "CONTRIBUTING.md": "# Made files\n\n| Target | Files |\n|---|---|\n| `update` | `lib/src/made/access.h` |\n| `keep` | `lib/src/keep.{h,c}` |\n",
            },
            title="a file that has moved further down, on any page",
        ),
        Bad(
            {
                ".claude/CLAUDE.md": "# Tests\n\nTests are found by `python_files` in `pyproject.toml`; see `python_files` in `pyproject.toml`.\n\n```sh\ntox --recreate  # after changing tox.ini\n```\n",
                "pyproject.toml": "[tool.tox]\nenv_list = ['py']\n",
            },
            at=(".claude/CLAUDE.md:3", ".claude/CLAUDE.md:6"),
            fixed={
                ".claude/CLAUDE.md": "# Tests\n\nTests are found by `python_files` in `pyproject.toml`; see `python_files` in `pyproject.toml`.\n\n```sh\ntox --recreate  # after changing pyproject.toml\n```\n"
            },
            title="a setting that the file does not have, and a configuration that stands elsewhere now",
        ),
        Bad(
            {
                "CLAUDE.md": "# Layout\n\n```\nx/\n├── src/\n│   ├── a.py\n│   ├── b.py\n│   ├── *.txt\n│   └── old.py   # reads settings\n├── tests/\n│   └── test_a.py\n└── Makefile\n```\n\n"
                "Options come by `old.py`. It is sent by the `send.yml` workflow, as `test.yml` is no workflow.\n",
                ".github/workflows/ci.yml": "on: push\n",
                "src/a.py": "x = 1\n",
                "src/b.py": "x = 1\n",
                "tests/test_a.py": "x = 1\n",
                "Makefile": "test:\n\tpytest\n",
            },
            at=("CLAUDE.md:9", "CLAUDE.md:15", "CLAUDE.md:15"),
            title="an entry of a drawn tree, its name further down, and a workflow by its name alone",
        ),
        Bad(
            {
                "CONTRIBUTING.md": "# Set-up\n\nInstall by `poetry install --extras dev`, for the manual by `poetry install --with docs`.\n",
                "pyproject.toml": "[tool.poetry]\nname = 'x'\n[tool.poetry.extras]\ndocs = ['sphinx']\n[tool.poetry.group.dev.dependencies]\npytest = '*'\n",
            },
            at=("CONTRIBUTING.md:3", "CONTRIBUTING.md:3"),
            title="a group taken for an extra, an extra for a group",
        ),
        Bad(
            {
                "docs/dev/guide.md": "# Guide\n\n- `pkg/gui/modes`: modes\n- `pkg/gui/keys`: keys\n- `pkg/gui/views`: views\n- `pkg/gui/types`: types\n\nThe loop stands in `vendor/github.com/me/term/loop.go`.\n",
                "pkg/gui/modes/a.go": "package modes\n",
                "pkg/gui/views/a.go": "package views\n",
                "pkg/gui/types/a.go": "package types\n",
                "pkg/gui/keys.go": "package gui\n",
                "pkg/term/loop.go": "package term\n",
            },
            at=("docs/dev/guide.md:4", "docs/dev/guide.md:8"),
            title="a folder among folders, and a path whose first folder is gone too",
        ),
    ),
    good=(
        Good(
            {
                "docs/contributor-guide/bump.md": (
                    "# Bump the client in Kubernetes\n\nSee https://github.com/kubernetes/kubernetes/issues/1.\n\n"
                    "Run `scripts/update-vendor.sh`, then look at `scripts/lib/version.sh`.\n"
                ),
                "RELEASING.md": "# Website\n\n1. Clone https://github.com/other/site\n2. In that repo, `./update-docs.sh`\n",
                "CONTRIBUTING.md": "There is no `./scripts/fix.sh` on the release branch. For a check of one's own we can add the file\n`scripts/mine.sh`.\n",
                "scripts/build.sh": "make\n",
            },
            because="work in another repository, and a sentence that says so itself",
        ),
        Good(
            {
                "docs/dev/guide.md": "# Guide\n\n- `pkg/gui/modes`: modes\n- `pkg/gui/made`: generated\n- `pkg/gui/views`: views\n- `pkg/gui/types`: types\n\n"
                "The loop stands in `github.com/me/term/loop.go`; put yours into `cmd/mine/term/loop.go`; see `out/pkg/term/loop.go`.\n",
                "pkg/gui/modes/a.go": "package modes\n",
                "pkg/gui/views/a.go": "package views\n",
                "pkg/gui/types/a.go": "package types\n",
                "pkg/term/loop.go": "package term\n",
            },
            because="made by the build, a module by its address, the reader's own, and built",
        ),
        Good(
            {
                "CLAUDE.md": "# Parts\n\n- `pkg/proc/BinaryInfo`: symbols\n- Implement it in `pkg/plugins/pluginname.go`.\n",
                "pkg/proc/a.go": "package proc\n\ntype BinaryInfo struct{}\n",
                "pkg/plugins/a.go": "package plugins\n",
            },
            because="a type of that package, and a name that stands for the reader's",
        ),
        Good(
            {
                "CLAUDE.md": "# Layout\n\n```\nx/\n├── src/\n│   ├── a.py\n│   ├── b.py\n│   ├── gen.py    # generated by make\n│   └── new.py    # your own\n├── tests/\n│   └── test_a.py\n└── Makefile\n```\n\n"
                "```\napp/\n├── main.py\n└── shop.py\n```\n\nSee `target` in `setup.cfg`; we have no `tox.ini`; the old `src/x.toml` was moved.\n",
                "setup.cfg": "target = 1\n",
                "pyproject.toml": "[project]\nname = 'x'\n",
                "src/sub/x.toml": "x = 1\n",
                "src/a.py": "x = 1\n",
                "src/b.py": "x = 1\n",
                "tests/test_a.py": "x = 1\n",
                "Makefile": "test:\n\tpytest\n",
            },
            because="made, the reader's own, a tree of something else, there, and said to be gone",
        ),
        Good(
            {
                "tools/gen/README.md": "# Generator\n\nStart in `tools/gen` of your clone.\n",
                "CLAUDE.md": "# Notes\n\nYour repository calls our `gate.yml` workflow; `compose.yml` is no workflow; add a `new.yml` workflow.\n\n"
                '### User: "Add Serilog to it"\n\nRun `dotnet add src/Web/Web.csproj package Serilog`.\n',
                "tools/gen/a.py": "x = 1\n",
                ".github/workflows/ci.yml": "on: push\n",
                "src/A/A.csproj": "<Project/>\n",
            },
            because="a folder among scripts, workflows of others and yet to be, and a dialogue made up",
        ),
        Good(
            {
                "AGENTS.md": "# Agents\n\nReleases are tagged `cli/v1.2.0`; import `src/logger` for messages.\n\nUse the script (tests.py).\n",
                "cli/main.ts": "x\n",
                "src/logger.ts": "x\n",
                "tools/tests.py": "x = 1\n",
            },
            because="a tag, a module without its suffix, and a script in a folder",
        ),
        Good(
            {
                "README.md": "# x\n\n- `lua/config/options.lua`: your custom options\n- Notes go into `news/NNNN.feature.rst`.\n\nIt sends `lua/rename` messages;"
                " the limit is in `lua/log.h` in the engine's source tree.\n",
                "lua/config.lua": "x = 1\n",
                "news/a.rst": "x\n",
            },
            because="the reader's own, a pattern, no path, and of another source tree",
        ),
        Good(
            {
                "conf/README.md": "# Files\n\n| File | Use |\n| --- | --- |\n| `a.toml` | settings |\n| `b.toml` | rules |\n"
                "| `local.toml` | your own, if you have any |\n| `out.json` | is generated |\n",
                "conf/a.toml": "x = 1\n",
                "conf/b.toml": "x = 1\n",
            },
            because="the reader's own, and one that is made",
        ),
        Good(
            {
                "CONTRIBUTING.md": "# Notes\n\nhttps://github.com/me/tool/issues, https://github.com/me/tool/pulls\n\nClone the repository at <https://github.com/other/engine>, and run `node tools/build.js`.\n\n"
                "Then run `make deploy` in the `site` submodule, or `make debug` in the Engine code directory.\n\nRun `pre-commit install -c .hooks-without-nix.yaml`.\n",
                "tools/a.js": "x\n",
                ".hooks-without-nix.yaml": "repos: []\n",
                "Makefile": "test:\n\t./run\n",
            },
            because="of another project, of a submodule, and a configuration by another name",
        ),
        Good(
            {
                "tools/README.md": "# Tools\n\nYour tokens are kept in `tokens.json`.\n",
                "tools/.gitignore": "tokens.json\n",
            },
            because="a file of the user's, which git ignores",
        ),
        Good(
            {
                "README.md": "# Tools\n\n## Structure\n\n- `src/`: the code.\n- `out/`: what is built.\n- `data/`: yours.\n",
                "src/a.py": "x = 1\n",
                ".gitignore": "data/\n",
            },
            because="made by the build, or by the user",
        ),
        Good(
            {
                "CONTRIBUTING.md": "# Tests\n\nRun `make test`, `make test-x`, `./gradlew jacocoTestReport`.\n",
                "gradlew": "",
                "Makefile": "test:\n\tpytest\ntest-%:\n\tpytest tests/$*\n",
                "build.gradle.kts": 'tasks.register<JacocoReport>("jacocoTestReport") {}\n',
            },
            because="the target exists, a pattern rule makes it, and a task of the build's own",
        ),
        Good(
            {"README.md": "# x\n\nIn your own project run `make deploy`.\n", "Makefile": "test:\n\tpytest\n"},
            because="a page for users speaks of their projects",
        ),
        Good(
            {"CONTRIBUTING.md": "# Tests\n\nThe `dev` extra brings `tox` and `coverage`.\n"},
            because="the name of a tool, and no word on running it",
        ),
        Good(
            {"CONTRIBUTING.md": "# Tests\n\nRun `make everything`.\n", "CMakeLists.txt": "project(x)\n"},
            because="the build system makes the Makefile",
        ),
        Good(
            {
                "AGENTS.md": "# Agents\n\nCreate a file `app/handlers/orders.py` for it.\n\nName it `app/yourTopic/yourTopicN.py`.\n",
                "README.md": "# x\n\n- `wrapper`: replaces `gradle` by `./gradlew`\n\n```yaml\n- repo: https://x.example/x\n  rev: v1\n```\n\nThen `pre-commit install`.\n",
                "app/routes/users.py": "x = 1\n",
            },
            because="it is yet to be made",
        ),
        Good(
            {
                "AGENTS.md": "# Agents\n\nKey references:\n\n- `.repos/effect/packages/effect/`: the library\n- `apps/cli/`: the program\n- `apps/web/`: the pages\n",
                ".gitmodules": '[submodule "effect"]\n\tpath = .repos/effect\n\turl = https://example.org/effect.git\n',
                "apps/cli/main.ts": "",
                "apps/web/main.ts": "",
                ".repos/list.txt": "effect\n",
            },
            because="a folder of a submodule",
        ),
        Good(
            {
                ".agents/skills/README.md": "# Skills\n\nAll skills bear a prefix, since they are synced to downstream repositories.\n",
                ".agents/skills/td-tox/SKILL.md": "# tox\n\nRun `tox -e milestone` before a release.\n",
                "tox.ini": "[testenv:py]\ncommands = pytest\n",
            },
            because="a skill for other repositories",
        ),
        Good(
            {
                "AGENTS.md": "# Agents\n\nEach has its `app/<name>/routes.py`, as in `users/routes.py`.\n",
                "app/users/routes.py": "",
            },
            because="a placeholder, and a path from within a folder",
        ),
    ),
)


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag inline code of documents about this repository that names what is not there."""
    if not judged_documents(repository):
        return
    commands = [
        (mention.command.place, missing)
        for mention, missing in stale_mentions(repository)
        if mention.piece.form is Form.INLINE and not _is_link(mention.piece.span, mention.path, repository)
    ]
    told = {(place.path, place.span.start) for place, _ in commands}
    for (place, missing), others in told_once(commands, _fact):
        yield Hit(place=place, message=f"{missing} does not exist; correct the name{others}")
    paths: dict[tuple[str, int], tuple[Place, str]] = {}
    for place, written in named_and_absent(repository):
        at = (place.path, place.span.start)
        if at not in told and not _is_link(place.span, place.path, repository):
            paths.setdefault(at, (place, written))
    told |= paths.keys()
    for (place, written), others in told_once(paths.values(), _fact):
        yield Hit(place=place, message=f"`{written}` does not exist; correct the path{others}")

    for place, written, marker in dropped_tools(repository):
        yield Hit(place=place, message=f"nothing here is run by `{written}`: there is no {marker}; correct the page")
    for place, written, path in (*absent_settings(repository), *absent_helpers(repository)):
        yield Hit(place=place, message=f"`{path}` holds no `{written}`; correct the name")
    moved = (*moved_paths(repository), *absent_configurations(repository), *rooted_paths(repository))
    for place, written, now in (
        *moved,
        *renamed_files(repository),
        *twins_of_calls(repository),
        *near_scripts(repository),
    ):
        if not any(path == place.path and abs(at - place.span.start) < len(written) for path, at in told):
            told.add((place.path, place.span.start))
            message = f"`{written}` does not exist, `{now}` does; correct the path"
            yield Hit(place=place, message=message, fix=with_name(place, written, now, repository))


def _fact(found: tuple[Place, str]) -> tuple[str, str]:
    return found[0].path, found[1]


def _is_link(span: Span, path: str, repository: Repository) -> bool:
    """True for the text of a link, which CTX706 follows."""
    source = repository.read(path)
    return source is not None and source.text.startswith(("`](", "](", "`][", "]["), span.end)
