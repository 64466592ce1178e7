"""A rule's page: the same text in the terminal (`agentlint rule ID`) and under docs/rules/."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from agentlint.rule.evidence import evidence
from agentlint.rule.loaded import LoadedRule
from agentlint.rule.model import Bad, Good, Rule, Tier

LANGUAGES: Mapping[str, str] = {
    ".yml": "yaml", ".yaml": "yaml", ".sh": "sh", ".py": "python", ".json": "json", ".toml": "toml", ".md": "markdown",
    ".mk": "make", ".xml": "xml", ".gradle": "groovy", ".js": "js", ".ts": "ts", ".rb": "ruby", ".go": "go", ".cfg": "ini",
    ".ini": "ini", ".ps1": "powershell", ".bat": "bat", ".properties": "properties",
}  # fmt: skip
NAMES: Mapping[str, str] = {"Makefile": "make", "Dockerfile": "dockerfile", "Jenkinsfile": "groovy", "Rakefile": "ruby"}


def rule_page(loaded: LoadedRule) -> str:
    """The page as Markdown."""
    rule = loaded.rule
    lines = [
        f"# {rule.id} {rule.name}",
        "",
        rule.summary,
        "",
        *_facts(loaded),
        "",
        "## Why",
        "",
        rule.why,
        "",
        *_evidence(rule),
        "## What to do",
        "",
        rule.remediation,
        "",
        "## Flagged",
        "",
    ]
    for bad in rule.bad:
        lines.extend(_bad(bad))
    lines += ["## Not flagged", ""]
    for good in rule.good:
        lines.extend(_good(good))
    if rule.references:
        lines += ["## References", "", *(f"- <{reference}>" for reference in rule.references), ""]
    return "\n".join(lines)


def _facts(loaded: LoadedRule) -> list[str]:
    rule = loaded.rule
    rows = [
        ("category", rule.category.value),
        ("severity", f"{rule.severity.value}, milder where an unattended run hardly comes by"),
        ("confidence", rule.confidence.value),
        ("tier", "only with `--pedantic`" if rule.tier is Tier.PEDANTIC else "default"),
        ("cost", _cost(rule)),
        ("fix", "yes" if loaded.fixable else "no"),
        ("looks at", loaded.subject.__name__),
        ("since", rule.since or "-"),
        ("origin", loaded.origin),
    ]
    if rule.aliases:
        rows.append(("earlier names", ", ".join(rule.aliases)))
    return ["| | |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in rows)]


def _evidence(rule: Rule) -> list[str]:
    known = evidence()
    lines = [
        f"- {name}: {known[name].claim} ({known[name].source}; confidence {known[name].confidence})"
        for name in rule.evidence
        if name in known
    ]
    return ["Evidence:", "", *lines, ""] if lines else []


def _cost(rule: Rule) -> str:
    if rule.cost.blocks:
        return "closes its station"
    if rule.cost.seconds:
        return f"{rule.cost.seconds:g} s a visit ({rule.cost.basis})"
    return "by severity or by instance"


def _bad(example: Bad) -> Iterator[str]:
    if example.title:
        yield from (f"{example.title}:", "")
    for path, text in example.files.items():
        lines = [int(at.rpartition(":")[2]) for at in example.at if at.rpartition(":")[0] == path]
        where = f"`{path}`" + (f", line {', '.join(map(str, lines))}" if lines else "")
        yield from _block(where, path, text)
    for path, text in (example.fixed or {}).items():
        yield from _block(f"`{path}` after the fix", path, text)


def _good(example: Good) -> Iterator[str]:
    for number, (path, text) in enumerate(example.files.items()):
        reason = f"`{path}`: {example.because}" if number == 0 else f"`{path}`"
        yield from _block(reason, path, text)


def _block(title: str, path: str, text: str) -> Iterator[str]:
    base = path.rpartition("/")[2]
    language = NAMES.get(base) or LANGUAGES.get(base[base.rfind(".") :] if "." in base else "", "")
    fence = "````" if "```" in text else "```"
    yield from (f"{title}:", "", f"{fence}{language}", text.replace("\r\n", "\n").rstrip("\n"), fence, "")
