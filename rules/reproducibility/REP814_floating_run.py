"""A CI job runs a program that is fetched at its newest version for each run."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.command import Command
from agentlint.facts.repository import Repository
from agentlint.judgements.pinning.installs import unpinned_run
from agentlint.judgements.pinning.shared_work import in_a_script_of_the_work, in_a_target_of_the_work, says_newest
from agentlint.judgements.pinning.versions import runs_unattended
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station


def _job(line: str) -> dict[str, str]:
    return {".gitlab-ci.yml": f"lint:\n  timeout: 5m\n  script:\n    - {line}\n"}


RULE = Rule(
    id="REP814",
    name="floating-run",
    category=Category.REPRODUCIBILITY,
    summary="A CI job or image fetches a program at its newest version and runs it (`npx x`, `uvx x`, `go run x@latest`).",
    why="The run of tomorrow is by another program: red without a change, and nothing in the commit says why.",
    remediation="Name the version (`npx markdown-toc@1.2.0`, `uvx ruff@0.6.9`), or declare the tool among the dependencies.",
    severity=Severity.MINOR,
    cost=Cost(seconds=10),
    station=Station.CI,
    evidence=("E9",),
    bad=(
        Bad(_job("npx markdown-toc README.md -i"), at=(".gitlab-ci.yml:4",), title="no package.json declares it"),
        Bad(_job("uvx zizmor --format github ."), at=(".gitlab-ci.yml:4",)),
        Bad(_job("go run honnef.co/go/tools/cmd/staticcheck@latest -f json ./..."), at=(".gitlab-ci.yml:4",)),
        Bad(
            {"Makefile": "vuln:\n\tgo run golang.org/x/vuln/cmd/govulncheck@latest ./...\n"},
            at=("Makefile:2",),
            title="in a target that all who work on it call",
        ),
        Bad(_job("mvn -B org.sonarsource.scanner.maven:sonar-maven-plugin:sonar"), at=(".gitlab-ci.yml:4",)),
        Bad(
            {"script/doc": "#!/bin/sh\ncd docs\nnpx docsify serve .\n"},
            at=("script/doc:3",),
            title="in a script by which all who work on it do the same",
        ),
        Bad(
            {
                "Makefile": "lint-js:\n\tnpx standard\n",
                "lib/tasks/lint.rake": "task :js do\n  sh 'npx -y eslint app'\nend\n",
            },
            at=("Makefile:2", "lib/tasks/lint.rake:2"),
            title="targets, where no package.json declares it",
        ),
        Bad(_job("dnx --yes retest -- --no-build"), at=(".gitlab-ci.yml:4",)),
        Bad(_job("dotnet tool exec -y dotnetsay hello"), at=(".gitlab-ci.yml:4",)),
        Bad(_job("pnpm dlx vercel@latest deploy --prebuilt"), at=(".gitlab-ci.yml:4",)),
        Bad(
            {
                "package.json": '{"name": "x", "private": true, "devDependencies": {"nx": "19.0.0"}}',
                "package-lock.json": "{}",
                ".gitlab-ci.yml": "lint:\n  timeout: 5m\n  script:\n    - npx nx-cloud start-ci-run\n    - npm ci\n",
            },
            at=(".gitlab-ci.yml:4",),
            title="it runs before the install that could have brought it",
        ),
        Bad(
            {
                "package.json": '{"name": "x", "private": true, "devDependencies": {"nx": "19.0.0"}}',
                "package-lock.json": '{\n  "name": "x",\n  "lockfileVersion": 3,\n  "packages": {"node_modules/nx": {"version": "19.0.0"}}\n}\n',
                ".gitlab-ci.yml": "note:\n  timeout: 5m\n  script:\n    - npm ci\n    - npx slack-notes notes.md\n",
            },
            at=(".gitlab-ci.yml:5",),
            title="the lock file lists the programs of each package, and none has this name",
        ),
    ),
    good=(
        Good(
            {
                **_job("dnx --yes retest@1.2.0 -- --no-build"),
                ".config/dotnet-tools.json": '{"version": 1, "tools": {"csharpier": {"version": "1.0.1"}}}',
                "ci/lint.sh": "dotnet tool exec csharpier check .\n",
            },
            because="a version, on the line or in the manifest of tools",
        ),
        Good(
            {
                "Makefile": "vuln:\n\tgo run golang.org/x/vuln/cmd/govulncheck@v1.1.4 ./...\nupdate:\n\tgo run example.org/up@latest\n"
            },
            because="a version, and a target that fetches the newest on purpose",
        ),
        Good(_job("npx markdown-toc@1.2.0 README.md -i"), because="a version"),
        Good(
            {
                **_job(
                    "mvn -B org.owasp:dependency-check-maven:check org.codehaus.mojo:versions-maven-plugin:2.16.2:set"
                ),
                "pom.xml": "<project><build><plugins><plugin>\n<artifactId>dependency-check-maven</artifactId>\n<version>9.2.0</version>\n"
                "</plugin></plugins></build></project>\n",
            },
            because="the pom.xml, or the name itself, tells the version",
        ),
        Good(_job("uvx --from ruff==0.6.9 ruff check --output-format gitlab"), because="a version of the package"),
        Good(_job("uvx --from . tool report"), because="the repository's own program"),
        Good(
            {
                "package.json": '{"name": "x", "private": true, "devDependencies": {"typescript": "5.4.0"}}',
                "package-lock.json": "{}",
                ".gitlab-ci.yml": "lint:\n  timeout: 5m\n  script:\n    - npm ci\n    - npx tsc --noEmit\n",
            },
            because="the install before it brings the program of a declared package",
        ),
        Good(
            {
                "Makefile": "lint-js:\n\tnpx standard\nupgrade:\n\tnpx npm-check-updates -u\n",
                "package.json": '{"name": "x", "private": true, "devDependencies": {"standard": "17.1.0"}}',
            },
            because="package.json declares it, and a target that raises versions wants the newest",
        ),
        Good(
            {"check.sh": "#!/bin/sh\nnpx markdown-toc README.md -i\n"}, because="a person's script may want the newest"
        ),
    ),
)


def check(command: Command, repository: Repository) -> Iterator[Hit]:
    """Flag runs that fetch first, where a run's result depends on them."""
    if not (command.wrappers or command.program in {"go", "mvn", "mvnw"}):
        return
    shared = (
        says_newest(command, repository)
        or in_a_script_of_the_work(command, repository)
        or in_a_target_of_the_work(command, repository)
    )
    if not shared and not runs_unattended(command, repository):
        return
    name = unpinned_run(command, repository)
    if name:
        yield Hit(
            place=command.place,
            message=f"`{name}` is fetched at its newest version for each run; name a version",
            unit=command.unit,
        )
