"""What is left out by default: other people's code, generated files, and sample inputs of tests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from agentlint.files.kind_of_file import glob_pattern

FOLDERS: dict[str, str] = {
    **dict.fromkeys(
        """
        node_modules vendor vendored _vendor third_party third-party thirdparty 3rdparty 3rd_party extern external externals
        bower_components jspm_packages Pods Carthage site-packages .yarn deps_vendor gnulib
        """.split(),
        "vendored",
    ),
    **dict.fromkeys(
        """
        dist __pycache__ .venv venv virtualenv .tox .nox .eggs __generated__ .next .nuxt .terraform .gradle
        .mypy_cache .ruff_cache .pytest_cache _site htmlcov .ipynb_checkpoints
        """.split(),
        "generated",
    ),
    **dict.fromkeys(
        """
        testdata test-data test_data fixtures fixture __fixtures__ test-fixtures test_fixtures __snapshots__
        snapshots __testfixtures__ testfixtures test-resources sample_data corpus golden
        """.split(),
        "test fixtures",
    ),
}
"""Folder names, wherever they stand, with the reason that is given."""

FORMS: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"\A[A-Za-z][\w+]*(?:-[A-Za-z]\w*)*[-_]v?\d+\.\d+\.\d+\Z"),
        "vendored",
        "folders named after one release (`googletest-1.16.0/`)",
    ),
    (re.compile(r"\{\{"), "template", "folders whose name is to be filled in (`{{cookiecutter.name}}/`)"),
)
"""Forms of folder names, with the reason that is given and what the documentation says of them."""

PATHS: tuple[tuple[str, str], ...] = (
    ("**/src/test/resources/**", "test fixtures"),
    ("**/src/*Test/resources/**", "test fixtures"),
    ("**/tests/data/**", "test fixtures"),
    ("**/test/data/**", "test fixtures"),
    ("**/tests/resources/**", "test fixtures"),
    ("**/spec/support/files/**", "test fixtures"),
    ("**/test*/**/input/**", "test fixtures"),
    ("**/test*/**/inputs/**", "test fixtures"),
    ("**/test*/**/expected/**", "test fixtures"),
    ("**/syntax-tests/**", "test fixtures"),
    ("**/*.min.js", "generated"),
    ("**/*.min.css", "generated"),
    ("**/*.bundle.js", "generated"),
    ("**/*.pb.go", "generated"),
    ("**/*_pb2.py", "generated"),
    ("**/*_pb2_grpc.py", "generated"),
    ("**/*.generated.*", "generated"),
    ("**/versioneer.py", "vendored"),
    ("**/ez_setup.py", "vendored"),
    ("**/gradlew", "generated"),
    ("**/gradlew.bat", "generated"),
    ("**/mvnw", "generated"),
    ("**/mvnw.cmd", "generated"),
    ("configure", "generated"),
    ("**/ltmain.sh", "generated"),
    ("**/install-sh", "generated"),
    ("**/config.guess", "generated"),
    ("**/config.sub", "generated"),
    ("**/.yarn/releases/**", "vendored"),
)
"""Paths that are made or brought in by tools, whatever folder they stand in."""

EXCLUDED = "excluded by configuration"


class LeftOut:
    """Decides for each path. The configuration's `include` wins over its `exclude`, and both over the defaults."""

    def __init__(self, include: Sequence[str] = (), exclude: Sequence[str] = (), attributes: bytes = b"") -> None:
        """`attributes` is the text of the tree's .gitattributes, which may call paths vendored."""
        self._include = _union(include)
        self._exclude = _union(exclude)
        self._vendored = _union(vendored_globs(attributes.decode("utf-8", "replace")))
        self._paths = tuple(
            (re.compile("(?:" + "|".join(glob_pattern(glob) for glob, why in PATHS if why == reason) + r")\Z"), reason)
            for reason in dict.fromkeys(reason for _, reason in PATHS)
        )
        self._folders: dict[str, tuple[str, str] | None] = {"": None}

    def verdict(self, path: str) -> tuple[str, str] | None:
        """None for a path that is looked at; else what the report names (its folder or itself), and the reason."""
        if self._include is not None and self._include.match(path):
            return None
        if self._exclude is not None and self._exclude.match(path):
            return path, EXCLUDED
        folder = self._folder(path.rpartition("/")[0])
        if folder is not None:
            return folder
        if self._vendored is not None and self._vendored.match(path):
            return path, "vendored"
        for pattern, reason in self._paths:
            if pattern.match(path):
                return path, reason
        return None

    def _folder(self, folder: str) -> tuple[str, str] | None:
        """The outermost folder on the way that is left out, with the reason."""
        if folder not in self._folders:
            parent, _, name = folder.rpartition("/")
            found = self._folder(parent)
            if found is None and name in FOLDERS:
                found = (folder + "/", FOLDERS[name])
            elif found is None:
                found = next(((folder + "/", reason) for form, reason, _ in FORMS if form.search(name)), None)
            self._folders[folder] = found
        return self._folders[folder]


_VENDORED = re.compile(r"^(?P<glob>[^#\s]\S*)[^\n]*?[ \t]linguist-vendored(?:=true)?(?=\s|$)", re.MULTILINE)
"""Source: github.com/github-linguist/linguist, docs/overrides.md."""


def vendored_globs(attributes: str) -> tuple[str, ...]:
    """The patterns of a .gitattributes that are called other people's code."""
    return tuple(match["glob"].strip('"') for match in _VENDORED.finditer(attributes) if match["glob"] != "*")


def _union(globs: Iterable[str]) -> re.Pattern[str] | None:
    patterns = [_user_glob(glob) for glob in globs]
    return re.compile("(?:" + "|".join(patterns) + r")\Z") if patterns else None


def _user_glob(glob: str) -> str:
    """A pattern as users write it in .gitignore's way: a bare name matches anywhere, a folder all below it."""
    glob = glob.removeprefix("./")
    below = "(?:/.*)?" if not glob.endswith("/") else "/.*"
    body = glob.strip("/")
    anywhere = "" if "/" in glob.rstrip("/") else "(?:.*/)?"
    return anywhere + glob_pattern(body) + below
