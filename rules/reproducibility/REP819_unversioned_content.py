"""A list of other projects' parts (Ansible content, Nix inputs, modules by URL, sources of a bundle) names no version."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.source import Place, Span
from agentlint.judgements.pinning.open_versions import (
    open_in_kustomization,
    open_in_platformio,
    open_in_pom,
    open_in_terraform,
)
from agentlint.judgements.pinning.own_project import is_own, is_own_assembly
from agentlint.judgements.printing.indented_elements import end_of_element, part_around
from agentlint.judgements.running.scope import aside
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

RULE = Rule(
    id="REP819",
    name="unversioned-content",
    category=Category.REPRODUCIBILITY,
    summary="Roles, collections, flake inputs, modules by URL or bundled sources are listed without a version.",
    why="Whoever sets this up tomorrow gets other parts, and no commit here says what changed.",
    remediation="Name a version, a tag or a commit for each, or commit the tool's lock file.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=10),
    station=Station.SET_UP,
    references=(
        "https://docs.ansible.com/ansible/latest/galaxy/user_guide.html#installing-roles-and-collections-from-the-same-requirements-yml-file",
        "https://nix.dev/manual/nix/latest/command-ref/new-cli/nix3-flake.html#lock-files",
        "https://docs.deno.com/runtime/fundamentals/modules/",
        "https://docs.flatpak.org/en/latest/module-sources.html",
        "https://documentation.ubuntu.com/snapcraft/stable/reference/project-file/snapcraft-yaml/",
        "https://developer.hashicorp.com/terraform/language/modules/configuration#selecting-a-revision",
        "https://goreleaser.com/customization/includes/",
    ),
    bad=(
        Bad(
            {
                "kustomization.yaml": "resources:\n  - app.yaml\n  - https://github.com/x/base//manifests?ref=main\n",
                "main.tf": 'module "vpc" {\n  source = "terraform-aws-modules/vpc/aws"\n  name   = "x"\n}\n',
                "platformio.ini": "[env:uno]\nlib_deps =\n    bblanchon/ArduinoJson\n",
                "pom.xml": (
                    "<project><groupId>org.own</groupId><dependencies><dependency><groupId>com.other</groupId>\n"
                    "<version>[1.0,)</version></dependency></dependencies></project>\n"
                ),
            },
            at=("kustomization.yaml:3", "main.tf:2", "platformio.ini:3", "pom.xml:2"),
            title="a base, a module, a library and a range without an end",
        ),
        Bad(
            {
                "requirements.yml": (
                    "---\nroles:\n  - name: team.tools\n  - src: https://github.com/team/db\n    version: v1.2\n\n"
                    "collections:\n  - ansible.posix\n  - name: community.docker\n    version: '>=4.5'\n"
                )
            },
            at=("requirements.yml:3", "requirements.yml:8"),
        ),
        Bad(
            {
                "snap/snapcraft.yaml": (
                    "name: x\nparts:\n  x:\n    plugin: go\n    build-snaps:\n      - go/latest/stable\n      - node/20/stable\n"
                    "  y:\n    plugin: rust\n    rust-channel: '1.80'\n    go-channel: latest/stable\n"
                    "  z:\n    python-packages:\n      - git+https://example.org/a/b.git@patched\n      - git+https://example.org/a/b.git@v1.2\n"
                )
            },
            at=("snap/snapcraft.yaml:6", "snap/snapcraft.yaml:11", "snap/snapcraft.yaml:14"),
        ),
        Bad(
            {
                "snapcraft.yaml": (
                    "name: x\nparts:\n  lib:\n    plugin: meson\n    source: https://example.org/lib.git\n    source-type: git\n"
                    "  tool:\n    source-branch: main\n    source: https://github.com/other/tool\n    source-type: git\n    plugin: make\n"
                )
            },
            at=("snapcraft.yaml:5", "snapcraft.yaml:9"),
            title="parts of a snap from the head of a branch",
        ),
        Bad(
            {"flake.nix": '{\n  inputs = {\n    utils.url = "github:numtide/flake-utils";\n  };\n}\n'},
            at=("flake.nix:3",),
        ),
        Bad(
            {"lib/deno.ts": 'import { join } from "https://deno.land/std/path/mod.ts";\nimport x from "npm:chalk";\n'},
            at=("lib/deno.ts:1", "lib/deno.ts:2"),
        ),
        Bad(
            {
                "flatpak/org.example.App.json": (
                    '{\n  "id": "org.example.App",\n  "modules": [{\n    "name": "lib",\n    "sources": [{\n'
                    '      "type": "git",\n      "url": "https://example.org/lib.git",\n      "branch": "main"\n    }]\n  }]\n}\n'
                )
            },
            at=("flatpak/org.example.App.json:6",),
        ),
        Bad(
            {
                "org.example.App.yaml": (
                    "app-id: org.example.App\nmodules:\n  - name: lib\n    sources:\n      - type: git\n        url: https://example.org/lib.git\n"
                )
            },
            at=("org.example.App.yaml:5",),
        ),
        Bad(
            {"main.tf": 'module "net" {\n  source = "git::https://example.org/net.git"\n}\n'},
            at=("main.tf:2",),
        ),
        Bad(
            {".goreleaser.yml": "includes:\n  - from_url:\n      url: team/meta/main/goreleaser.yaml\n"},
            at=(".goreleaser.yml:3",),
        ),
        Bad(
            {
                "build.gradle": "dependencies {\n  implementation 'a:b:1.+'\n  testImplementation 'c:d:2.1'\n}\n",
                "app.csproj": '<Project>\n<PackageReference Include="X" Version="1.*" />\n</Project>\n',
                "composer.json": '{\n  "require-dev": {\n    "a/b": "dev-main"\n  }\n}\n',
                "Cargo.toml": '[package]\nname = "x"\n[dependencies]\na = { git = "https://github.com/a/b" }\n',
                "Gemfile": 'source "https://rubygems.org"\ngem "a", github: "o/r"\n',
            },
            at=("build.gradle:2", "app.csproj:2", "composer.json:3", "Cargo.toml:4", "Gemfile:2"),
            title="build files that leave versions open",
        ),
    ),
    good=(
        Good(
            {
                "kustomization.yaml": "resources:\n  - https://github.com/x/base//manifests?ref=v1.2.0\n  - ../base\n",
                "main.tf": 'module "vpc" {\n  source  = "terraform-aws-modules/vpc/aws"\n  version = "5.8.1"\n}\n',
                "platformio.ini": "[env:uno]\nlib_deps =\n    bblanchon/ArduinoJson@7.0.4\n",
                "pom.xml": (
                    "<project><groupId>org.own</groupId><dependencies><dependency><groupId>org.own.part</groupId>\n"
                    "<version>2.0-SNAPSHOT</version></dependency></dependencies></project>\n"
                ),
            },
            because="tags and versions, and a snapshot of the project's own",
        ),
        Good(
            {
                "Cargo.toml": '[package]\nname = "x"\n[dependencies]\na = { git = "https://github.com/a/b", rev = "1a2b3c4" }\n',
                "composer.json": '{\n  "extra": {"branch-alias": {\n    "dev-main": "2.x-dev"\n  }}\n}\n',
                "Gemfile": 'source "https://rubygems.org"\ngem "a", github: "o/r"\n',
                "Gemfile.lock": "GIT\n",
            },
            because="a revision, the name of a branch of its own, and a lock file",
        ),
        Good(
            {"requirements.yml": "collections:\n  - name: community.docker\n    version: 4.5.1\n"}, because="a version"
        ),
        Good(
            {
                "snap/snapcraft.yaml": (
                    "name: x\nsource-code: https://example.org/x.git\nparts:\n  a:\n    source: https://example.org/a.git\n    source-tag: v1.2\n"
                    "  b:\n    source-commit: 1a2b3c4d\n    source: https://example.org/b.git\n  c:\n    source: .\n    source-type: git\n"
                    "  d:\n    source: https://example.org/d-1.2.tar.gz\n  e:\n    source: https://example.org/e.git\n    source-branch: stable-1.2\n"
                    "  f:\n    override-pull: |\n      git clone https://example.org/f.git\n      git -C f checkout v1.2\n    source: https://example.org/f.git\n"
                )
            },
            because="tags, commits, the branch of one release, an archive, the checkout itself, and a part that checks out by itself",
        ),
        Good(
            {
                "src/Tool.sln": "",
                "src/Tool.Core/Tool.Core.csproj": "<Project/>\n",
                "test/all.csproj": '<Project>\n<PackageReference Include="Tool.Windows" Version="6.*" />\n<PackageReference Include="Tool.Core" Version="6.*" />\n</Project>\n',
            },
            because="packages of this project, whose newest is what is tried",
        ),
        Good({"requirements.yml": "- flask\n- name: just a list\n"}, because="no Ansible content"),
        Good(
            {"flake.nix": '{\n  inputs.utils.url = "github:numtide/flake-utils";\n}\n', "flake.lock": "{}\n"},
            because="the lock file holds the commit",
        ),
        Good(
            {
                "flake.nix": '{\n  inputs.n.url = "github:NixOS/nixpkgs/698fd43e541a6b8685ed408aaf7a63561018f9f8";\n}\n',
            },
            because="a commit",
        ),
        Good(
            {
                "lib/deno.ts": 'import { join } from "https://deno.land/std@0.224.0/path/mod.ts";\nimport x from "npm:chalk@5";\n'
            },
            because="versions",
        ),
        Good(
            {
                "flatpak/org.example.App.json": (
                    '{"id": "org.example.App", "modules": [{"name": "a", "sources": [{"type": "git", "url": "https://example.org/a.git",'
                    ' "tag": "v1"}, {"type": "dir", "path": "."}]}]}\n'
                )
            },
            because="a tag, and the checkout itself",
        ),
        Good(
            {
                "org.example.App.Devel.json": (
                    '{"id": "org.example.App", "runtime-version": "master", "modules": [{"name": "a", "sources": [{"type": "git",'
                    ' "url": "https://example.org/a.git"}]}]}\n'
                )
            },
            because="a nightly build, which is there to meet the newest",
        ),
        Good(
            {
                "main.tf": 'module "net" {\n  source = "git::https://example.org/net.git?ref=v1.2"\n}\nmodule "x" {\n  source = "./x"\n}\n'
            },
            because="a tag, and a folder of this repository",
        ),
    ),
)

_LARGE = 400_000
_SHOWS = lazily(r"(?:^|/)_?(?:examples?|samples?|docs?|testing|integrationtests?)/", re.IGNORECASE)
"""What shows others how it may be done."""
_INPUT = lazily(r"(?:^|/)(?:tests?|test[-_]?data|fixtures?)/(?!integration|molecule)[^/]+/")
"""What the tests of a tool for such files read."""
_ENTRY = lazily(r"^(?P<indent>[ \t]*)-[ \t]+(?P<first>\S.*)$", re.MULTILINE)
_GALAXY = lazily(
    r"^[ \t]*(?:-[ \t]+)?(?:name|src|source|role):[ \t]*[\"']?(?:[\w-]+\.[\w.-]+|\S*(?:://|git@)\S+)", re.MULTILINE
)
_BARE = lazily(r"[\"']?[a-z_][\w-]*\.[\w.-]+[\"']?[ \t]*(?:#.*)?\r?$")
_VERSION = lazily(r"^[ \t]*(?:-[ \t]+)?version:[ \t]*(?P<version>\S.*)$", re.MULTILINE)
_MOVING = lazily(r"[\"']?(?:main|master|HEAD|devel(?:op)?|latest|\*|>=?[^,<]*)[\"']?[ \t]*(?:#.*)?\r?$")
_FLAKE = lazily(
    r"^(?![ \t]*#).*?\burl[ \t]*=[ \t]*\"(?P<url>(?:github|gitlab|sourcehut|git\+https|git\+ssh):[^\"]+)\"",
    re.MULTILINE,
)
_COMMIT = lazily(r"[0-9a-f]{40}|\?(?:.*&)?(?:rev|ref=(?:refs/tags/)?v?\d)|/v?\d+\.\d+[\w.]*$")
_MODULE = lazily(
    r"[\"'](?P<url>https://deno\.land/(?:std|x/[\w-]+)/[^\"'\s]*|https://(?:esm\.sh|cdn\.skypack\.dev)/(?:@[\w-]+/)?[\w.-]+(?:/[^\"'\s@]*)?"
    r"|(?:npm|jsr):/?(?:@[\w-]+/)?[\w.-]+)[\"']"
)
_SOURCE = lazily(r"[\"']type[\"'][ \t]*:[ \t]*[\"']git[\"']")
_YAML_SOURCE = lazily(r"^(?P<indent>[ \t]*)-[ \t]+(?:type:[ \t]*git\b|url:.*\n[ \t]+type:[ \t]*git\b)", re.MULTILINE)
_HELD = lazily(r"[\"']?\b(?:tag|commit)\b[\"']?[ \t]*:")
_BUNDLE = lazily(r"^(?:[a-z][\w-]*\.){2,}[\w.-]+\.(?:json|ya?ml)$", re.IGNORECASE)
_TERRAFORM = lazily(
    r"^[ \t]*source[ \t]*=[ \t]*\"(?:git::[^\"?]+|(?:github\.com|bitbucket\.org)/[^\"?]+)\"", re.MULTILINE
)
_INCLUDED = lazily(r"^[ \t]*(?:-[ \t]+)?url:[ \t]*\S*/(?:refs/heads/)?(?:main|master|HEAD)/\S+", re.MULTILINE)


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag each entry without a version; neighbouring entries of one Ansible list together."""
    paths = repository.project.paths
    deno = "deno.lock" not in paths
    for path in repository.judged:
        base = posixpath.basename(path)
        if aside(path):
            continue
        if base in {"requirements.yml", "requirements.yaml"} and not _INPUT.search(path):
            yield from _galaxy(path, repository)
        elif base == "flake.nix" and posixpath.join(posixpath.dirname(path), "flake.lock") not in paths:
            for match in _FLAKE.finditer(_text(path, repository)):
                if not _COMMIT.search(match["url"]):
                    yield _hit(path, match.start("url"), match.end("url"), match["url"])
        elif deno and "deno" in path.lower() and base.endswith((".ts", ".js", ".mjs", ".json", ".jsonc", ".tsx")):
            for match in _MODULE.finditer(_text(path, repository)):
                yield _hit(path, match.start("url"), match.end("url"), match["url"])
        elif _BUNDLE.match(base):
            yield from _bundle(path, repository)
        elif base in _OPEN:
            for start, end, shown in _OPEN[base](_text(path, repository)):
                if not is_own(shown, repository):
                    yield _hit(path, start, end, shown)
        elif base in _DYNAMIC_FILES or base.endswith((".gradle", ".gradle.kts", ".csproj", ".fsproj", ".props")):
            yield from _dynamic(path, base, paths, repository)
        elif base.endswith(".tf"):
            yield from _lines(path, _TERRAFORM, repository)
            for start, end, shown in open_in_terraform(_text(path, repository)):
                if not is_own(shown, repository) and not _SHOWS.search(path):
                    yield _hit(path, start, end, shown.strip())
        elif base in {"snapcraft.yaml", "snapcraft.yml"}:
            yield from _lines(path, _SNAP, repository)
            yield from _parts(path, repository)
        elif re.match(r"\.?goreleaser[\w.-]*\.ya?ml$", base):
            yield from _lines(path, _INCLUDED, repository)


_SNAP = lazily(
    r"^[ \t]*-[ \t]+[a-z][a-z0-9-]*/(?:latest/)?(?:stable|candidate|beta|edge)[ \t]*\r?$|^[ \t]*[\w-]+-channel:[ \t]*['\"]?(?:latest/)?(?:stable|candidate|beta|edge)['\"]?[ \t]*\r?$"
    r"|^[ \t]*-[ \t]+(?:[\w.-]+[ \t]*@[ \t]*)?git\+https?://[^@\s]+(?:@(?!\S*\d\.\d|[0-9a-f]{7,40}\b|v\d)\S+)?[ \t]*\r?$",
    re.MULTILINE,
)
"""A snap that a build takes from the newest track, and a Python package of a branch.
Sources: documentation.ubuntu.com/snapcraft, `build-snaps` and `python-packages`."""


_PART = lazily(
    r"^(?P<indent>[ \t]+)source:[ \t]*['\"]?(?P<url>(?:https?|git|ssh)[^'\"\s]+|git@[^'\"\s]+)[^\n]*$", re.MULTILINE
)
_OF_GIT = lazily(r"^[ \t]+source-type:[ \t]*['\"]?git\b", re.MULTILINE)
_AT_A_PLACE = lazily(
    r"^[ \t]+source-(?:tag|commit):[ \t]*\S|^[ \t]+source-branch:[ \t]*(?!['\"]?(?:main|master|HEAD|develop)['\"]?\s)\S|\bgit\b.*\b(?:checkout|reset|switch)\b",
    re.MULTILINE,
)


def _parts(path: str, repository: Repository) -> Iterator[Hit]:
    """Parts of a snap whose git source names no tag and no commit. Source: documentation.ubuntu.com/snapcraft, `source-tag`."""
    text = _text(path, repository)
    for match in _PART.finditer(text):
        start, end = part_around(text, match.start(), len(match["indent"]))
        part = text[start:end]
        of_git = match["url"].endswith(".git") or match["url"].startswith("git") or _OF_GIT.search(part) is not None
        if of_git and not _AT_A_PLACE.search(part) and not is_own(match["url"], repository) and "$" not in match["url"]:
            yield _hit(path, match.start() + len(match["indent"]), match.end(), match["url"])


def _dynamic(path: str, base: str, paths: frozenset[str], repository: Repository) -> Iterator[Hit]:
    """Versions that build files leave open (`+`, `LATEST`, `dev-main`, git without a revision), where no lock file closes them."""
    pattern: re.Pattern[str]
    locks: tuple[str, ...]
    if base.endswith((".gradle", ".gradle.kts")):
        pattern, locks = _GRADLE, ("gradle.lockfile", "buildscript-gradle.lockfile")
    elif base.endswith((".csproj", ".fsproj", ".props")):
        pattern, locks = _NUGET, ("packages.lock.json",)
    else:
        pattern, locks = _DYNAMIC_FILES[base]
    if base == "pom.xml":
        for start, end, shown in open_in_pom(_text(path, repository)):
            yield _hit(path, start, end, shown)
    folder = posixpath.dirname(path)
    if any(posixpath.join(place, lock) in paths for place in {folder, ""} for lock in locks):
        return
    yield from _lines(path, pattern, repository)


_GRADLE = lazily(
    r"[\"'][\w.-]+:[\w.-]+:(?:\+|latest\.\w+|\d[\d.]*\.\+)[\"']|\bversion[ (]+[\"'](?:\+|latest\.\w+)[\"']"
)
_CATALOGUE = lazily(
    r"^[\w.-]+[ \t]*=[ \t]*(?:\"(?:\+|latest\.\w+|\d[\d.]*\.\+)\"|\{[^}\n]*\bversion[ \t]*=[ \t]*\"(?:\+|latest\.\w+|\d[\d.]*\.\+)\"[^\n]*)",
    re.MULTILINE,
)
_CONAN = lazily(r"^[\w.+-]+/\[>=?[^\]<~^]*\][^\n]*$", re.MULTILINE)
_NUGET = lazily(r"<PackageReference[^>\n]*\bVersion=\"(?:\*|\d[\d.]*\.\*)[^\"]*\"")
_DYNAMIC_FILES: dict[str, tuple[re.Pattern[str], tuple[str, ...]]] = {
    "pom.xml": (lazily(r"<version>[ \t]*(?:LATEST|RELEASE)[ \t]*</version>"), ()),
    "libs.versions.toml": (_CATALOGUE, ("gradle.lockfile", "buildscript-gradle.lockfile")),
    "conanfile.txt": (_CONAN, ("conan.lock",)),
    "composer.json": (
        lazily(r"^[ \t]*\"(?!roave/security-advisories)[\w.-]+/[\w.-]+\"[ \t]*:[ \t]*\"dev-[^\"#]+\"", re.MULTILINE),
        ("composer.lock",),
    ),
    "Cargo.toml": (
        lazily(
            r"^[\w-]+[ \t]*=[ \t]*\{(?![^}\n]*\b(?:rev|tag)\b)[^}\n]*\bgit[ \t]*=[ \t]*\"[^\"]+\"[^}\n]*\}",
            re.MULTILINE,
        ),
        ("Cargo.lock",),
    ),
    "Gemfile": (
        lazily(r"^[ \t]*gem[ (]+[^\n#]*\b(?:github|git):(?![^\n]*\b(?:ref|tag):)[^\n]*$", re.MULTILINE),
        ("Gemfile.lock",),
    ),
}
"""By file the versions that stay open, and the lock files that close them."""
_OPEN: dict[str, Callable[[str], Iterator[tuple[int, int, str]]]] = {
    "kustomization.yaml": open_in_kustomization,
    "kustomization.yml": open_in_kustomization,
    "Kustomization": open_in_kustomization,
    "platformio.ini": open_in_platformio,
}
"""Files whose lines say too little by themselves."""


def _text(path: str, repository: Repository) -> str:
    source = repository.read(path)
    return source.text if source is not None and len(source.data) < _LARGE else ""


def _hit(path: str, start: int, end: int, shown: str) -> Hit:
    named = _LEADING_KEY.sub("", shown.strip())
    return Hit(place=Place(path, Span(start, end)), message=f"`{named[:80]}` is taken at its newest; name a version")


_LEADING_KEY = lazily(r"(?:^|(?<=, ))(?:-[ \t]+)?(?:(?:name|src|url)[ \t]*:[ \t]+)?")
"""What stands before the name in a list."""


def _lines(path: str, pattern: re.Pattern[str], repository: Repository) -> Iterator[Hit]:
    for match in pattern.finditer(_text(path, repository)):
        if not is_own(match[0], repository) and not is_own_assembly(match[0], repository):
            start = match.start() + len(match[0]) - len(match[0].lstrip())
            yield _hit(path, start, match.end(), match[0])


def _galaxy(path: str, repository: Repository) -> Iterator[Hit]:
    """Roles and collections, each list as one stretch from its first floating entry to its last."""
    text = _text(path, repository)
    known = re.search(r"^(?:roles|collections):", text, re.MULTILINE) is not None
    entries = list(_ENTRY.finditer(text))
    stretch: list[tuple[int, int, str]] = []
    for number, entry in enumerate(entries):
        after = entries[number + 1].start() if number + 1 < len(entries) else len(text)
        section = re.compile(r"^[A-Za-z]", re.MULTILINE).search(text, entry.end(), after)
        body = text[entry.start() : section.start() if section is not None else after]
        names = _GALAXY.match(body) is not None or (known and _BARE.match(entry["first"]) is not None)
        version = _VERSION.search(body)
        if (
            names
            and (version is None or _MOVING.match(version["version"]))
            and not body.lstrip().startswith("- include")
        ):
            start = entry.start() + len(entry["indent"])
            stretch.append((start, entry.start() + len(body.rstrip()), entry["first"].strip()))
        if stretch and (section is not None or number + 1 == len(entries)):
            yield _hit(path, stretch[0][0], stretch[-1][1], ", ".join(shown for *_, shown in stretch[:3]))
            stretch = []


_NIGHTLY = lazily(r"[\"']?runtime-version[\"']?\s*:\s*[\"']?(?:master|main)\b")
"""The runtime of the day: whoever builds on it wants the newest of everything."""


def _bundle(path: str, repository: Repository) -> Iterator[Hit]:
    """Git sources of a Flatpak manifest without a tag or a commit."""
    text = _text(path, repository)
    if "modules" not in text or _NIGHTLY.search(text):
        return
    if path.endswith(".json"):
        for match in _SOURCE.finditer(text):
            start, end = text.rfind("{", 0, match.start()), text.find("}", match.end())
            element = text[start:end]
            if start >= 0 and end >= 0 and not _HELD.search(element) and not is_own(element, repository):
                yield _hit(path, match.start(), end, _address(element))
        return
    for match in _YAML_SOURCE.finditer(text):
        end = end_of_element(text, match.end(), len(match["indent"]))
        element = text[match.start() : end]
        if not _HELD.search(element) and not is_own(element, repository):
            yield _hit(path, match.start() + len(match["indent"]), end, _address(element))


def _address(element: str) -> str:
    found = re.search(r"https?://[^\s\"']+", element)
    return found[0] if found is not None else "git"
