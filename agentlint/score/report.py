"""From a repository's findings to its score."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from agentlint.facts.repository import Repository
from agentlint.rule.model import Cost, Station, Tier
from agentlint.score.scoring import Burden, ScoreReport, score_burdens
from agentlint.score.station import assessed_stations


class Scored(Protocol):
    """What the score needs to know of a finding."""

    @property
    def rule(self) -> str:
        """The rule's id."""

    @property
    def station(self) -> Station:
        """Where it holds the loop back."""

    @property
    def reach(self) -> float:
        """How sure a run meets it."""

    @property
    def cost(self) -> Cost:
        """Seconds a visit, or that it blocks."""

    @property
    def tier(self) -> Tier:
        """Findings of the pedantic tier are shown and cost nothing."""


def score_of(findings: Sequence[Scored], repository: Repository) -> ScoreReport:
    """The score of a repository under these findings; `gains` stands beside them."""
    burdens = [burden_of(finding) for finding in findings]
    return score_burdens(burdens, assessed_stations(repository))


def burden_of(finding: Scored) -> Burden:
    """What one finding lays on its station; what reasonable people argue about is no burden."""
    argued = finding.tier is Tier.PEDANTIC
    return Burden(
        rule=finding.rule,
        station=finding.station,
        reach=0.0 if argued else finding.reach,
        blocks=finding.cost.blocks,
        seconds=finding.cost.seconds,
    )
