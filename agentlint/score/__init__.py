"""The score: findings in, a number with its derivation out. Knows no reporters."""

from agentlint.score.report import Scored, score_of
from agentlint.score.scoring import (
    Burden,
    Fault,
    Remedy,
    ScoreReport,
    StationScore,
    score_burdens,
)

__all__ = [
    "Burden",
    "Fault",
    "Remedy",
    "ScoreReport",
    "Scored",
    "StationScore",
    "score_burdens",
    "score_of",
]
