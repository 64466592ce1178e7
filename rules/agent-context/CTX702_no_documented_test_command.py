"""There are tests, and no document says how to run them."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.source import Place
from agentlint.judgements.pages.project_documents import developer_page
from agentlint.judgements.pages.test_commands import has_tests, template_tells_tests, tests_are_documented
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

RULE = Rule(
    id="CTX702",
    name="no-documented-test-command",
    category=Category.AGENT_CONTEXT,
    summary="The repository has tests, and none of its documents shows the command that runs them.",
    why="An agent guesses the runner and its arguments, and takes the failures of a wrong guess for failures of its change.",
    remediation="Put one command that runs the tests into AGENTS.md, CONTRIBUTING.md or the README.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=40),
    station=Station.TEST,
    bad=(
        Bad(
            {"docs/README.md": "# x\n\nA library.\n", "tests/test_x.py": "def test_x():\n    assert True\n"},
            at=("docs/README.md:1",),
            title="the front page stands among the documents",
        ),
        Bad(
            {
                "README.md": "# x\n\n[x tests](https://example.org/tests/) use PHPUnit 9, with a polyfill.\n",
                "test/XTest.php": "<?php\nclass XTest extends TestCase {}\n",
            },
            at=("README.md:1",),
            title="the framework, and no command",
        ),
        Bad(
            {"README.md": "# x\n\nA library.\n", "tests/test_x.py": "def test_x():\n    assert True\n"},
            at=("README.md:1",),
        ),
        Bad(
            {
                "README.md": "# x\n\n## Install\n\n```sh\npip install x\n```\n",
                "tests/test_a.py": "def test_a():\n    pass\n",
                "tests/test_b.py": "def test_b():\n    pass\n",
            },
            at=("README.md:1",),
        ),
        Bad(
            {
                "README.md": "# x\n\nTests use `unittest`; see `tests/test_x.py`.\n",
                "CONTRIBUTING.rst": "Contributing\n============\n\nRun ``ruff check`` before you commit.\n",
                "tests/test_x.py": "def test_x():\n    pass\n",
            },
            at=("CONTRIBUTING.rst:1",),
            title="the tool is named, the command is not",
        ),
        Bad(
            {
                "README.md": "# x\n\n## Building\n\n    scons\n\nSee run_tests.sh of the other project.\n",
                "tests/test_x.py": "def test_x():\n    pass\n",
            },
            at=("README.md:1",),
            title="a build, and a script that is not here",
        ),
        Bad(
            {
                "README.md": "# Calculator\n\nIt solves equations.\n",
                "meson.build": "project('calculator', 'vala')\nsubdir('tests')\n",
                "tests/meson.build": "test('number', executable('number', 'number.vala'))\n",
            },
            at=("README.md:1",),
            title="tests that the build declares",
        ),
        Bad(
            {
                "README.md": "# Tiles\n\nInstall it by `make install`.\n",
                "CHANGELOG.md": "# 1.2\n\n- Tests can be run by `make test`.\n",
                "Makefile": "install:\n\tcp tiles /usr/bin\n\ntest: tiles\n\t./tiles tests/in.json | cmp - tests/out.txt\n",
                "tests/in.json": "{}\n",
                "tests/out.txt": "x\n",
            },
            at=("README.md:1",),
            title="a suite of files that a target compares, and no more than a changelog that says so",
        ),
        Bad(
            {
                "CONTRIBUTING.md": "# Changes\n\nWhen the other project's `make test-tool` fails, open a change here.\n",
                "Makefile": "test-unit:\n\tgo test ./...\n",
                "a/a_test.go": "package a\n",
            },
            at=("CONTRIBUTING.md:1",),
            title="a target of another project",
        ),
        Bad(
            {
                "README.md": "# x\n\nSuites that run by the normal `go test` capabilities.\n\n- `tests`: run `npm test` (on by default)\n",
                "examples/shop/README.md": "# Shop\n\n```sh\npytest tests/\n```\n",
                "docs/guides/orders.md": "# Orders\n\nThen run `npm test` and see your results.\n",
                "tests/docker/api/README.md": "# These\n\n```sh\npytest tests/docker/api\n```\n",
                "tests/test_x.py": "def test_x():\n    pass\n",
                "tests/test_y.py": "def test_y():\n    pass\n",
            },
            at=("README.md:1",),
            title="in passing, of an example, for users, of one part of the suite",
        ),
        Bad(
            {
                "README.md": "# x\n\n## Style sheets\n\nCompile them by `./mvnw package -P css`.\n",
                "src/test/java/org/example/samples/ShopTests.java": "class ShopTests {}\n",
            },
            at=("README.md:1",),
            title="a build of one part, and tests in a package called samples",
        ),
        Bad(
            {
                "README.md": "# x\n\n```js\nawait run`npm run test`;\n```\n\n```sh\ncargo check --message-format json\nearthly +docker\n```\n",
                "tests/x.rs": "#[test]\nfn x() {}\n",
            },
            at=("README.md:1",),
            title="in a program for users, a compilation, and the target of an image",
        ),
    ),
    good=(
        Good(
            {
                "README.md": "# Tiles\n\nInstall it by `make install`.\n",
                "Makefile": "test := 1\ncheck::\n\ninstall:\n\tcp tiles /usr/bin\n",
                "tests/in.json": "{}\n",
                "tools/Makefile": "test:\n\t./run\n",
            },
            because="a variable, a target without a recipe, and the target of a part",
        ),
        Good(
            {
                "README.md": "# dotfiles\n\n```\n$ dot help\nCommands:\n   clean            Clean up caches\n   test             Run tests\n```\n",
                "test/bin.bats": "@test one {\n  true\n}\n",
            },
            because="the list of the program's own subcommands names it",
        ),
        Good(
            {
                "README.md": "# x\n\n## Running the tests\n\nTo run the tests:\n\n    cd tests\n    scons\n",
                "tests/SConstruct": "",
                "tests/test_x.py": "def test_x():\n    pass\n",
            },
            because="under such a heading, the build is what tests",
        ),
        Good(
            {
                "README.md": "# x\n\nThe server runs unit tests on both systems (see build.ps1 + run-tests.ps1).\n",
                "run-tests.ps1": "dotnet vstest all.dll\n",
                "test/XTests.cs": "class XTests {}\n",
            },
            because="a script of the repository says what it does by its name",
        ),
        Good(
            {
                "README.md": "# x\n\nA library.\n",
                ".github/PULL_REQUEST_TEMPLATE.md": "- [ ] I ran the tests with `pytest`\n",
                "tests/test_x.py": "def test_x():\n    pass\n",
            },
            because="the form for pull requests tells it",
        ),
        Good(
            {
                "README.md": "# x\n\n(In the root) run: `python -m x.test`\n",
                "x/test_x.py": "def test_x():\n    pass\n",
            },
            because="a module of tests is run",
        ),
        Good(
            {
                "README.md": "# x\n",
                "docs/start.md": "# Start\n\n## Building from source\n\nOnce built, invoke `make test` to run the tests.\n",
                "Makefile": "test:\n\t./run\n",
                "test/test_x.py": "def test_x():\n    pass\n",
            },
            because="a manual that tells how it is built",
        ),
        Good(
            {
                "CONTRIBUTING.md": "# x\n\nRun all the tests with `mvn`.\n",
                "pom.xml": "<project><build><defaultGoal>verify</defaultGoal></build></project>\n",
                "src/test/java/XTest.java": "class XTest {}\n",
            },
            because="the build's own default",
        ),
        Good(
            {
                "CONTRIBUTING.rdoc": "= How to contribute\n\n* Run all tests:\n\n    $ rake test\n",
                "test/test_x.rb": "class TestX < Minitest::Test\nend\n",
            },
            because="shown in another markup",
        ),
        Good(
            {"README.md": "# x\n\n## Tests\n\n```sh\npytest\n```\n", "tests/test_x.py": "def test_x():\n    pass\n"},
            because="the README says it",
        ),
        Good({"README.md": "# x\n\nA list of links.\n"}, because="there are no tests"),
        Good(
            {
                "README.md": "# x\n\nRun `make test` before you push.\n",
                "Makefile": "test:\n\tpytest\n",
                "tests/test_x.py": "def test_x():\n    pass\n",
            },
            because="said in the running text",
        ),
        Good(
            {"README.md": "# x\n\nTo run the tests:\n\n    pytest\n", "tests/test_x.py": "def test_x():\n    pass\n"},
            because="an indented block shows it",
        ),
        Good(
            {
                "README.rst": "x\n=\n\nA library.\n",
                "docs/devel.rst": "Tests\n=====\n\n.. code:: console\n\n    pdm run pytest\n",
                "tests/test_x.py": "def test_x():\n    pass\n",
            },
            because="a page of another markup shows it",
        ),
        Good(
            {
                "README.md": "# x\n\nRun `nx test my-app` for the unit tests.\n",
                "tests/test_x.py": "def test_x():\n    pass\n",
            },
            because="the runner of the workspace is named",
        ),
        Good(
            {
                "CONTRIBUTING.rst": "Contributing\n============\n\n* Run the quality checks with `make qa`\n",
                "Makefile": "qa: tox\n\ntox:\n\ttox\n",
                "tox.ini": "[testenv]\ncommands = pytest\n",
                "tests/test_x.py": "def test_x():\n    pass\n",
            },
            because="the target reaches tox",
        ),
        Good(
            {
                "README.md": "# x\n\nTo run the tests locally, use `util/run-ci.sh`.\n",
                "util/run-ci.sh": "#!/bin/sh\nexec ./t/go\n",
                "t/a.t": "ok 1\n",
            },
            because="a script of the repository's own, said to run them",
        ),
        Good(
            {
                "CONTRIBUTING.md": "# x\n\nRun the build and tests with the `build.ps1` script.\n",
                "Build.ps1": "dotnet build\ndotnet test\n",
                "test/XTests.cs": "class XTests {}\n",
            },
            because="the script that it names runs them",
        ),
        Good(
            {
                "README.md": "# x\n",
                "doc/hacking/tests.md": "# Tests\n\n    mvn clean package\n",
                "src/test/java/XTest.java": "class XTest {}\n",
            },
            because="a page further down shows it, and the life cycle takes the tests in",
        ),
    ),
)


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag the first developer page where nothing documented runs tests."""
    if not has_tests(repository):
        return
    page = developer_page(repository)
    if page is None or tests_are_documented(repository) or template_tells_tests(repository):
        return
    source = repository.read(page)
    if source is not None:
        yield Hit(
            place=Place(page, source.whole), message="no document shows the command that runs the tests; name it here"
        )
