"""A page shows a command that its program, or the service it speaks to, has dropped."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.judgements.pages.gone_commands import commands_gone
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station

RULE = Rule(
    id="CTX717",
    name="documented-command-was-removed",
    category=Category.AGENT_CONTEXT,
    summary="A page shows a command that no living version of its program takes, or an address that its service no longer serves.",
    why="An agent runs the line as it stands, gets an error that has nothing to do with its work, and searches for what the command is today.",
    remediation="Write the command that took its place.",
    severity=Severity.MINOR,
    cost=Cost(seconds=30),
    station=Station.SET_UP,
    bad=(
        Bad(
            {
                "CONTRIBUTING.md": "# Set-up\n\n```sh\ngit clone git://github.com/me/tool.git\nruff src tests --fix\nruff check src\n```\n",
                "docs/install.rst": "Install\n=======\n\nGet the sources::\n\n    git clone git://github.com/me/tool.git\n",
                "pyproject.toml": "[project]\nname = 'tool'\n[project.optional-dependencies]\ndev = ['ruff>=0.1', 'sphinx>=5']\n",
                "DEVELOPER.md": "# Manual\n\n```bash\npython3 setup.py build_sphinx\n```\n",
                "setup.py": "from setuptools import setup\n\nsetup()\n",
            },
            at=("CONTRIBUTING.md:4", "CONTRIBUTING.md:5", "DEVELOPER.md:4", "docs/install.rst:6"),
        ),
        Bad(
            {
                "README.md": "# x\n\n## Build\n\n```sh\nbrew cask install powershell\ngem install bundler --no-ri --no-rdoc\nflutter format lib\npipenv lock -r > requirements.txt\nnpx lerna bootstrap\nhelm install --name x chart/\n```\n",
                "package.json": '{"name": "x", "devDependencies": {"lerna": "^8.1.0"}}\n',
            },
            at=("README.md:6", "README.md:7", "README.md:8", "README.md:9", "README.md:10", "README.md:11"),
            title="in other ecosystems",
        ),
    ),
    good=(
        Good(
            {
                "CONTRIBUTING.md": "# Set-up\n\n```sh\ngit clone https://github.com/me/tool.git\ngit clone git://git.kernel.org/pub/scm/git/git.git\nruff check src\nruff --version\nruff format .\npython setup.py build\n```\n\n`ruff .` was removed in 0.5. With Helm 2:\n\n```sh\nhelm install --name x chart/\n```\n",
                "setup.py": "from setuptools import setup\n\nsetup()\n",
            },
            because="living forms, another server, and said to be gone or of another version",
        ),
        Good(
            {
                "CONTRIBUTING.md": "# Set-up\n\n```sh\nruff .\npython setup.py build_sphinx\nlerna bootstrap\n```\n",
                "requirements-dev.txt": "ruff==0.4.10\n",
                "setup.py": "from setuptools import setup\n\nsetup(cmdclass={'build_sphinx': Docs})\n",
                "package.json": '{"name": "x", "devDependencies": {"lerna": "^6.0.0"}}\n',
            },
            because="kept at a version that has it, or brought by the repository",
        ),
    ),
)


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag each such command of a page."""
    for place, entry in commands_gone(repository):
        yield Hit(place=place, message=f"{entry.about}; {entry.instead}")
