"""The code needs an environment variable that nothing documents."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from agentlint.facts.command import GuardKind
from agentlint.facts.interface import EnvironmentRead
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.pages.given_variables import (
    is_named,
    is_set_by_part,
    is_set_here,
    is_told_beside,
    named_by_pipelines_alone,
    set_by_pipelines,
)
from agentlint.judgements.pages.mentions import documents, mentions
from agentlint.judgements.pages.project_documents import all_documents_text
from agentlint.judgements.pages.required_variables import is_given_by_code, is_of_absent_service, required_variables
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station, Tier

_GIVEN = lazily(
    r"^(HOME|PATH|USER|USERNAME|LOGNAME|SHELL|PWD|OLDPWD|TMP|TEMP|TMPDIR|TERM|LANG|LC_.*|DISPLAY|EDITOR|VISUAL|HOSTNAME|APPDATA|LOCALAPPDATA"
    r"|USERPROFILE|PROGRAMFILES.*|SYSTEMROOT|WINDIR|COMSPEC|CI|GITHUB_(?!\w*TOKEN$|PR_|APP_|CLIENT_|USER(?:NAME)?$|ORG$|OWNER$|PAT$|REPO$).*|GITLAB_(?!\w*TOKEN$).*|CI_.*|RUNNER_.*|TRAVIS.*|CIRCLE.*|BUILDKITE.*|JENKINS.*"
    r"|BUILD_.*|AZURE_.*|SYSTEM_.*|AGENT_.*|APPVEYOR.*|CIRRUS.*|DRONE.*|BITBUCKET.*|XDG_.*|VIRTUAL_ENV|CONDA_.*|PYTHON.*|PYTEST_.*|TOX_.*|MESON_.*|CTEST_.*|TEST_(?:SRCDIR|TMPDIR|WORKSPACE|TARGET|UNDECLARED_OUTPUTS_DIR)|RUNFILES_.*|NEXTEST.*|JEST_.*|VITEST.*|STRYKER.*|MIX_.*|ZIG_.*|TEAMCITY_.*|SEMAPHORE_.*|WERCKER_.*|CODEBUILD_.*|BITRISE_.*|NINJA_.*|SBT_.*|MAVEN_.*|GRADLE_.*|DUNE_.*|OPAM_.*|LUA_.*|PERL5?_.*|PERL5LIB|HARNESS_.*|SNAP(?:CRAFT)?_.*|FLATPAK_.*|DEB_.*|RPM_.*|AUTOPKGTEST_.*|NIX_.*|DEVSHELL_.*|DDEV_.*|LANDO.*|CODESPACES?.*|GITPOD_.*|REMOTE_CONTAINERS.*|NOX_.*|MOLECULE_.*|ROBOT_.*|ALLURE_.*"
    r"|PRE_COMMIT.*|CARGO.*|OUT_DIR|TARGET|HOST|PROFILE|RUSTC.*|GOPATH|GOROOT|JAVA_HOME|NODE_ENV|npm_.*|INIT_CWD|VERCEL(?!_TOKEN).*|NETLIFY(?!_AUTH_TOKEN|_SITE_ID).*|HEROKU(?!_API_KEY).*|READTHEDOCS.*"
    r"|SSH_.*|SUDO_.*|DBUS_.*|WAYLAND.*|COMP_.*|BATS_.*|COLUMNS|LINES|NO_COLOR|FORCE_COLOR|DEBUG|PORT|HTTP_PROXY|HTTPS_PROXY|NO_PROXY|_|ARCH|OS|PS1|BASH.*|ZSH.*|FUNCNAME|RANDOM|SECONDS|UID|EUID|PPID"
    r"|PRETTY_NAME|ID_LIKE|VERSION_ID|(?:VERSION|UBUNTU|DEBIAN)_CODENAME"  # os-release(5)
    r"|CC|CXX|CFLAGS|CXXFLAGS|CPPFLAGS|LDFLAGS|AR|LD|MAKEFLAGS|MAKE|DESTDIR|PREFIX|SRC_DIR|SDKROOT|MACOSX_DEPLOYMENT_TARGET|REQUEST_METHOD|QUERY_STRING|REMOTE_ADDR|AWS_.*|GOOGLE_.*|DOCKER_.*|KUBERNETES_.*)$"
)

_HANDED_BACK = lazily(r"GITHUB_(?:OUTPUT|ENV|PATH|STATE|STEP_SUMMARY)")
"""Files by which a step hands something back: what names one runs in the pipeline alone."""
_ONLY_IN_CI = lazily(r"^(?:GITHUB|RUNNER|GITLAB|CI|TRAVIS|CIRCLE|BUILDKITE)_")
_SHOWN_CODE = lazily(
    r"(?:^|/)(?:docs?(?:_\w+)?|doc_src|examples?|_examples|samples?|demos?|tutorials?|benchmarks?|fixtures?|__fixtures__|testdata|test[-_]data|notebooks"
    r"|templates?|playgrounds?|website|stories|cypress)/",
    re.IGNORECASE,
)
"""Examples and documentation."""
_FOR_PIPELINES = lazily(r"(?:^|/)(?:\.github|scripts?|tools?|hack)/")
LIKELY = 0.45
"""Below this reach, whether anybody runs the code is a guess, and so is whether the variable matters."""

RULE = Rule(
    id="CTX705",
    name="undocumented-variable",
    category=Category.AGENT_CONTEXT,
    summary="The code requires an environment variable that no document or example file names.",
    why="A run without it fails with a KeyError, and nothing in the repository says what to set it to.",
    remediation="Name it in the README, AGENTS.md or an `.env.example`, with an example value; or give it a default.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=40),
    station=Station.SET_UP,
    bad=(
        Bad(
            {"app.py": 'import os\n\nDATABASE = os.environ["APP_DATABASE_URL"]\n', "README.md": "# App\n"},
            at=("app.py:3",),
        ),
        Bad(
            {
                "run.py": "import os\n\ndef main():\n    target = os.environ.get('SUITE_TARGET', '').strip()\n    if not target:\n"
                "        raise RuntimeError('SUITE_TARGET must be set')\n    print(target)\n\nmain()\n",
                "README.md": "# Suite\n",
            },
            at=("run.py:4",),
            title="asked after, and nothing goes on without it",
        ),
        Bad(
            {
                "tests/test_drive.py": "import os\n\nCREDENTIALS = 'DRIVE_TEST_CREDENTIALS'\n\ndef test_x():\n    assert os.environ[CREDENTIALS]\n",
                "README.md": "# Drive\n\n## Tests\n\n    pytest\n",
            },
            at=("tests/test_drive.py:6",),
            title="a test that the documented command runs, and nothing sets its variable",
        ),
        Bad(
            {
                "tests/conftest.py": "import os\n\ndef endpoint():\n    path = os.getenv('SUITE_ENDPOINTS', None)\n"
                "    if not (path and os.path.exists(path)):\n        raise FileNotFoundError(path)\n    return path\n",
                "tests/test_x.py": "def test_x():\n    pass\n",
                ".github/scripts/test.sh": "#!/bin/sh\nexport SUITE_ENDPOINTS=$HOME/x.json\npytest\n",
                "README.md": "# Suite\n",
            },
            at=("tests/conftest.py:4",),
            title="tests that end without it, and only a script of the pipeline sets it",
        ),
        Bad(
            {
                "scripts/make_release.py": 'import os\n\nTOKEN = os.environ["GITHUB_API_TOKEN"]\n\nprint(TOKEN)\n',
                "README.md": "# Ship\n",
            },
            at=("scripts/make_release.py:3",),
            title="a credential of a host, which no system sets by itself",
        ),
        Bad(
            {"deploy.sh": '#!/bin/sh\nset -eu\nexec ship --to "${SHIP_HOST:?}"\n', "README.md": "# Ship\n"},
            at=("deploy.sh:3",),
        ),
        Bad(
            {
                "tools/deploy.ts": "import Client from 'host';\n\nconst token = process.env.HOST_AUTH_TOKEN;\n\nnew Client(token).deploy('dist');\n",
                "package.json": '{"scripts": {"deploy": "ts-node tools/deploy.ts"}}\n',
                "README.md": "# Site\n",
            },
            at=("tools/deploy.ts:3",),
            title="a credential that is handed on unasked",
        ),
        Bad(
            {
                "scripts/sync.mjs": "const key = process.env.SYNC_KEY;\nif (!key) {\n  throw new Error('no key');\n}\nrun(key);\n",
                "package.json": '{"scripts": {"sync": "node scripts/sync.mjs"}}\n',
                "README.md": "# Site\n",
            },
            at=("scripts/sync.mjs:1",),
        ),
        Bad(
            {
                "unit-test.sh": '#!/bin/sh\nif [ "$CI" != "true" ]; then\n  echo "for developers only"\n  exit 1\nfi\npytest\n',
                "README.md": "# x\n",
            },
            at=("unit-test.sh:2",),
            title="a script that runs under CI only",
        ),
        Bad(
            {
                "scripts/note.ts": "const author = nullthrows(process.env.GITHUB_PR_AUTHOR);\nwrite(author, requireEnv('NOTE_PLACE'));\n",
                "test/remote/index.js": "const { SUITE_KEY } = process.env\nconst node = process.env.SUITE_SERVER\nassert(node != null, 'none')\n"
                "if (!SUITE_KEY || SUITE_KEY === '') {\n  log.fail('no key')\n  process.exit(1)\n}\n",
                "package.json": '{"scripts": {"note": "tsx scripts/note.ts", "test": "node test/remote/index.js"}}\n',
                "README.md": "# Site\n\n    npm test\n",
            },
            at=("scripts/note.ts:1", "scripts/note.ts:2", "test/remote/index.js:1", "test/remote/index.js:2"),
            title="a function that throws where it is handed nothing",
        ),
        Bad(
            {
                "utils/sweep.sh": '#!/usr/bin/env bash\nset -euo pipefail\naws x --role-arn "$SWEEP_ROLE_ARN"\n',
                "utils/up.sh": '#!/bin/bash\nUP_PASSWORD="${UP_PASSWORD:-}"\nif [ -z "$UP_PASSWORD" ]; then\n  exit 1\nfi\n',
                "build.cake": 'var secret = EnvironmentVariable("SIGN_SECRET");\nif(string.IsNullOrWhiteSpace(secret)) {\n    throw new Exception("none");\n}\n',
                "Makefile": "create: build env-STACK_NAME\n\taws $(STACK_NAME)\n\nenv-%:\n\t@test -n '${${*}}'\n",
                "README.md": "# x\n\nRun `make create`.\n",
            },
            at=("utils/sweep.sh:3", "utils/up.sh:3", "build.cake:1", "Makefile:1"),
            title="scripts, builds and targets that end without it",
        ),
        Bad(
            {
                "scripts/publish.sh": '#!/bin/bash\nset -e\nPLACE="https://${SITE_TOKEN}@github.com/me/site.git"\ngit push "$PLACE"\n',
                "scripts/keep.sh": '#!/bin/bash\nset -euo pipefail\ncp notes.txt "${TMPDIR}/notes.txt"\n',
                "README.md": "# Site\n",
            },
            at=("scripts/keep.sh:3", "scripts/publish.sh:3"),
            title="a token in an address, and a folder that macOS alone names",
        ),
    ),
    good=(
        Good(
            {
                "ci/build.sh": '#!/bin/bash\nsource "$(dirname -- "${BASH_SOURCE[0]}")/versions.sh"\nfetch "${KIT_TAG:?}"\n',
                "ci/versions.sh": "KIT_TAG=2026-02-24\n",
                "net": "#!/bin/bash\nset_to() { export ${1}=$2; }\nset_to CA_PASSWORD secret\n. scripts/ca.sh\n",
                "scripts/ca.sh": "#!/bin/bash\nenroll https://admin:${CA_PASSWORD}@ca.example\n",
                "README.md": "# Ship\n",
            },
            because="the part that is taken in sets it, or the script that takes it in",
        ),
        Good(
            {
                "scripts/publish.sh": '#!/bin/bash\nset -u\nif [ -n "${SITE_TOKEN:-}" ]; then\n  git push "https://${SITE_TOKEN}@github.com/me/site.git"\nfi\n'
                'OTHER_TOKEN=$(cat token)\ngit push "https://me:${OTHER_TOKEN}@github.com/me/site.git"\ncp notes.txt "${TMPDIR:-/tmp}/notes.txt"\n',
                "README.md": "# Site\n",
            },
            because="looked for first, read by the script, and with a default",
        ),
        Good(
            {
                "utils/sweep.sh": '#!/usr/bin/env bash\n# SWEEP_ZONE: where to sweep\nset -euo pipefail\nSWEEP_ROLE=x\naws "$SWEEP_ROLE" "$SWEEP_ZONE" "${SWEEP_MODE:-all}" \'$SWEEP_X\' "$SWEEP_SET"\n',
                "Makefile": "sweep:\n\tSWEEP_SET=1 utils/sweep.sh\n",
                "README.md": "# x\n",
            },
            because="assigned, told at the head, with a default, quoted, and given by its caller",
        ),
        Good(
            {
                "testing/legs.py": "import os\n\nwith open(os.environ['GITHUB_OUTPUT'], 'a') as out:\n    out.write('x')\n",
                "README.md": "# x\n",
            },
            because="by this file a step hands something back",
        ),
        Good(
            {
                "tests/test_x.py": "import os\n\ndef test_x():\n    assert os.environ['SUITE_WHEEL']\n",
                ".github/scripts/run.py": "import os, subprocess\n\nenv = dict(os.environ)\nenv['SUITE_WHEEL'] = 'x.whl'\nsubprocess.run(['pytest'], env=env)\n",
                "README.md": "# Suite\n",
            },
            because="the program that runs the tests sets it",
        ),
        Good(
            {
                "unit-test.sh": '#!/bin/sh\nif [ "$CI" != "true" ]; then\n  exit 1\nfi\npytest\n',
                "README.md": "# x\n\nRun the tests with `CI=true ./unit-test.sh`.\n",
            },
            because="the page says it",
        ),
        Good(
            {
                "scripts/sync.mjs": "const token = process.env.SYNC_TOKEN;\nif (token) {\n  run(new Client(token));\n}\n",
                "package.json": '{"scripts": {"sync": "node scripts/sync.mjs"}}\n',
            },
            because="it goes on without it",
        ),
        Good(
            {
                "tools/lint.py": "import os\n\nROOT = os.environ['MESON_SOURCE_ROOT']\n",
                "tools/child.ts": "const input = process.env.CHILD_INPUT;\nif (!input) {\n  process.exit(1);\n}\n",
                "tools/parent.ts": "spawn('child', { env: { CHILD_INPUT: 'x' } });\n",
                "package.json": '{"scripts": {"child": "tsx tools/child.ts"}}\n',
                "README.md": "# x\n",
            },
            because="set by the build for what it runs, and by the program that starts this one",
        ),
        Good(
            {
                "app.py": 'import os\n\nDATABASE = os.environ["APP_DATABASE_URL"]\n',
                ".env.example": "APP_DATABASE_URL=postgres://x\n",
            },
            because="an example file names it",
        ),
        Good({"app.py": 'import os\n\nMODE = os.environ.get("APP_MODE", "dev")\n'}, because="it has a default"),
        Good({"app.py": 'import os\n\nHOME = os.environ["HOME"]\n'}, because="every system sets it"),
        Good(
            {
                "tests/conftest.py": 'import os\n\nos.environ["APP_X"] = "1"\n',
                "tests/test_app.py": 'import os\n\ndef test_x():\n    assert os.environ["APP_X"]\n',
            },
            because="the tests set what they need",
        ),
        Good(
            {
                "tests/test_app.py": 'import os\n\nimport pytest\n\n@pytest.mark.skipif("APP_X" not in os.environ, reason="-")\n'
                'def test_x():\n    assert os.environ["APP_X"]\n'
            },
            because="skipped without it",
        ),
        Good(
            {
                "app.py": "import os\n\ntoken = os.environ.get('APP_TOKEN')\nkey = os.environ.get('APP_KEY')\n"
                "if not token and not key:\n    raise SystemExit(1)\n"
            },
            because="either will do, and neither is needed",
        ),
        Good(
            {
                ".github/workflows/ci.yml": "on: push\njobs:\n  x:\n    runs-on: ubuntu-latest\n    timeout-minutes: 5\n    steps:\n"
                "      - run: python .github/notify.py\n        env:\n          CHANNEL_HOOK: x\n",
                ".github/notify.py": 'import os\n\nprint(os.environ["CHANNEL_HOOK"])\n',
            },
            because="the workflow that runs it sets it",
        ),
    ),
)


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag each file's first read of each required variable that is neither given by systems nor named in a document."""
    yield from _refusals(repository)
    seen: set[tuple[str, str]] = set()
    for read in (read for facts in repository.judged_facts for read in facts.environment_reads):
        if (
            not read.required
            or (read.name, read.place.path) in seen
            or _is_given(read, repository)
            or _is_told(read, repository)
        ):
            continue
        seen.add((read.name, read.place.path))
        yield Hit(
            place=read.place,
            message=f"the code needs `{read.name}` and nothing documents it; name it with an example value",
            unit=read.unit,
            tier=Tier.DEFAULT if read.test_code or repository.graph.reach(read.unit) >= LIKELY else Tier.PEDANTIC,
        )
    for place, name in required_variables(repository, lambda name: _needs_no_word(name, repository)):
        if (name, place.path) not in seen:
            seen.add((name, place.path))
            yield Hit(
                place=place,
                message=f"the run ends without `{name}` and nothing documents it; name it with an example value",
            )


def _needs_no_word(name: str, repository: Repository) -> bool:
    """True for what systems set, and for what a document names."""
    given = _GIVEN.match(name) and name != "TMPDIR" and not is_of_absent_service(name, repository)
    return bool(given) or is_named(name, repository)


_WITHOUT_CI = lazily(r"""-z ["']?\$\{?CI\b|\$\{?CI(?::-)?\}?["']? !=|! \$\{?CI\b|!= ["']?\$\{?CI\b""")


def _refusals(repository: Repository) -> Iterator[Hit]:
    """Scripts that end with a failure wherever `CI` is not set, where no document says so."""
    told: set[str] = set()
    for facts in repository.judged_facts:
        for command in facts.commands:
            guard = command.guards[-1] if command.guards else None
            if command.program != "exit" or guard is None or guard.kind is not GuardKind.NOT_AUTOMATED:
                continue
            refused = _WITHOUT_CI.search(guard.text) and re.fullmatch(r"[1-9]\d*", " ".join(command.texts()))
            source = repository.read(command.place.path)
            if not refused or source is None or "CI=" in source.text or _names_ci(repository):
                continue
            if command.place.path not in told:
                told.add(command.place.path)
                message = "the script refuses to run unless `CI` is set, and no document says so; name it"
                yield Hit(place=Place(command.place.path, guard.span), message=message, unit=command.unit)


def _names_ci(repository: Repository) -> bool:
    return bool(re.search(r"CI=(?<=\bCI=)|`CI`", all_documents_text(repository)))


def _is_given(read: EnvironmentRead, repository: Repository) -> bool:
    """True for what the system sets; what a CI service sets is not there where tests run on a developer's machine."""
    if _HANDED_BACK.fullmatch(read.name):
        return True
    if read.test_code and _SHOWN_CODE.search(read.place.path):
        return True
    if read.test_code and not read.place.path.endswith(".py") and repository.graph.reach(read.unit) < LIKELY:
        return True  # of other languages' tests too little is known of what sets their variables
    return bool(_GIVEN.match(read.name)) and not (read.test_code and _ONLY_IN_CI.match(read.name))


def _is_told(read: EnvironmentRead, repository: Repository) -> bool:
    """True when a document names the variable, something of this repository sets it, or only the pipeline runs the code."""
    if is_named(read.name, repository) and not (read.test_code and named_by_pipelines_alone(read.name, repository)):
        return True
    if is_told_beside(read, repository) or (read.test_code and is_set_here(read.name, repository)):
        return True
    if not read.place.path.endswith(".py") and (
        is_given_by_code(read.name, repository) or is_set_by_part(read, repository)
    ):
        return True
    if read.name not in set_by_pipelines(repository):
        return False
    return bool(_FOR_PIPELINES.search(read.place.path)) or not (read.test_code or _has_own_page(read, repository))


def _has_own_page(read: EnvironmentRead, repository: Repository) -> bool:
    """True where a document stands beside the code or just above it and tells how it is run, but does not name the variable."""
    folder = posixpath.dirname(read.place.path)
    folders = {folder, posixpath.dirname(folder)} - {"", ".github", "scripts"}
    return any(posixpath.dirname(path) in folders and mentions(path, repository) for path in documents(repository))
