"""CI downloads browsers, models or tools again on each run."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place
from agentlint.judgements.keeping.caching import Fetch, fetches, kept, lasting_machine
from agentlint.judgements.keeping.held_addresses import with_address
from agentlint.judgements.running.occasions import rare_command
from agentlint.judgements.running.scope import as_written
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station, Tier

_HEAD = "on: pull_request\njobs:\n  e2e:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"

RULE = Rule(
    id="CAC207",
    name="download-each-run",
    category=Category.NO_CACHE,
    summary="Browsers, models or compiled tools are fetched anew in each CI run.",
    why=(
        "Hundreds of megabytes, or a tool's whole compilation, stand before the first test, each time the same (E5). They change "
        "only with the version in the lock file, the best key a cache can have."
    ),
    remediation="Cache the download folder, keyed on the version, or take an image or binary that has it.",
    severity=Severity.MINOR,
    cost=Cost(seconds=40, source="E5"),
    station=Station.CI,
    evidence=("E5",),
    bad=(
        Bad(
            {
                ".github/workflows/kits.yml": (
                    "on: push\njobs:\n  kits:\n    runs-on: ubuntu-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n      - run: ./build.sh\n        env:\n          WITH_KITS: 1\n"
                ),
                ".github/workflows/plain.yml": (
                    "on: push\njobs:\n  plain:\n    runs-on: windows-latest\n    timeout-minutes: 9\n    steps:\n"
                    "      - uses: actions/checkout@v4\n      - run: bash ./build.sh\n"
                ),
                "build.sh": '#!/bin/bash\nset -e\nif [[ -n ${WITH_KITS-} ]]; then\n  sdkmanager "platforms;android-33"\nfi\n./make\n',
            },
            at=(".github/workflows/kits.yml:8",),
            title="another job calls the same script and leaves the kits off",
        ),
        Bad(
            {".github/workflows/ci.yml": _HEAD + "      - run: npx playwright install --with-deps chromium\n"},
            at=(".github/workflows/ci.yml:7",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + '      - run: curl -sL "https://artifacts.elastic.co/downloads/elasticsearch/elasticsearch-$V.tar.gz" | tar xz\n'
            },
            at=(".github/workflows/ci.yml:7",),
            title="a server of some hundred megabytes",
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + '      - run: |\n          curl -fsSL "https://go.dev/dl/go${V}.linux-amd64.tar.gz" -o go.tgz\n          tar -C /opt -xzf go.tgz\n'
                + "          wget -q https://github.com/Kitware/CMake/releases/download/v3.20.2/cmake-3.20.2-linux-x86_64.tar.gz\n"
            },
            at=(".github/workflows/ci.yml:8", ".github/workflows/ci.yml:10"),
            title="tool chains, each by its address",
        ),
        Bad(
            {
                "azure-pipelines.yml": (
                    'trigger: [main]\npool: {vmImage: windows-latest}\nsteps:\n- pwsh: |\n    $url = "https://go.dev/dl/go1.24.2.windows-amd64.zip"\n'
                    "    Invoke-WebRequest -Uri $url -OutFile go.zip\n"
                )
            },
            at=("azure-pipelines.yml:6",),
            title="by PowerShell",
        ),
        Bad(
            {".gitlab-ci.yml": "docs:\n  image: rust:1.80\n  script:\n    - cargo install mdbook\n"},
            at=(".gitlab-ci.yml:4",),
        ),
        Bad(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions/cache@v4\n        with:\n          path: |\n            ~/.cargo/registry\n            target\n"
                + "          key: cargo-${{ hashFiles('Cargo.lock') }}\n      - run: cargo install cargo-tarpaulin\n"
            },
            at=(".github/workflows/ci.yml:13",),
            title="crates' sources are kept, and what is made of them is not",
        ),
        Bad(
            {
                ".circleci/config.yml": (
                    "version: 2.1\njobs:\n  nlp:\n    docker:\n      - image: cimg/python:3.12\n    steps:\n"
                    "      - run: python -m nltk.downloader punkt\n"
                )
            },
            at=(".circleci/config.yml:7",),
        ),
    ),
    good=(
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - id: kept\n        uses: actions/cache@v4\n        with: {path: kafka.tgz, key: kafka-3.7}\n"
                + "      - if: steps.kept.outputs.cache-hit != 'true'\n"
                + "        run: curl -o kafka.tgz https://archive.apache.org/dist/kafka/3.7.0/kafka_2.13-3.7.0.tgz\n"
            },
            because="fetched where the kept one is missing",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: Swatinem/rust-cache@v2\n      - run: cargo install cargo-tarpaulin\n"
            },
            because="rust-cache keeps ~/.cargo/bin too",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: actions/cache@v4\n        with:\n          path: ~/.cache/ms-playwright\n"
                + "          key: pw-${{ hashFiles('package-lock.json') }}\n      - run: npx playwright install chromium\n"
            },
            because="the browsers are kept",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - run: |\n          if [ ! -x /opt/go/bin/go ]; then\n            curl -L https://go.dev/dl/go1.24.2.linux-amd64.tar.gz | tar -C /opt -xz\n          fi\n"
                + "          curl -s 'https://go.dev/dl/?mode=json' | jq\n          curl -s https://nodejs.org/dist/ | grep v22\n"
            },
            because="it looks first whether the machine has it; a list of versions is small",
        ),
        Good(
            {".github/workflows/ci.yml": _HEAD + "      - run: npx playwright install-deps\n"},
            because="system packages, no browser",
        ),
        Good(
            {"package.json": '{"scripts": {"browsers": "playwright install"}}\n'},
            because="no CI job runs it; a developer's machine keeps the browsers",
        ),
        Good(
            {
                ".github/workflows/ci.yml": _HEAD
                + "      - uses: taiki-e/install-action@v2\n        with: {tool: cargo-nextest}\n"
            },
            because="a ready-made binary is fetched",
        ),
        Good(
            {".github/workflows/ci.yml": _HEAD + "      - run: cargo install --path .\n"},
            because="it installs the project itself",
        ),
    ),
)


def check(job: Job, repository: Repository) -> Iterator[Hit]:
    """Flag each command of a job that downloads what no cache keeps; once for each thing."""
    if lasting_machine(job):
        return
    told: set[str] = set()
    for fetch in fetches(job, repository):
        key = _thing(fetch, repository)
        if not fetch.how.download or key in told or kept(fetch, job, repository) or fetch.how.what in job.container:
            continue
        if fetch.how.what == "toolchain" and (key.endswith("/") or _looks_first(fetch, repository)):
            continue
        told.add(key)
        for place in _places(fetch):
            yield Hit(
                place=place,
                message=f"`{as_written(fetch.by, repository, 60)}` downloads the same on each run; {fetch.how.advice}",
                unit=job.unit,
                tier=Tier.PEDANTIC if rare_command(fetch.through, job, repository) else None,
                cost=Cost(seconds=fetch.how.seconds, source="E5"),
            )


def _thing(fetch: Fetch, repository: Repository) -> str:
    """What is fetched, to be told once: an archive by its address, a crate by its command, anything else by its kind.

    An address that ends in a slash is a listing.
    """
    if fetch.how.what == "toolchain":
        return next((text for text in with_address(fetch.by, repository).texts() if "://" in text), fetch.how.what)
    return f"{fetch.how.what} {id(fetch.through)}" if fetch.by.program == "cargo" else fetch.how.what


_LOOKS = lazily(
    r"(?i:Test-Path|\bexist\b|\bcommand -v\b|\bwhich\b|\bwhere(?:\.exe)?\b|Get-Command)|(?:^|[\[(\s])-[defx]\s"
)


def _looks_first(fetch: Fetch, repository: Repository) -> bool:
    """True where a condition asks whether the tool lies there: a machine or an image that has it fetches nothing."""
    if any(_LOOKS.search(guard.text) for guard in (*fetch.by.guards, *fetch.through.guards)):
        return True
    start = fetch.by.place.span.start
    own = repository.commands_by_unit.get(fetch.by.unit, ())
    if any(
        one.program in _ENDS
        and one.texts() in {(), ("0",)}
        and one.place.span.start < start
        and any(_LOOKS.search(guard.text) for guard in one.guards)
        for one in own
    ):
        return True
    return "Test-Path" in repository.text(fetch.by.place.path)[max(0, start - _NEAR) : start]


_ENDS = frozenset({"exit", "return"})
"""What ends a script or a function that has found the tool: `[ -d sdk ] && exit 0`."""
_NEAR = 400
"""Characters before a command of PowerShell in which the condition on its block stands."""


def _places(fetch: Fetch) -> tuple[Place, ...]:
    """Where the download stands, and the job's command that leads to it.

    A package script that every install runs is told beside the job; an archive only in the script that fetches it, for all jobs.
    """
    if fetch.how.what == "toolchain":
        return (fetch.by.place,)
    there = fetch.by.place.path.endswith("package.json")
    return (fetch.through.place, fetch.by.place) if there else (fetch.through.place,)
