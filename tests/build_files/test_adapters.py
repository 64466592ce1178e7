"""What each adapter gives, in few words: commands by unit, calls, dependencies and settings."""

from __future__ import annotations

import pytest

from tests.build_files.reading import calls, cut, dependencies, facts, lines, settings

COMMANDS: dict[str, tuple[str, str, str, list[str]]] = {
    "a recipe line is a shell of its own": (
        "makefile", "Makefile", "PY ?= python3\ntest: build ## run tests\n\t@$(PY) -m pytest \\\n\t  -x\n\t-rm -f $@.log\n",
        ["test: pytest -x", "test: rm -f test.log"],
    ),
    "both branches of a conditional": (
        "makefile", "Makefile", "a:\nifdef CI\n\tjest --ci\nelse\n\tjest\nendif\n", ["a: jest --ci", "a: jest"],
    ),
    "one shell for all lines": (
        "makefile", "Makefile", ".ONESHELL:\na:\n\tcd sub\n\tnpm ci\n", ["a: cd sub", "a: npm ci"],
    ),
    "another recipe prefix": ("makefile", "Makefile", ".RECIPEPREFIX = >\na:\n>mypy .\n", ["a: mypy ."]),
    "a recipe behind a semicolon": ("makefile", "Makefile", "a: b; ruff check\n", ["a: ruff check"]),
    "make within make": ("makefile", "Makefile", "a:\n\t$(MAKE) -C docs html\n", ["a: make -C docs html"]),
    "a define is no rule": ("makefile", "Makefile", "define X\na: b\n\techo\nendef\nb:\n\ttrue x\n", ["b: true x"]),
    "shell form over lines with a comment inside": (
        "dockerfile", "Dockerfile", "FROM a\nRUN apt-get update \\\n # why\n && apt-get install x\n",
        ["0: apt-get update", "0: apt-get install x"],
    ),
    "exec form": ("dockerfile", "Dockerfile", 'FROM a AS b\nRUN ["pip", "install", "."]\n', ["b: pip install ."]),
    "a here-document is a script": (
        "dockerfile", "Dockerfile", "FROM a\nRUN <<EOF\npip install x\nmake\nEOF\nRUN tox\n",
        ["0: pip install x", "0: make", "0: tox"],
    ),
    "a here-document is input": ("dockerfile", "Dockerfile", "FROM a\nRUN python3 <<EOF\nimport os\nEOF\n", ["0: python"]),
    "a flag before the command": (
        "dockerfile", "Dockerfile", "FROM a\nRUN --mount=type=cache,target=/x npm ci\n", ["0: npm ci"],
    ),
    "a health check": ("dockerfile", "Dockerfile", "FROM a\nHEALTHCHECK --interval=5s CMD curl -f x\n", ["0: curl -f x"]),
    "quotes within an interpolation": (
        "rakefile", "Rakefile", "task :a do\n  sh \"make -C '#{File.join(\"x\", __FILE__)}' all\"\n  sh \"rspec #{a}\"\nend\n",
        ["a: make -C ${File_join_x___FILE} all", "a: rspec ${a}"],
    ),
    "package scripts": (
        "package_json", "package.json", '{"scripts": {"test": "jest -i && eslint \\"src\\""}}', ["test: jest -i", "test: eslint src"],
    ),
    "wireit": (
        "package_json", "package.json",
        '{"scripts": {"build": "wireit"}, "wireit": {"build": {"command": "tsc", "dependencies": ["a"]}}}', ["build: tsc"],
    ),
    "lint-staged": ("package_json", "package.json", '{"lint-staged": {"*.js": ["eslint --fix"]}}', ["lint-staged: eslint --fix"]),
    "tox commands": (
        "tox", "tox.ini", "[testenv]\ncommands =\n    py38: pytest {posargs:-n auto}\n    - coverage combine \\\n      -q\n",
        ["testenv: pytest -n auto", "testenv: coverage combine -q"],
    ),
    "tox in TOML": (
        "tox", "tox.toml", '[env.lint]\ncommands = [["ruff", "check", "."], ["mypy", {replace = "posargs", default = ["src"]}]]\n',
        ["lint: ruff check .", "lint: mypy src"],
    ),
    "tox inside pyproject": (
        "pyproject", "pyproject.toml", '[tool.tox]\nlegacy_tox_ini = """\n[testenv]\ncommands = pytest -q\n"""\n', ["testenv: pytest -q"],
    ),
    "tasks of project managers": (
        "pyproject", "pyproject.toml",
        '[tool.hatch.envs.test.scripts]\nrun = "pytest {args}"\n[tool.poe.tasks]\nlint = ["fmt", "a"]\nfmt.shell = "black ."\n'
        '[tool.cibuildwheel]\ntest-command = "pytest {project}"\n',
        ["lint: a", "fmt: black .", "test:run: pytest {args}", "cibuildwheel: pytest {project}"],
    ),
    "nox sessions": (
        "nox", "noxfile.py",
        'import nox\n\n@nox.session(name="t", python=["3.12"])\ndef tests(session):\n    session.install("-e", ".")\n'
        '    session.run("pytest", "-x", *session.posargs, env={"A": "1"})\n    session.notify("lint")\n\n@nox.session\ndef lint(s):\n    s.run("ruff")\n',
        ["t: pip install -e .", "t: pytest -x *session.posargs", "lint: ruff"],
    ),
    "lists and helpers of nox": (
        "nox", "noxfile.py",
        'import nox\n\nPLAIN = ["-v"]\n\ndef default(session, files):\n    command = ["pytest", *PLAIN]\n    if files:\n'
        '        command += ["--cov"]\n    session.run(*command)\n\ndef other(session):\n    args = session.posargs or ["a"]\n'
        '    session.run("b", *args)\n\n@nox.session\ndef unit(s):\n    default(s, "x")\n    other(s)\n',
        ["default: pytest -v --cov", "other: b *args"],
    ),
    "local hooks only": (
        "pre_commit", ".pre-commit-config.yaml",
        "repos:\n- repo: https://x\n  rev: v1\n  hooks:\n  - id: black\n- repo: local\n  hooks:\n  - id: t\n    entry: pytest\n    args: [-q]\n    language: system\n",
        ["t: pytest -q"],
    ),
    "recipes of just": (
        "justfile", "justfile", "# all tests\ntest *args: build\n    @cargo test {{args}}\n    -rm x\n\nbuild:\n    #!/usr/bin/env bash\n    make\n",
        ["test: cargo test {{args}}", "test: rm x", "build: make"],
    ),
    "tasks of Task": (
        "taskfile", "Taskfile.yml",
        "version: '3'\ntasks:\n  a:\n    desc: x\n    deps: [b]\n    cmds:\n      - go test ./...\n      - task: c\n      - cmd: rm x\n        ignore_error: true\n  b: go vet\n",
        ["a: go test ./...", "a: rm x", "b: go vet"],
    ),
    "tasks of Rake": (
        "rakefile", "Rakefile",
        'require "rspec"\nRSpec::Core::RakeTask.new(:spec)\nnamespace :ci do\n  desc "x"\n  task :all => [:spec] do\n    sh "rubocop -a #{x}"\n    system("a", "b c")\n  end\nend\ntask default: %w[spec ci:all]\n',
        ["spec: rspec", "ci:all: rubocop -a ${x}", "ci:all: a b c"],
    ),
    "programs that Gradle starts": (
        "gradle", "build.gradle", 'tasks.register("web", Exec) {\n  commandLine "npm", "ci"\n}\n', ["web: npm ci"],
    ),
    "scripts of Composer": (
        "composer", "composer.json", '{"scripts": {"test": ["@lint", "phpunit -v", "A\\\\B::run"], "lint": "@php x.php"}}',
        ["test: phpunit -v", "lint: php x.php"],
    ),
    "services": (
        "compose", "compose.yaml", "services:\n  web:\n    build: .\n    depends_on: [db]\n    command: npm start\n  db:\n    image: x\n    command: [a, -b]\n",
        ["web: npm start", "db: a -b"],
    ),
    "set-up of a container": (
        "devcontainer", ".devcontainer/devcontainer.json",
        '{// c\n"postCreateCommand": {"a": "npm ci", "b": ["pip", "install", "."]}, "onCreateCommand": "make setup",}',
        ["onCreateCommand: make setup", "postCreateCommand: npm ci", "postCreateCommand: pip install ."],
    ),
    "tasks of mise": ("mise", "mise.toml", '[tasks.t]\nrun = ["pytest", "ruff ."]\n[tasks]\nq = "ls"\n', ["t: pytest", "t: ruff .", "q: ls"]),
    "lefthook": ("lefthook", "lefthook.yml", "pre-commit:\n  commands:\n    a:\n      run: npx eslint\n", ["pre-commit: eslint"]),
    "targets of Nx": ("nx", "project.json", '{"targets": {"t": {"executor": "x", "options": {"command": "jest"}}}}', ["t: jest"]),
}  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_commands(name: str) -> None:
    adapter, path, text, wanted = COMMANDS[name]
    found = facts(adapter, path, text)
    assert lines(found) == wanted
    assert not found.errors


CALLS: dict[str, tuple[str, str, str, dict[str, list[str]]]] = {
    "prerequisites": (
        "makefile", "Makefile", "D = x y\nall: $(D) | z\nx y: q\n\tls\nlib/%.o: %.c\n\tcc\n",
        {"all": ["Makefile#target:x", "Makefile#target:y", "Makefile#target:z"], "x": ["Makefile#target:q"]},
    ),
    "composed scripts": (
        "package_json", "package.json",
        '{"scripts": {"a": "npm run b && yarn c", "prea": "x", "b": "run-p \\"l:*\\"", "c": "npm -w p run a", "l:1": "x", "l:2": "x"}}',
        {"a": ["prea", "b", "c"], "b": ["l:1", "l:2"], "c": []},
    ),
    "listed environments": (
        "tox", "tox.ini", "[tox]\nenvlist = py{38,39}, lint\n[testenv]\ncommands = a\n[testenv:lint]\ncommands = {[testenv]commands}\n",
        {"py38": ["testenv"], "py39": ["testenv"], "lint": ["testenv"]},
    ),
    "recipes": ("justfile", "justfile", "a: b (c 'x') && d\nb:\n ls\nc x:\n ls\nd:\n ls\n", {"a": ["b", "c", "d"]}),
    "stages": ("dockerfile", "Dockerfile", "FROM x AS a\nFROM a AS b\n", {"b": ["a"]}),
    "services": ("compose", "compose.yml", "services:\n  a:\n    depends_on:\n      b: {condition: service_healthy}\n  b: {image: x}\n", {"a": ["b"]}),
    "turbo": ("turbo", "turbo.json", '{"tasks": {"test": {"dependsOn": ["^build", "lint"]}, "build": {}, "lint": {}}}', {"test": ["build", "lint"]}),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_calls(name: str) -> None:
    adapter, path, text, wanted = CALLS[name]
    found = calls(facts(adapter, path, text))
    for unit, called in wanted.items():
        assert {call.rpartition(":")[2] if "#" in call else call for call in found[unit]} >= {
            call.rpartition(":")[2] if "#" in call else call for call in called
        }


DEPENDENCIES: dict[str, tuple[str, str, str, list[tuple[str, str, str]]]] = {
    "package.json": (
        "package_json", "package.json", '{"dependencies": {"a": "^1"}, "devDependencies": {"jest": "29"}}',
        [("a", "^1", "runtime"), ("jest", "29", "dev")],
    ),
    "project tables": (
        "pyproject", "pyproject.toml",
        '[project]\nname = "x"\ndependencies = ["a>=1; python_version > \'3\'", "b[c]"]\n[project.optional-dependencies]\nt = ["pytest"]\n'
        '[dependency-groups]\ndev = ["mypy==1.0", {include-group = "t"}]\n[build-system]\nrequires = ["hatchling"]\n',
        [("a", ">=1", "runtime"), ("b", "", "runtime"), ("pytest", "", "t"), ("mypy", "==1.0", "dev"), ("hatchling", "", "build")],
    ),
    "poetry": (
        "pyproject", "pyproject.toml", '[tool.poetry.dependencies]\npython = "^3"\na = {version = "1"}\n[tool.poetry.group.dev.dependencies]\npytest-xdist = "*"\n',
        [("a", "1", "runtime"), ("pytest-xdist", "*", "dev")],
    ),
    "setup.cfg": (
        "setup_cfg", "setup.cfg", "[options]\ninstall_requires =\n    a>=1\n    b\n[options.extras_require]\ntest = pytest\n",
        [("a", ">=1", "runtime"), ("b", "", "runtime"), ("pytest", "", "test")],
    ),
    "setup.py": (
        "setup_py", "setup.py", 'from setuptools import setup\nT = ["pytest-xdist>=1"]\nsetup(name="x", install_requires=["a"], extras_require={"test": T})\n',
        [("a", "", "runtime"), ("pytest-xdist", ">=1", "test")],
    ),
    "requirements": (
        "requirements", "requirements-dev.txt", "# c\n-r x.txt\na==1 --hash=sha256:1 \\\n  --hash=sha256:2\nb[c]>=2 # why\ngit+https://x/y#egg=z\n./local\n",
        [("a", "==1", "dev"), ("b", ">=2", "dev"), ("z", "git+https://x/y#egg=z", "dev")],
    ),
    "tox": ("tox", "tox.ini", "[testenv]\ndeps =\n  pytest-xdist\n  -r x.txt\n", [("pytest-xdist", "", "testenv")]),
    "cargo": ("cargo", "Cargo.toml", '[dependencies]\na = "1"\n[dev-dependencies]\nb = {version = "2"}\n', [("a", "1", "runtime"), ("b", "2", "dev")]),
    "go": ("go_mod", "go.mod", "module x\ngo 1.22\nrequire (\n\ta.b/c v1.0.0\n\td.e/f v2 // indirect\n)\n", [("a.b/c", "v1.0.0", "runtime"), ("d.e/f", "v2", "indirect")]),
    "gems": ("gemfile", "Gemfile", 'gem "a", "~> 1", ">= 1.2"\ngroup :test do\n  gem "rspec"\nend\n', [("a", "~> 1, >= 1.2", "runtime"), ("rspec", "", "test")]),
    "maven": (
        "maven", "pom.xml", "<project><dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId><version>1</version></dependency></dependencies></project>",
        [("g:a", "1", "runtime")],
    ),
    "gradle": (
        "gradle", "build.gradle.kts", 'dependencies {\n  implementation("g:a:1")\n  testImplementation(libs.junit)\n}\n',
        [("g:a", "1", "runtime"), ("libs.junit", "", "test")],
    ),
    "sbt": ("sbt", "build.sbt", 'libraryDependencies += "g" %% "a" % "1" % Test\n', [("g:a", "1", "runtime")]),
    "conda": ("conda", "environment.yml", "dependencies:\n- numpy=1.2\n- pip:\n  - x==1\n", [("numpy", "=1.2", "runtime"), ("x", "==1", "runtime")]),
}  # fmt: skip


@pytest.mark.parametrize("name", DEPENDENCIES)
def test_dependencies(name: str) -> None:
    adapter, path, text, wanted = DEPENDENCIES[name]
    assert dependencies(facts(adapter, path, text)) == wanted


SETTINGS: dict[str, tuple[str, str, str, dict[str, str]]] = {
    "pytest": ("pyproject", "pyproject.toml", '[tool.pytest.ini_options]\naddopts = ["-n", "auto"]\n', {"pytest addopts": "-n auto"}),
    "pytest.ini": ("setup_cfg", "pytest.ini", "[pytest]\naddopts = -q\n", {"pytest addopts": "-q"}),
    "pytest in setup.cfg": ("setup_cfg", "setup.cfg", "[tool:pytest]\naddopts = -q\n", {"pytest addopts": "-q"}),
    "pytest in tox.ini": ("tox", "tox.ini", "[pytest]\naddopts = -q\n", {"pytest addopts": "-q"}),
    "jest": ("package_json", "package.json", '{"jest": {"maxWorkers": 1}}', {"jest maxWorkers": "1"}),
    "jest file": ("js_settings", "jest.config.js", "module.exports = {\n  maxWorkers: 1, // c\n};\n", {"jest maxWorkers": "1"}),
    "vitest file": (
        "js_settings", "vitest.config.ts", "export default defineConfig({\n  test: {\n    reporters: [\n      'junit',\n    ],\n  },\n})\n",
        {"vitest test.reporters": "junit", "vitest reporters": "junit"},
    ),
    "gradle": ("gradle", "gradle.properties", "org.gradle.parallel=true\n", {"gradle org.gradle.parallel": "true"}),
    "gradle test": ("gradle", "build.gradle", "test {\n  maxParallelForks = 4\n}\n", {"gradle test.maxParallelForks": "4"}),
    "surefire": (
        "maven", "pom.xml",
        "<project><build><plugins><plugin><artifactId>maven-surefire-plugin</artifactId><configuration><forkCount>2</forkCount></configuration></plugin></plugins></build></project>",
        {"maven-surefire-plugin forkCount": "2"},
    ),
    "cmake": ("cmake", "CMakeLists.txt", "set(CMAKE_CXX_COMPILER_LAUNCHER ccache) # c\nenable_testing()\n", {"cmake CMAKE_CXX_COMPILER_LAUNCHER": "ccache", "cmake enable_testing": ""}),
    "presets": (
        "cmake", "CMakePresets.json", '{"configurePresets": [{"name": "a", "cacheVariables": {"X": {"value": "1"}}}], "testPresets": [{"name": "t", "execution": {"jobs": 4}}]}',
        {"cmake X": "1", "ctest execution.jobs": "4"},
    ),
    "cargo": ("cargo", ".cargo/config.toml", '[build]\nrustc-wrapper = "sccache"\n', {"cargo build.rustc-wrapper": "sccache"}),
    "nextest": ("cargo", ".config/nextest.toml", '[profile.ci.junit]\npath = "j.xml"\n', {"nextest profile.ci.junit.path": "j.xml"}),
    "npmrc": ("npmrc", ".npmrc", "fund=false\n//x/:_authToken=abc\n", {"npm fund": "false", "npm //x/:_authToken": ""}),
    "versions": ("mise", ".tool-versions", "nodejs 20.1 # c\n", {"nodejs version": "20.1"}),
    "version file": ("mise", ".nvmrc", "20\n", {"node version": "20"}),
    "sbt": ("sbt", "build.sbt", "Test / parallelExecution := false\n", {"sbt Test/parallelExecution": "false"}),
    "bazel": ("bazel", ".bazelrc", "build:ci --jobs=4\n", {"bazel build:ci": "--jobs=4"}),
    "health": ("compose", "compose.yml", "services:\n  a:\n    healthcheck:\n      test: [CMD, x]\n", {"compose a.healthcheck": "CMD x"}),
}  # fmt: skip


@pytest.mark.parametrize("name", SETTINGS)
def test_settings(name: str) -> None:
    adapter, path, text, wanted = SETTINGS[name]
    found = settings(facts(adapter, path, text))
    assert {key: found.get(key) for key in wanted} == wanted


def test_included_makefiles_are_called_through() -> None:
    found = facts("makefile", "Makefile", "include ci/*.mk ci/a.mk\nall: go\n", {"ci/a.mk": "T = pytest\ngo: ; $(T)\n"})
    assert calls(found)["go"] == ["ci/a.mk#target:go"]


def test_variables_of_included_makefiles_count() -> None:
    found = facts("makefile", "Makefile", "include a.mk\nt:\n\t$(T) -q\n", {"a.mk": "T = pytest\n"})
    assert lines(found) == ["t: pytest -q"]


def test_an_expanded_variable_stands_where_it_is_written() -> None:
    text = "P = pip install\na:\n\t$(P) requests\n"
    command = facts("makefile", "Makefile", text).commands[0]
    assert cut(text, command.place.span) == "$(P) requests"
    assert cut(text, command.arguments[-1].span) == "requests"


def test_image_stages() -> None:
    text = "ARG V=3\nFROM python:${V} AS base\nENV PIP_NO_CACHE_DIR=1\nFROM base\nCOPY . .\nRUN pip install .\n"
    (image,) = facts("dockerfile", "Dockerfile", text).images
    assert [(stage.name, stage.base, stage.base_is_stage) for stage in image.stages] == [
        ("base", "python:3", False),
        ("", "base", True),
    ]
    run = image.stages[1].instructions[-1]
    assert run.commands[0].environment["PIP_NO_CACHE_DIR"] == "1"
    assert cut(text, run.place.span) == "RUN pip install ."


def test_shell_instruction_sets_pipefail_and_dialect() -> None:
    text = 'FROM a\nSHELL ["/bin/bash", "-eo", "pipefail", "-c"]\nRUN make | tee log\n'
    (image,) = facts("dockerfile", "Dockerfile", text).images
    assert image.stages[0].instructions[-1].commands[0].status.value == "counted"


def test_windows_escape() -> None:
    text = "# escape=`\nFROM mcr.microsoft.com/windows/servercore\nRUN a `\n  b\nRUN c\n"
    (image,) = facts("dockerfile", "Dockerfile", text).images
    assert [item.keyword for item in image.stages[0].instructions] == ["FROM", "RUN", "RUN"]


SHOWN: dict[str, tuple[str, str, list[tuple[str, str]]]] = {
    "prompts and output": (
        "CONTRIBUTING.md", "# Test\n```console\n$ make test\nok 12 tests\n$ npm run \\\n    lint\n```\n", [("make test", "test"), ("npm run \\\nlint", "check")],
    ),
    "usage of the product is for nothing": (
        "README.md", "# X\n## Usage\n```sh\npip install x\nx run --fast\n```\n", [("pip install x", ""), ("x run --fast", "")],
    ),
    "development in a README": (
        "README.md", "# X\n## Development\n```sh\nsudo apt-get install libx-dev\npip install -e .\npytest -q\n```\n",
        [("sudo apt-get install libx-dev", "set-up"), ("pip install -e .", "set-up"), ("pytest -q", "test")],
    ),
    "other languages are left alone": ("AGENTS.md", "```python\nmake test\n```\n```\nThis is prose.\n```\n```\nmake lint\n```\n", [("make lint", "check")]),
    "reStructuredText": (
        "CONTRIBUTING.rst", "Testing\n=======\nRun::\n\n    tox -e py\n\n.. code-block:: console\n   :caption: x\n\n   $ make lint\n   ok\n\nText.\n",
        [("tox -e py", "test"), ("make lint", "check")],
    ),
    "AsciiDoc": ("CONTRIBUTING.adoc", "== Build\n[source,bash]\n----\n./gradlew build\n----\n", [("./gradlew build", "build")]),
    "a block in a list": ("AGENTS.md", "- do:\n\n  ```bash\n  cargo test\n  ```\n", [("cargo test", "test")]),
}  # fmt: skip


@pytest.mark.parametrize("name", SHOWN)
def test_documented_commands(name: str) -> None:
    path, text, wanted = SHOWN[name]
    found = facts("markdown", path, text)
    assert [(shown.text, shown.purpose) for shown in found.shown] == wanted
    for shown in found.shown:
        assert shown.unit in {unit.id for unit in found.units}
    assert bool(found.commands) == any(purpose for _, purpose in wanted)


def test_every_adapter_bears_nonsense() -> None:
    for adapter, path, *_ in [*COMMANDS.values(), *CALLS.values(), *DEPENDENCIES.values(), *SETTINGS.values()]:
        for text in (
            "",
            "\ufeff",
            "\x00"[:0],
            "{",
            "[",
            "a: b: c",
            "<a",
            '"',
            "[x\n",
            "\n\n\t@",
            "- - -\n: :",
            "é\r\n=\r\n",
            "[a]\nb",
        ):
            facts(adapter, path, text)
