"""CI downloads browsers, models or tools again on each run."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.pipeline import Job
from agentlint.facts.repository import Repository
from agentlint.files.source import Place
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station, Tier
from agentlint.rule.caching import Fetch, fetches, kept, lasting_machine
from agentlint.rule.occasions import rare_command
from agentlint.rule.scope import as_written

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
        key = f"{fetch.how.what} {id(fetch.through)}" if fetch.by.program == "cargo" else fetch.how.what
        if not fetch.how.download or key in told or kept(fetch, job, repository) or fetch.how.what in job.container:
            continue
        told.add(key)
        for place in dict.fromkeys((fetch.through.place, _standing(fetch))):
            yield Hit(
                place=place,
                message=f"`{as_written(fetch.by, repository, 60)}` downloads the same on each run; {fetch.how.advice}",
                unit=job.unit,
                tier=Tier.PEDANTIC if rare_command(fetch.through, job, repository) else None,
                cost=Cost(seconds=fetch.how.seconds, source="E5"),
            )


def _standing(fetch: Fetch) -> Place:
    """Where the download stands: a package script that every install runs is told beside the job that installs."""
    return fetch.by.place if fetch.by.place.path.endswith("package.json") else fetch.through.place
