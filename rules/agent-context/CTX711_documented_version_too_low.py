"""The documentation says that a version is enough which the manifest refuses."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.judgements.pages.mentions import judged_documents
from agentlint.judgements.pages.named_versions import versions_too_low
from agentlint.judgements.pages.old_images import images_too_old
from agentlint.judgements.pages.old_pythons import pythons_too_old
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

RULE = Rule(
    id="CTX711",
    name="documented-version-too-low",
    category=Category.AGENT_CONTEXT,
    summary="A document names a language version as enough that the manifest does not let in.",
    why="An agent sets the machine up as documented, and the build refuses it.",
    remediation="Name the version that the manifest asks for, or point at the manifest.",
    severity=Severity.MINOR,
    cost=Cost(seconds=60),
    station=Station.SET_UP,
    bad=(
        Bad(
            {
                "README.md": "# x\n\n## Build\n\nTo build it, you need Rust 1.70.0 or\nhigher.\n",
                "Cargo.toml": '[package]\nname = "x"\nrust-version = "1.88"\n',
            },
            at=("README.md:5",),
        ),
        Bad(
            {
                "CONTRIBUTING.md": "# Set-up\n\n4. Install [Rust](https://www.rust-lang.org/) `1.85.1` or later and build the project.\n",
                "Cargo.toml": '[workspace]\nmembers = ["core", "tool"]\n',
                "core/Cargo.toml": '[package]\nname = "core"\nrust-version = "1.87.0"\n',
                "tool/Cargo.toml": '[package]\nname = "tool"\nrust-version = "1.88.0"\n',
            },
            at=("CONTRIBUTING.md:3",),
            title="each member of the workspace asks for more",
        ),
        Bad(
            {
                "CONTRIBUTING.md": "# Set-up\n\n- Node.js >= 14\n",
                "package.json": '{"name": "x", "engines": {"node": ">=18.0.0"}}\n',
            },
            at=("CONTRIBUTING.md:3",),
        ),
        Bad(
            {
                "README.md": "# x\n\nRequires Python 3.6+.\n",
                "pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.10"\n',
            },
            at=("README.md:3",),
        ),
        Bad(
            {
                "CONTRIBUTING.md": "# Tests\n\nRun all by `tox -e py37` (or your version of choice).\n\n```sh\nuv venv -p 3.8\nnox -s tests-3.9\n```\n",
                "setup.cfg": "[options]\npython_requires = >=3.10\n",
                "tox.ini": "[testenv]\ncommands = pytest\n",
                "noxfile.py": "import nox\n\n@nox.session\ndef tests(session):\n    session.run('pytest')\n",
            },
            at=("CONTRIBUTING.md:3", "CONTRIBUTING.md:6", "CONTRIBUTING.md:7"),
            title="environments of an older Python",
        ),
        Bad(
            {
                "CLAUDE.md": '# Tests\n\n```bash\ndocker run --rm -v "$(pwd)":/x -w /x \\\n  golang:1.24-bookworm go test ./...\n```\n',
                "go.mod": "module x\n\ngo 1.25.0\n",
            },
            at=("CLAUDE.md:4",),
            title="an image that cannot build it: its Go fetches no other",
        ),
        Bad(
            {
                "README.md": "# x\n\n## Tests\n\n    $ earthly -P -i --build-arg ELIXIR_BASE=1.8.2-erlang-21.3-alpine +test\n",
                "mix.exs": 'defmodule X do\n  def project do\n    [\n      elixir: "~> 1.14",\n    ]\n  end\nend\n',
                "Earthfile": "test:\n  RUN mix test\n",
            },
            at=("README.md:5",),
            title="a build argument that chooses an older language",
        ),
    ),
    good=(
        Good(
            {
                "CLAUDE.md": "# Tests\n\n```bash\ndocker build --build-arg GO_VERSION=1.24 --build-arg NODE_VERSION=18.1 --build-arg PYTHON_VERSION=3.9 .\ndocker run -v $PWD:/x -w /x golang:1.25 go test ./...\ndocker run -v $PWD:/x -e GOTOOLCHAIN=auto golang:1.23 go test ./...\n"
                "docker run --rm golang:1.20 go version\n```\n",
                "go.mod": "module x\n\ngo 1.25.0\n",
            },
            because="new enough, told to fetch another, or not of this checkout",
        ),
        Good(
            {
                "README.md": "# x\n\nRequires Python 3.10+.\n",
                "pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.10"\n',
            },
            because="they agree",
        ),
        Good(
            {
                "README.md": "# x\n\nRequires Python 3.12 or newer.\n\nVersion 2.x was the last for Python 3.6+.\n",
                "pyproject.toml": '[project]\nname = "x"\nrequires-python = ">=3.10"\n',
            },
            because="a higher one is enough too, and the other line speaks of the past",
        ),
        Good(
            {
                "README.md": "# x\n\n## Requirements\n\n- x `^3.0` works with PHP 8.1 or above.\n- x `^2.5` works with PHP 7.2 or above.\n",
                "composer.json": '{"name": "x/x", "require": {"php": ">=8.1"}}\n',
            },
            because="each line speaks of a release line of its own",
        ),
        Good(
            {
                "CONTRIBUTING.md": "# Tests\n\n`tox -e py310-lint`; `tox -e py27` has been removed.\n\n```sh\npython3.12 -m venv .venv\n```\n",
                "setup.cfg": "[options]\npython_requires = >=3.10\n",
                "tox.ini": "[testenv]\ncommands = pytest\n",
            },
            because="they are let in, and the other is past",
        ),
        Good(
            {
                "README.md": "# x\n\nRequires Rust 1.70 or newer.\n",
                "Cargo.toml": '[workspace]\nmembers = ["core", "tool"]\n',
                "core/Cargo.toml": '[package]\nname = "core"\nrust-version = "1.70"\n',
                "tool/Cargo.toml": '[package]\nname = "tool"\nrust-version = "1.88.0"\n',
            },
            because="the part that is meant may be the one that asks for less",
        ),
        Good(
            {"README.md": "# x\n\nRequires Go 1.18 or later.\n", "go.mod": "module x\n\ngo 1.18\n"},
            because="the same",
        ),
    ),
)


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag versions in documents that the manifest at the top does not let in."""
    if not judged_documents(repository):
        return
    for place, language, said, asked in versions_too_low(repository):
        message = f"{language} {said} is said to be enough, and the manifest asks for {asked}; correct the document"
        yield Hit(place=place, message=message)
    for place, said, asked in pythons_too_old(repository):
        message = f"the command chooses Python {said}, and the manifest asks for {asked}; correct the document"
        yield Hit(place=place, message=message)
    for place, image, asked in images_too_old(repository):
        yield Hit(
            place=place, message=f"`{image}` is older than {asked}, which the manifest asks for; name a newer image"
        )
