"""The documentation tells the reader to run something that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.documents.code_in_text import Form
from agentlint.facts.repository import Repository
from agentlint.judgements.pages.documented import stale_mentions
from agentlint.judgements.pages.told_once import told_once
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity

RULE = Rule(
    id="CTX701",
    name="documented-command-is-gone",
    category=Category.AGENT_CONTEXT,
    summary="A documented command names a target, script or file that does not exist.",
    why="An agent does what the document says, fails, and spends its steps finding out what the command is called today.",
    remediation="Correct the command in the document, or bring the target back.",
    severity=Severity.MAJOR,
    cost=Cost(seconds=60),
    bad=(
        Bad(
            {
                "CONTRIBUTING.md": '# x\n\n```sh\ndocker buildx bake --load --set "static.args.DEBUG_SYMBOLS=1" static\ndocker buildx bake --print all\n```\n',
                "docker-bake.hcl": 'group "all" {\n  targets = ["static-gnu"]\n}\ntarget "static-gnu" {\n}\n',
            },
            at=("CONTRIBUTING.md:4",),
        ),
        Bad(
            {
                "README.md": "# x\n\n```sh\ncargo xtask dist\n```\n",
                "Cargo.toml": "[workspace]\nmembers = []\n# keeps `cargo xtask` fast\n[profile.dev]\ndebug = 1\n",
            },
            at=("README.md:4",),
        ),
        Bad(
            {
                "CONTRIBUTING.md": "# Tests\n\n```\npython -m pip install -e '.[docs,dev]'\nuv sync --extra dev\nmake test\n```\n\n    cd docs\n",
                "pyproject.toml": "[project]\nname = 'x'\n[project.optional-dependencies]\ndocs = ['sphinx']\n[dependency-groups]\ndev = ['pytest']\n",
                "Makefile": "tests:\n\tpytest\n",
                "docs/Makefile": "%: Makefile\n\t@$(SPHINXBUILD) -M $@ . _build\n",
            },
            at=("CONTRIBUTING.md:4", "CONTRIBUTING.md:5", "CONTRIBUTING.md:6"),
            title="a group is no extra, and the manual's Makefile hands on builders alone",
        ),
        Bad(
            {
                "CONTRIBUTING.md": "# Contributing\n\n## Testing\n\n```sh\nmake check-all\n```\n",
                "Makefile": "test:\n\tpytest\n",
            },
            at=("CONTRIBUTING.md:6",),
        ),
        Bad(
            {
                "AGENTS.md": "# Agents\n\nRun the tests:\n\n```bash\nnpm run test:unit\n```\n",
                "package.json": '{"name": "x", "scripts": {"test": "vitest run"}}\n',
            },
            at=("AGENTS.md:6",),
        ),
        Bad(
            {
                "CONTRIBUTING.md": "# Development set-up\n\nRun `bootstrap.sh` first:\n\n```console\n$ ./scripts/bootstrap.sh\n```\n",
                "README.md": "# x\n",
            },
            at=("CONTRIBUTING.md:6",),
        ),
        Bad(
            {
                "AGENTS.md": "# Set-up\n\n```\npip install -e '.[test]'\npip install -r requirements-dev.txt\n```\n",
                "pyproject.toml": '[project]\nname = "x"\n[dependency-groups]\ndev = ["pytest"]\n',
            },
            at=("AGENTS.md:4", "AGENTS.md:5"),
            title="an extra that has become a dependency group, and a file of requirements",
        ),
        Bad(
            {
                "docs/contributing.rst": "Tests\n=====\n\n.. code:: console\n\n    $ make check\n",
                "test/remote/README.md": "# Remote tests\n\n```sh\nmake remote\n```\n",
                "test/remote/run.js": "x\n",
            },
            at=("docs/contributing.rst:6", "test/remote/README.md:4"),
            title="no Makefile at all, and the README of a folder",
        ),
        Bad(
            {
                "CONTRIBUTING.md": "# Checks\n\n```sh\ndocker compose run --rm web npm run lint:all\nddev exec npm run lint:all\nddev npm run lint\n```\n",
                "compose.yaml": "services:\n  web:\n    image: node\n",
                "package.json": '{"scripts": {"lint": "eslint ."}}\n',
            },
            at=("CONTRIBUTING.md:4", "CONTRIBUTING.md:5"),
            title="a script that is run in a container",
        ),
        Bad(
            {
                "test/README.md": "# Tests\n\nOne module alone:\n\n    pytest test_nominal.py\n",
                "test/test_nominal/test_nominal.py": "def test_x():\n    pass\n",
            },
            at=("test/README.md:5",),
            title="a file that has moved into a folder",
        ),
        Bad(
            {
                "CONTRIBUTING.md": "# Install\n\n```\npython setup.py develop\nnox -rs lint tests\nuvx pre-commit run --all-files ruff\n```\n",
                "pyproject.toml": "[project]\nname = 'x'\n",
                "noxfile.py": "import nox\n\n\n@nox.session(tags=['lint'])\ndef typing(session): ...\n\n\n@nox.session\ndef tests(session): ...\n",
                ".pre-commit-config.yaml": "repos:\n  - repo: x\n    hooks:\n      - id: ruff-check\n",
                "test/README.md": "# Tests\n\n```\npytest -m build_stage\n```\n",
                "test/test_x.py": "def test_x():\n    pass\n",
            },
            at=("CONTRIBUTING.md:4", "CONTRIBUTING.md:5", "CONTRIBUTING.md:6", "test/README.md:4"),
            title="no setup.py, a session, a hook and a marker that are not there",
        ),
        Bad(
            {
                "CONTRIBUTING.md": '# Docs\n\n    make -C docs html\n\n```sh\nnpm run lint -- "*x*"\n(cd scripts; ls)\ncd test/App.Tests\n```\n',
                "docs/index.md": "# x\n",
                "script/a": "#!/bin/sh\n",
                "test/a.cs": "class A {}\n",
                "package.json": "{}\n",
                "Makefile": "test:\n\tpytest\n",
            },
            at=("CONTRIBUTING.md:3", "CONTRIBUTING.md:6", "CONTRIBUTING.md:7", "CONTRIBUTING.md:8"),
            title="a folder that has no Makefile, two that are called otherwise or gone, and a script before what it is handed",
        ),
        Bad(
            {
                "docs/contribute.rst": "Style\n=====\n\nMend it via::\n\n    invoke lint --fix\n    invoke format\n",
                "tasks.py": "from invoke import task\n\n@task\ndef lint(c, fix=False):\n    pass\n\n@task\ndef formatcode(c):\n    pass\n",
            },
            at=("docs/contribute.rst:7",),
            title="a task by another name",
        ),
        Bad(
            {
                "README.md": "# x\n\n## Build\n\n```sh\nmake\n```\n",
                "Makefile": "ci: prepare test\n\ntest:\n\tgo test ./...\n",
            },
            at=("README.md:6",),
            title="the first target needs one that is not there",
        ),
        Bad(
            {
                "AGENTS.md": "# Tests\n\n```\ngo test -v -update ./...\n```\n",
                "go.mod": "module example.org/x\n",
                "a/a_test.go": 'package a\n\nvar update = flag.Bool("update", false, "write golden files")\n',
                "b/b_test.go": "package b\n",
            },
            at=("AGENTS.md:4",),
            title="a flag that the tests of one package only know",
        ),
        Bad(
            {
                "ci/release/README.md": "# Scripts\n\n### `get-version.sh`\n\nReads the tag (e.g. v1).\n\n**Usage:**\n```bash\nci/release/get-version.sh\n```\n",
                "ci/release/upload.sh": "true\n",
            },
            at=("ci/release/README.md:9",),
            title="a script of which only a heading is left",
        ),
        Bad(
            {
                "CONTRIBUTING.md": "# Work\n\n```sh\nbundle exec rake lint\ncomposer lint\nuv sync --group docs\ncargo run --example tour\ncargo test -p engine\n"
                "yarn lint\n./gradlew :core:test\nmvn test -pl core\ncmake --preset dev\npython -m tools.release\ndeno task lint\n```\n",
                "Rakefile": "task :test do\nend\n",
                "composer.json": '{"scripts": {"test": "phpunit"}}\n',
                "pyproject.toml": "[dependency-groups]\ndev = ['pytest']\n",
                "Cargo.toml": "[package]\nname = 'x'\n",
                "package.json": '{"scripts": {"test": "vitest run"}}\n',
                "gradlew": "#!/bin/sh\n",
                "settings.gradle": "include ':base'\n",
                "pom.xml": "<project><modules><module>base</module></modules></project>\n",
                "CMakeLists.txt": "project(x)\n",
                "tools/__init__.py": "",
                "deno.json": '{"tasks": {"test": "deno test"}}\n',
            },
            at=tuple(f"CONTRIBUTING.md:{line}" for line in range(4, 15)),
            title="tasks, groups, packages, projects, presets and modules that no manifest has",
        ),
        Bad(
            {
                "CONTRIBUTING.md": "# Work\n\n```sh\ndocker build -t x .\nconda env create -f environment.yml\ndotnet test Shop.sln\nkubectl apply -f deploy/old.yaml\n"
                "npm --prefix frontend ci\nscripts/bootstrap\ncp .env.example .env\nmeson compile\n```\n",
                "deploy/new.yaml": "kind: Pod\n",
                "web/package.json": '{"name": "web"}\n',
                "web/package-lock.json": "{}\n",
                "scripts/test": "#!/bin/sh\n",
            },
            at=tuple(f"CONTRIBUTING.md:{line}" for line in range(4, 12)),
            title="what commands read by an option, an operand or custom",
        ),
        Bad(
            {
                "CONTRIBUTING.md": "# Work\n\n```sh\nuv venv\nsource ./x-dev/bin/activate\n```\n\nThen:\n\n```sh\nruff check .\n```\n",
                "setup.cfg": "[flake8]\nmax-line-length = 100\n",
                ".vscode/extensions.json": '{"recommendations": ["charliermarsh.ruff"]}\n',
            },
            at=("CONTRIBUTING.md:5", "CONTRIBUTING.md:11"),
            title="another environment than the one made, and a tool that nothing sets up",
        ),
        Bad(
            {
                "README.md": "# x\n\n## Docker\n\nBuild the image:\n\n```\ndocker build -t me/x .\n```\n",
                "docker/Dockerfile.linux": "FROM scratch\n",
            },
            at=("README.md:8",),
            title="an image built where no Dockerfile stands",
        ),
        Bad(
            {
                "CLAUDE.md": "# Tests\n\n```sh\ncd web && yarn test src/__tests__/a-test.ts\n```\n",
                "web/package.json": '{"scripts": {"test": "jest"}}\n',
                "web/src/b.ts": "x\n",
            },
            at=("CLAUDE.md:4",),
            title="a path that the test script is handed",
        ),
        Bad(
            {
                "CONTRIBUTING.md": "# Tests\n\n```sh\npytest tests/test_x.py::test_boot[one]\npytest --random-order\nbundle exec appraisal 6.0 rake\ngo mod edit -dropreplace example.org/old/storage\n"
                "go test -run TestQueueDrains ./...\nmvn -Dtest=QueueTest test\ncargo test --test cli\nmake LOUD_MODE=1 everything\n```\n",
                "tests/test_x.py": "def test_a():\n    pass\n",
                "requirements.txt": "pytest\n",
                "Appraisals": 'appraise "7.0" do\nend\n',
                "go.mod": "module example.org/x\n\nrequire example.org/new/storage v1.0.0\n",
                "a_test.go": "package a\n",
                "pom.xml": "<project></project>\n",
                "Cargo.toml": "[package]\nname = 'x'\n[features]\n# tls: x\nweb = [\"reqwest/tls\"]\n",
                "COMPILING.md": "# Build\n\n```sh\ncargo build --features 'web tls'\n```\n",
                "tests/suite/cli.rs": "x\n",
                "Makefile": "test:\n\tpytest\n",
            },
            at=("COMPILING.md:4", *(f"CONTRIBUTING.md:{line}" for line in range(4, 12))),
            title="tests, options of plugins, appraisals and modules by name",
        ),
        Bad(
            {
                "README_zh.md": "# x\n\n```\nkubectl apply -f src/test/old/account.yml\n```\n",
                "doc/dev-guide/src/tips.md": "# Tips\n\n```\nmake tip\n```\n",
                "src/test/new/account.yml": "kind: Pod\n",
                "Makefile": "test:\n\tpytest\n",
            },
            at=("README_zh.md:4", "doc/dev-guide/src/tips.md:4"),
            title="in another language, and in a guide for developers",
        ),
    ),
    good=(
        Good(
            {
                "CONTRIBUTING.md": "# Checks\n\n```\nnox -t lint -s tests-3.12 'docs(build=1)'\nnox -s $S\npre-commit run --files a.py ruff-check\npre-commit run -a tidy\n```\n",
                "noxfile.py": "import nox\n\n\n@nox.session(python=['3.12'], tags=['lint'])\ndef tests(session): ...\n\n\n@nox.session(name='docs')\ndef make(session): ...\n",
                ".pre-commit-config.yaml": "repos:\n  - repo: x\n    hooks:\n      - id: ruff-check\n        alias: tidy\n",
            },
            because="a tag, sessions, a hook and its alias",
        ),
        Good(
            {
                "CONTRIBUTING.md": "# Checks\n\n```sh\ndocker compose exec web npm run shop\nbin/rspec\n```\n\nMake them by `bundle install --binstubs`.\n",
                "compose.yaml": "services:\n  web:\n    image: node\n",
                "package.json": '{"scripts": {"lint": "eslint ."}}\n',
                "web/package.json": '{"scripts": {"shop": "vite"}}\n',
            },
            because="which of the two the container has cannot be told, and Bundler writes the other",
        ),
        Good(
            {
                "README.md": "# x\n\n```sh\ncd x\n./autogen.sh\n./configure\nmake\nmake test\n```\n\n```sh\ncd vendor\n./fetch.sh\n```\n",
                "Makefile.am": "test:\n\t./run\n",
                "configure.ac": "AC_INIT\n",
                "vendor/Makefile": "all:\n\tcc x.c\n",
                "vendor/fetch.sh": "true\n",
            },
            because="the Makefile at the root is made; that of the other folder is not meant",
        ),
        Good(
            {
                "CONTRIBUTING.md": "# Tests\n\n```sh\npytest tests/test_x.py::TestX::test_a\npytest -n auto --fast\npytest tests/test_specific.py\ngo test -run TestMyFeature ./...\nmake TEST_CASE=a test\n```\n",
                "tests/test_x.py": "class TestX:\n    def test_a(self):\n        pass\n",
                "tests/conftest.py": "def pytest_addoption(parser):\n    parser.addoption('--fast')\n",
                "requirements.txt": "pytest\npytest-xdist\n",
                "go.mod": "module example.org/x\n",
                "a_test.go": "package a\n",
                "Makefile": "test:\n\tpytest\n",
            },
            because="all of it is there, or stands for the reader's",
        ),
        Good(
            {
                "README.md": "# x\n\n```ruby\n# in spec/calculator_spec.rb\nRSpec.describe Calculator\n```\n\n```sh\nrspec spec/calculator_spec.rb\n```\n",
                "spec/x_spec.rb": "x\n",
            },
            because="the page shows what the reader writes into it",
        ),
        Good(
            {
                "CONTRIBUTING.md": "# Work\n\n```sh\nbundle exec rake lint\nuv sync --group docs\ncargo run --example tour\nyarn lint\n"
                'docker build -t x .\nruff check .\nuv venv\nsource .venv/bin/activate\n./configure\ncargo build --features "fast reqwest/rustls-tls"\n```\n',
                "Rakefile": "task :lint do\nend\n",
                "pyproject.toml": "[dependency-groups]\ndocs = ['mkdocs', 'ruff']\n",
                "Cargo.toml": "[package]\nname = 'x'\n[features]\nfast = []\n",
                "examples/tour.rs": "fn main() {}\n",
                "package.json": '{"scripts": {"lint": "eslint ."}}\n',
                "Dockerfile": "FROM scratch\n",
                "configure.ac": "AC_INIT\n",
            },
            because="all of it is there",
        ),
        Good(
            {
                "README.md": "# x\n\nWrite a `Dockerfile` for your app, then:\n\n```sh\nmake deploy\ndocker build -t my-app .\nbin/rails server\npytest tests/test_shop.py\n```\n",
            },
            because="a page for users speaks of their projects",
        ),
        Good(
            {
                "CLAUDE.md": "# Work\n\n```bash\n# RED - write failing test\ngo test -run TestEvaluateShape ./...\n```\n",
                "AGENTS.md": "# Tests\n\n```sh\nmake lint\n```\n",
                "Makefile": ".PHONY: ALWAYS\n\nlint: ALWAYS\n\truff check .\n",
            },
            because="yet to be written, and what is phony needs no rule",
        ),
        Good(
            {
                "fuzz/plugin/README.md": "# Fuzzing\n\n```sh\nmake corpora\nmake -C plugin/\n```\n",
                "fuzz/Makefile": "corpora:\n\t./fetch\n",
                "fuzz/plugin/Makefile": "all:\n\tcc x.c\n",
            },
            because="run from the folder above, as the line after shows",
        ),
        Good(
            {
                "AGENTS.md": "# Tests\n\n```\ngo test -race -update ./...\ngo test -golden ./a/...\n```\n",
                "go.mod": "module example.org/x\n",
                "a/a_test.go": 'package a\n\nvar update = flag.Bool("update", false, "write golden files")\n',
            },
            because="all tests define it, and the other call names the package",
        ),
        Good(
            {
                "README.md": "# x\n\n## Build\n\n```sh\nmake\n```\n",
                "Makefile": "all: tool docs | out\n\nout:\n\tmkdir out\n",
                "tool.c": "int main(void) { return 0; }\n",
                "docs/a.md": "x\n",
            },
            because="a file that make can compile, and a folder",
        ),
        Good(
            {
                "CONTRIBUTING.md": "# Set-up\n\n```\npip install -e '.[test]'\n```\n",
                "pyproject.toml": '[project]\nname = "x"\n[project.optional-dependencies]\ntest = ["pytest"]\n',
            },
            because="the extra is declared",
        ),
        Good(
            {
                "CONTRIBUTING.md": "# Testing\n\n```sh\nmake lint\nmake test-foo\ncd guides && cd outputs && cd src\n```\n",
                "Makefile": "lint:\n\truff check\ntest-%:\n\tpytest tests/$*\n",
                "guide/a.md": "# a\n",
                "web/guides/a.md": "# a\n",
                "output/a": "x\n",
                ".gitignore": "outputs/\n",
            },
            because="the target exists, a pattern rule makes it, and folders that stand further down, are made, or have no like",
        ),
        Good(
            {
                "CONTRIBUTING.md": "# Testing\n\n```sh\nmake <target>\nnpm run $SCRIPT\n```\n",
                "Makefile": "test:\n\tpytest\n",
            },
            because="placeholders name nothing in particular",
        ),
        Good(
            {
                "README.md": "# x\n\n## Test your app\n\n```sh\nnpm init x my-app\nnpm run dev\n```\n",
                "package.json": '{"name": "x", "scripts": {"test": "node t.js"}}\n',
            },
            because="the script is of the project that the line before makes",
        ),
        Good(
            {"CONTRIBUTING.md": "# Build\n\n```sh\n./build/bin/tool --version\n```\n", "Makefile": "test:\n\tpytest\n"},
            because="the build makes it",
        ),
        Good(
            {
                "docs/CONTRIBUTING.md": "# Tests\n\n```\nmake check\ncd web\nnpm run lint\n```\n",
                "Makefile": "include mk/*.mk\n",
                "web/package.json": '{"scripts": {"lint": "eslint ."}}',
                "AGENTS.md": "# Checks\n\nRun them from the workspace directory you changed:\n\n```sh\nnpm run lint\n```\n",
                "package.json": '{"workspaces": ["web"]}\n',
            },
            because="what is included may hold the target, and the script is of the folder gone into",
        ),
        Good(
            {
                "CONTRIBUTING.md": "# Tests\n\n```\ncurl -LO https://example.org/get.sh\nsh get.sh\n```\n",
            },
            because="the line before fetches it",
        ),
        Good(
            {
                "CONTRIBUTING.md": "# Build\n\n```\ngit clone https://example.org/other/engine.git\ncd engine\nmake engine\n```\n"
            },
            because="another project",
        ),
    ),
)


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag commands in blocks of documents about this repository that name what is not there."""
    found = [one for one in stale_mentions(repository) if one[0].piece.form is not Form.INLINE]
    for (mention, missing), others in told_once(found, lambda one: (one[0].path, one[1])):
        message = f"{missing} does not exist; correct the documented command{others}"
        yield Hit(place=mention.command.place, message=message)
