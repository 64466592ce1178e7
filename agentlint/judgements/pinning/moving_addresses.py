"""Web addresses behind which another file stands tomorrow: the head of a branch, the newest release."""

from __future__ import annotations

import re

from agentlint.facts.command import Command
from agentlint.files.lazily import lazily

VERSIONED_ARCHIVE = lazily(r"/[^/\s]*\d+\.\d+[^/\s]*\.(?:zip|t?gz|tar\.\w+|tgz|deb|rpm|jar|whl|xz|bz2)[\"']?$")
"""An archive whose own name tells its version, wherever it lies."""
BRANCH = lazily(
    r"(raw\.githubusercontent\.com/[^ ]+|raw|blob)/(refs/heads/)?([Mm]aster|[Mm]ain|HEAD)/[^ ]+"
    r"|/(archive|tarball|zipball)/(refs/heads/)?(master|main|HEAD)\b"
    r"|a=blob(?:_plain)?;[^ ]*\bhb=(?:HEAD|master|main|refs/heads/)|/cgit/[^ ?]*/plain/[^ ?]+(?:[\"']?$|\?h=(?:master|main|HEAD))"
    r"|//(?:cdn\.jsdelivr\.net|cdn\.statically\.io)/gh/[^ /]+/[^ /]+[@/](?:main|master)/"
)
"""Files and archives of a branch, by the addresses of GitHub and GitLab, gitweb, cgit, and of hosts that pass files on.
Sources: git-scm.com/docs/gitweb#_actions, git.zx2c4.com/cgit/tree/cmd.c, www.jsdelivr.com/documentation#id-github."""
_ALWAYS_NEWEST = (
    r"/awscli-exe-(?![^/ ]*(?:VERSION|[Vv]ersion))[\w-]+\$?[({]?[^/.]*\.zip|/awscli-bundle\.zip|/google-cloud-sdk\.tar\.gz|_current_\w+\.(?:deb|rpm)|/get-pip\.py$|/LATEST_RELEASE"
    r"|/InstallAzureCLIDeb|/session-manager-plugin\.(?:deb|rpm)|//[^/ ]+(?:/[A-Za-z_-]+)*/[A-Za-z][A-Za-z-]*\.phar$|//dl\.min\.io/(?:server|client)/\w+/release/[\w-]+/(?:minio|mc)(?:\.exe)?$|/nightly/[^ ]+\.(?:tar|tgz|zip|gz|xz|deb|rpm|sh)"
    r"|/nightly/(?![^ ]*\d{6})\w+-[\w.-]*(?:\$\{?\w+\}?)?[\w.-]*[\"']?$|//aka\.ms/[\w.-]+/latest[\"']?$"
)
"""Addresses that vendors keep for the newest release.
Sources: docs.aws.amazon.com/cli/latest/userguide/getting-started-install.html, cloud.google.com/sdk/docs/install,
pip.pypa.io/en/stable/installation, learn.microsoft.com/cli/azure/install-azure-cli-linux, getcomposer.org/download,
min.io/docs/minio/linux/operations/installation.html, github.com/microsoft/winget-create (Using the standalone exe)."""
_MOVED_TAGS = "latest|continuous|nightly|tip|rolling|edge|head|snapshot|canary|unstable|master|main|devel|development|bleeding-edge"
"""Tags of releases that are moved to each new build (`continuous` is what AppImage's upload tool names its own)."""
_VCS = lazily(
    r"(?:[\w.\[\],-]+ ?@ ?)?(?:git\+(?:https?|ssh|git)|git)://(?:[^@/\s]+@)?[^@\s#]+(?:@(?P<ref>[^@\s#]+))?(?:#(?P<behind>\S*))?\Z"
)
"""`git+https://...@ref#egg=x` of pip, `git+https://...#ref` and `git://...#ref` of npm.
Sources: pip.pypa.io/en/stable/topics/vcs-support, docs.npmjs.com/cli/commands/npm-install."""
BRANCH_NAME = r"(?!(?i:[0-9a-f]+)(?![\w/.-]))[A-Za-z_][A-Za-z_/.-]*"
"""A name without a digit: hardly a release or a commit is called so."""
_OF_BRANCH = lazily(BRANCH_NAME)
_KUSTOMIZE = lazily(
    r"(?:https://)?(?:www\.)?(?:github|gitlab)\.com/[\w.-]+/[\w.-]+(?://?[^?\s]*)?(?:\?(?P<query>\S*))?\Z"
)
_REF = lazily(r"(?:^|&)(?:ref|version)=(?!(?:main|master|HEAD)(?:&|\Z))")


def is_head_of_vcs(text: str) -> bool:
    """True for pip's `git+https://...` with no revision, or with the name of a branch behind `@`; npm's stands behind `#`."""
    found = _VCS.match(text) if "git+" in text or text.startswith("git://") else None
    if found is None:
        return False
    behind = found["behind"] or ""
    ref = found["ref"] or ("" if "=" in behind else behind.removeprefix("semver:"))
    return not ref or _OF_BRANCH.fullmatch(ref) is not None


def takes_kustomize_head(text: str, command: Command) -> bool:
    """True for `kubectl apply -k https://github.com/o/r/config`, whose default is the head of that repository.

    Source: github.com/kubernetes-sigs/kustomize/blob/master/examples/remoteBuild.md.
    """
    return text == command.value_of("-k", "--kustomize") and is_head_of_kustomize(text)


def is_head_of_kustomize(address: str) -> bool:
    """True for a base in another repository with no reference, or with that of a branch."""
    found = _KUSTOMIZE.match(address)
    return found is not None and _REF.search(found["query"] or "") is None


_RELEASE_IN_NAME = lazily(
    r"(?<![\w.])\d+\.\d+|[-_.]v?\d+\.\d+|[-_.]\d{8}\b|\d{4}-\d\d-\d\d|\$\{?\{? ?(?:\w+[._:])*\w*(?:TAG|VER|VERSION|REVISION|RELEASE|DATE|COMMIT|SHA)\b",
    re.IGNORECASE,
)
_NAMED_BY_VARIABLE = lazily(r"\$\{?(\w+)\}?[\"']?\Z")


def is_pinned_by_name(address: str, text: str) -> bool:
    """True for a file of a branch whose own name tells its release or day: another release is another file beside it.

    `text` is that of the file which names the address, where a variable may be given the name.
    """
    name = address.rstrip("\"'").rpartition("/")[2]
    variable = _NAMED_BY_VARIABLE.fullmatch(name)
    if variable is not None and _RELEASE_IN_NAME.search(name) is None:
        given = re.search(rf"(?<![\w]){variable[1]}[ \t]*=[ \t]*([^\n]+)", text)
        name = given[1] if given is not None else ""
    return _RELEASE_IN_NAME.search(name) is not None


LATEST = lazily(
    rf"/releases/download/(?i:{_MOVED_TAGS})/|"
    r"/releases/latest(/download)?(/|$)|/(stable|latest)(-[\d.]+)?\.txt$|(?<!//169\.254\.169\.254)(?<!//metadata\.google\.internal)(?<!/unstable)(?<!/oldstable)(?<!/experimental)/latest/(?!meta-data|api/token|dynamic/|user-data)(\$\{\{[^}]*\}\}|[^ ])+|[-_/]latest[-_.][^/]*\.(tar|tgz|zip|gz|xz|deb|rpm)|"
    + BRANCH.pattern
    + "|"
    + _ALWAYS_NEWEST
)
VERSIONED = lazily(
    r"[/@_-]v?\d+\.\d+|\d{4}-\d\d-\d\d|[0-9a-f]{12,}|version=|/\d+/"
    rf"|/releases/download/(?!(?i:{_MOVED_TAGS})/|latest)[^/$]+/"
)
"""Addresses that name a version, a day or a commit."""
UPDATES = lazily(r"(^|[-_/.])(update|upgrade|sync|refresh|vendor)[^/]*$|htotheizzo", re.IGNORECASE)
"""Scripts by which a person fetches the newest of something on purpose."""
MANAGED = lazily(r"//(static\.rust-lang\.org|get\.sdkman\.io|get\.haskellup|rpm\.nodesource\.com)|/gpg|\.asc|key")
"""Installers of version managers and package repositories, whose own version decides nothing, and keys."""
