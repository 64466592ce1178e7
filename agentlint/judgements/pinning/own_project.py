"""Which project on a code host this repository is, as far as its own files say so."""

from __future__ import annotations

import re
from collections import Counter

from agentlint.facts.remembered import remembered
from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily

_SLUG = lazily(
    r"(?:github(?:usercontent)?\.com|gitlab(?:\.[\w-]+){1,4}|codeberg\.org)[/:](?:repos/)?([\w.-]+)/([\w.-]+)", re.I
)
_NEEDED = lazily(r"git\+|\bgit\s*=|\burl\s*=.*\bref\b")
"""Lines of manifests that name what is needed, and not this project."""
_FRONT = lazily(
    r"(^|/)(README[^/]*|CONTRIBUTING[^/]*|package\.json|pyproject\.toml|setup\.(py|cfg)|Cargo\.toml|go\.mod)$", re.I
)


_NAMED_BY_CI = lazily(
    r"\bgithub\.repository\b|\$\{?(?:GITHUB_REPOSITORY|CI_PROJECT_PATH|CIRCLE_PROJECT_REPONAME|TRAVIS_REPO_SLUG)\b"
)
"""How CI systems name the repository they run for."""


def bears_its_name(slug: str, repository: Repository) -> bool:
    """True for a project of this one's name at whatever owner: it has moved there, or from there."""
    return slug.lower().rpartition("/")[2] == own_slug(repository).rpartition("/")[2]


def is_own(text: str, repository: Repository) -> bool:
    """True when an address in `text` is of the project that this repository is itself."""
    if _NAMED_BY_CI.search(text):
        return True
    own = own_slug(repository)
    names = {
        manifest.name.lower() for manifest in repository.project.manifests if manifest.name and not manifest.directory
    }
    for match in _SLUG.finditer(text):
        project = match[2].lower().removesuffix(".git")
        if f"{match[1].lower()}/{project}" == own or project in names:
            return True
    return False


def _slug(match: re.Match[str]) -> str:
    return f"{match[1].lower()}/{match[2].lower().removesuffix('.git')}"


@remembered
def own_slug(repository: Repository) -> str:
    """The project that the front pages and manifests at the root link to most often ("owner/name"), or "".

    A module of Go says its project's name, of which there may be several owners: it has moved from one to the other.
    """
    counted: Counter[str] = Counter()
    module = ""
    for path in repository.ordered_paths:
        source = repository.read(path) if "/" not in path and _FRONT.search(path) else None
        if source is not None and len(source.data) < 1_000_000:
            text = source.data.decode("utf-8", "replace")
            if path == "go.mod":  # its other lines name what is needed, and not this project
                text = next((line for line in text.splitlines() if line.startswith("module ")), "")
                module = next(map(_slug, _SLUG.finditer(text)), "").rpartition("/")[2]
            else:
                text = "\n".join(line for line in text.splitlines() if not _NEEDED.search(line))
            counted.update(map(_slug, _SLUG.finditer(text)))
    best = [slug for slug, _ in counted.most_common()]
    return next((slug for slug in best if module and slug.endswith(f"/{module}")), best[0] if best else "")


_ASSEMBLY = lazily(r"\bInclude=\"([\w.-]+)\"")
_PROJECTS = (".csproj", ".fsproj", ".vbproj")
_SOLUTIONS = (".sln", ".slnx")


def is_own_assembly(reference: str, repository: Repository) -> bool:
    """True for a NuGet package that a project of this repository makes, or whose name begins with that of its solution."""
    found = _ASSEMBLY.search(reference) if "Include" in reference else None
    if found is None:
        return False
    name = found[1].lower()
    ends = (*_PROJECTS, *_SOLUTIONS)
    made = [path.lower().rpartition("/")[2] for path in repository.project.paths if path.lower().endswith(ends)]
    return any(
        name == file.rpartition(".")[0]
        or (file.endswith(_SOLUTIONS) and name.startswith(file.rpartition(".")[0] + "."))
        for file in made
    )
