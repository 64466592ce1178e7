"""A baseline: an earlier JSON report whose findings are known and no longer reported."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

from agentlint.config import ConfigError
from agentlint.engine.audit import Audit


def without_known(audit: Audit, path: Path) -> Audit:
    """The audit without the findings of the report at `path`. The score stays: what is known still costs."""
    known = Counter(_fingerprints(path))
    kept = []
    for finding in audit.findings:
        if known[finding.fingerprint] > 0:
            known[finding.fingerprint] -= 1
        else:
            kept.append(finding)
    return replace(audit, findings=tuple(kept), baselined=len(audit.findings) - len(kept))


def _fingerprints(path: Path) -> list[str]:
    try:
        report = json.loads(path.read_bytes())
        return [str(finding["fingerprint"]) for finding in report["findings"]]
    except OSError as error:
        raise ConfigError(
            f"baseline {path}: {error.strerror}; make one with `agentlint check --output-format json --output-file {path}`"
        ) from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise ConfigError(f"baseline {path}: not a JSON report of agentlint") from None
