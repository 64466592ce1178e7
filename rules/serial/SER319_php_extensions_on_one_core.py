"""docker-php-ext-install compiles large extensions of PHP on one core."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.running.scope import in_prose
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station, Tier
from agentlint.rule.edits import after_program

RULE = Rule(
    id="SER319",
    name="php-extensions-on-one-core",
    category=Category.SERIAL,
    summary="docker-php-ext-install compiles large extensions of PHP on one core.",
    why=(
        "The script of the official images calls `make -j1` for each extension unless it is given -j, and what MAKEFLAGS says is "
        "overridden by that. intl alone is a hundred files of C++; each build of the image waits for them one by one (E15)."
    ),
    remediation='docker-php-ext-install -j"$(nproc)" intl gd ...',
    severity=Severity.MINOR,
    programs=frozenset({"docker-php-ext-install"}),
    cost=Cost(seconds=40, source="E15"),
    station=Station.BUILD,
    evidence=("E15",),
    bad=(
        Bad(
            {"Dockerfile": "FROM php:8.3-fpm\nRUN docker-php-ext-install intl gd zip bcmath\n"},
            at=("Dockerfile:2",),
            fixed={
                "Dockerfile": 'FROM php:8.3-fpm\nRUN docker-php-ext-install -j"$(nproc)" intl gd zip bcmath\n',
            },
        ),
        Bad(
            {
                ".gitlab-ci.yml": "test:\n  image: php:8.3\n  before_script:\n    - apt-get update -y && apt-get install -y libicu-dev\n"
                "    - docker-php-ext-install intl mbstring soap\n  script:\n    - vendor/bin/phpunit\n"
            },
            at=(".gitlab-ci.yml:5",),
            fixed={
                ".gitlab-ci.yml": "test:\n  image: php:8.3\n  before_script:\n    - apt-get update -y && apt-get install -y libicu-dev\n"
                '    - docker-php-ext-install -j"$(nproc)" intl mbstring soap\n  script:\n    - vendor/bin/phpunit\n',
            },
            title="before each run of a job, with no layer to keep it",
        ),
    ),
    good=(
        Good(
            {"Dockerfile": "FROM php:8.3-fpm\nRUN docker-php-ext-install -j$(nproc) intl gd zip bcmath\n"},
            because="one job for each core",
        ),
        Good(
            {"Dockerfile": "FROM php:8.3-fpm\nRUN docker-php-ext-install --jobs 4 intl gd soap opcache\n"},
            because="four jobs",
        ),
        Good(
            {"Dockerfile": "FROM php:8.3-fpm\nRUN docker-php-ext-install pdo_mysql zip bcmath pcntl\n"},
            because="a few files each: what takes the time is configure, which -j does not share out",
        ),
        Good(
            {"Dockerfile": "FROM php:8.3-fpm\nRUN install-php-extensions intl gd soap opcache\n"},
            because="that script takes all cores by itself",
        ),
        Good(
            {"docs/docker.md": "```sh\ndocker-php-ext-install intl gd soap opcache\n```\n"},
            because="prose shows it",
        ),
    ),
)

_SECONDS = {"intl": 45, "opcache": 20, "gd": 15, "mbstring": 15, "dom": 12, "phar": 10, "soap": 8, "mysqli": 5}
"""What the larger extensions take on one core, estimated by the files of C in each (github.com/php/php-src: ext)."""
_SMALL = 2
"""Seconds of every other one."""
_WORTH = 55
"""Seconds of compiling from which on the option belongs there beyond doubt."""
_TRIFLE = 25


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag a call without -j by what it compiles; a single extension of some size is a matter of judgement."""
    if command.option("-j", "--jobs") is not None or in_prose(command, repository):
        return
    extensions = dict.fromkeys(text for text in command.texts() if not text.startswith("-"))
    seconds = sum(_SECONDS.get(extension, _SMALL) for extension in extensions)
    if seconds < _TRIFLE:
        return
    largest = max(extensions, key=lambda extension: _SECONDS.get(extension, _SMALL))
    yield Hit(
        place=command.place,
        message=f'`docker-php-ext-install` compiles `{largest}` and the others with `make -j1`; give it -j"$(nproc)"',
        unit=command.unit,
        tier=None if seconds >= _WORTH else Tier.PEDANTIC,
        fix=after_program(command, '-j"$(nproc)"', repository),
    )
