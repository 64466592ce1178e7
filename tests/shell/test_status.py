"""What becomes of a command's exit status."""

from __future__ import annotations

import pytest

from agentlint.facts.command import Status
from tests.shell.support import the

CASES = [
    ("probe", Status.COUNTED),
    ("probe\nlast", Status.UNCHECKED),
    ("set -e\nprobe\nlast", Status.COUNTED),
    ("set -o errexit\nprobe\nlast", Status.COUNTED),
    ("set -euo pipefail\nprobe | tee log\nlast", Status.COUNTED),
    ("set -e\nset +e\nprobe\nlast", Status.UNCHECKED),
    ("probe || true", Status.SWALLOWED),
    ("probe || :", Status.SWALLOWED),
    ("probe || echo failed", Status.SWALLOWED),
    ("probe || exit 0", Status.SWALLOWED),
    ("probe || exit 1", Status.COUNTED),
    ("probe || return 1\nlast", Status.COUNTED),
    ("probe || { echo failed; exit 1; }", Status.COUNTED),
    ("probe || die 'no'", Status.COUNTED),
    ("die() { echo no; exit 2; }\nprobe || die x\nlast", Status.COUNTED),
    ("probe || other", Status.TESTED),
    ("probe || rc=$?", Status.TESTED),
    ("probe && other || true", Status.SWALLOWED),
    ("other && probe || true", Status.SWALLOWED),
    ("probe && other", Status.COUNTED),
    ("if probe; then x; fi", Status.TESTED),
    ("while ! probe; do sleep 1; done", Status.TESTED),
    ("! probe", Status.TESTED),
    ("probe | tee log", Status.LOST_IN_PIPE),
    ("set -o pipefail\nprobe | tee log", Status.COUNTED),
    ("other | probe", Status.COUNTED),
    ("probe; true", Status.SWALLOWED),
    ("probe\nrc=$?\nexit $rc", Status.TESTED),
    ("probe &", Status.UNCHECKED),
    ("x=$(probe)", Status.COUNTED),
    ("set -e; x=$(probe); y", Status.COUNTED),
    ("f() { local x=$(probe); }", Status.UNCHECKED),
    ("echo $(probe)", Status.UNCHECKED),
    ("(probe)", Status.COUNTED),
    ("{ probe; last; }", Status.UNCHECKED),
    ("bash -c 'probe; last'", Status.UNCHECKED),
    ("bash -ec 'probe; last'", Status.COUNTED),
    ("for x in a b; do probe; done", Status.UNCHECKED),
    ("set -e; for x in a b; do probe; done", Status.COUNTED),
]


@pytest.mark.parametrize(("text", "status"), CASES)
def test_status(text: str, status: Status) -> None:
    assert the(text).status is status


def test_errexit_from_outside() -> None:
    assert the("probe\nlast", errexit=True).status is Status.COUNTED
    assert the("probe | tee x", pipefail=True).status is Status.COUNTED
