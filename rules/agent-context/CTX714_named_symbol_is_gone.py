"""A page for developers names a class or function that the code does not have any more."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.judgements.pages.gone_names import gone_names
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station
from agentlint.rule.edits import with_name

_CODE = "interface RequiresAnalysisApi\n\nclass LiteIssuesReport\n\nclass RuleSetProvider\n\nfun lintWithContext() = 1\n\nfun readSettings() = 1\n"

RULE = Rule(
    id="CTX714",
    name="named-symbol-is-gone",
    category=Category.AGENT_CONTEXT,
    summary="A page for developers names a class or function that no source has, and whose like the code declares by another name.",
    why="An agent writes code against the name that the page gives, the build fails, and it searches for what the name is today.",
    remediation="Name it as the code does.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=60),
    station=Station.SET_UP,
    bad=(
        Bad(
            {
                "AGENTS.md": "# Agents\n\n1. Put the rule into a `RuleSetProvider`\n2. Test it by `readSettings()` or `compileAndLintWithContext()`\n",
                "CONTRIBUTING.md": "# Rules\n\nA rule with types implements `RequiresFullAnalysis`; see `RuleSetProvider` and `lintWithContext()`.\n\nReports such as `LiteFindingsReport` show them.\n\n```kotlin\nclass X : RequiresFullAnalysis\n```\n",
                "src/api.kt": _CODE,
            },
            at=("AGENTS.md:4", "CONTRIBUTING.md:3", "CONTRIBUTING.md:5", "CONTRIBUTING.md:8"),
            fixed={
                "AGENTS.md": "# Agents\n\n1. Put the rule into a `RuleSetProvider`\n2. Test it by `readSettings()` or `lintWithContext()`\n",
                "CONTRIBUTING.md": "# Rules\n\nA rule with types implements `RequiresAnalysisApi`; see `RuleSetProvider` and `lintWithContext()`.\n\nReports such as `LiteIssuesReport` show them.\n\n```kotlin\nclass X : RequiresAnalysisApi\n```\n",
            },
        ),
    ),
    good=(
        Good(
            {
                "AGENTS.md": "# Agents\n\nUse `RuleSetProvider`, `lintWithContext()` and `LinkedHashMap`; call it `LiteOrdersReport` for example; `LiteFindingsReport` was removed.\n",
                "src/api.kt": _CODE,
            },
            because="there, a library's, a name to choose, and said to be gone",
        ),
        Good(
            {
                "AGENTS.md": "# Agents\n\nReports are `LiteFindingsReport` and `ThinFindingsReport`.\n",
                "src/api.kt": _CODE,
            },
            because="nothing that the page names is of this code: it may be about another",
        ),
    ),
)


def check(repository: Repository, _: Repository) -> Iterator[Hit]:
    """Flag each place that names such a class or function."""
    for place, name, now in gone_names(repository):
        message = f"no source has `{name}`; the nearest name is `{now}`: correct the page"
        yield Hit(place=place, message=message, fix=with_name(place, name, now, repository))
