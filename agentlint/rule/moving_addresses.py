"""Web addresses behind which another file stands tomorrow: the head of a branch, the newest release."""

from __future__ import annotations

import re

BRANCH = re.compile(
    r"(raw\.githubusercontent\.com/[^ ]+|raw|blob)/(refs/heads/)?(master|main|HEAD)/[^ ]+"
    r"|/(archive|tarball|zipball)/(refs/heads/)?(master|main|HEAD)\b"
)
LATEST = re.compile(
    r"/releases/latest(/download)?(/|$)|/(stable|latest)(-[\d.]+)?\.txt$|/latest/(\$\{\{[^}]*\}\}|[^ ])+|[-_/]latest[-_.][^/]*\.(tar|tgz|zip|gz|xz|deb|rpm)|"
    + BRANCH.pattern
)
