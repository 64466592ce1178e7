"""An audit: a tree and a configuration in, findings and their score out.

`audit_tree` walks a folder on disk, `audit_files` takes the files from memory; both then go the same way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from agentlint.config import Config
from agentlint.engine.cache import FactsCache
from agentlint.engine.finding import Finding, with_fingerprints
from agentlint.engine.limit import limited
from agentlint.engine.project import project_of
from agentlint.engine.reading import Reading, Tree, read_files
from agentlint.engine.running import Found, Run, unique
from agentlint.engine.selection import asked_by_name, exactness, selected
from agentlint.engine.suppression import Note, Suppression, problems, suppressions_of
from agentlint.facts.filefacts import FileError
from agentlint.facts.repository import Repository
from agentlint.files.kind_of_file import glob_pattern, kind_of
from agentlint.files.left_out import LeftOut
from agentlint.files.source import SourceFile
from agentlint.files.walk import Listing, NotRead, Skipped, TreeReader, walk
from agentlint.rule.loaded import LoadedRule
from agentlint.rule.model import Cost, Rule, Tier
from agentlint.rule.registry import Registry, load_rules
from agentlint.score import ScoreReport, score_of

Tick = Callable[[], None]


@dataclass(frozen=True)
class Audit:
    """The result of an audit. `score` is None where only some files were asked for: a score is of the whole.

    `notes` are suppressions that name no rule, give no reason or hold nothing back; `rules` those that ran;
    `source` gives a file's text for excerpts.
    """

    root: str
    findings: tuple[Finding, ...]
    errors: tuple[FileError, ...]
    seen: int
    read: int
    skipped: tuple[Skipped, ...]
    suppressed: int
    notes: tuple[Note, ...]
    score: ScoreReport | None
    repository: Repository
    rules: tuple[LoadedRule, ...]
    source: Callable[[str], SourceFile | None]
    baselined: int = 0


def audit_files(files: Mapping[str, bytes], config: Config | None = None, registry: Registry | None = None) -> Audit:
    """Audit files held in memory."""
    config = config or Config()

    def read_bytes(path: str) -> bytes:
        if path not in files:
            raise NotRead("not part of the tree", fault=False)
        return files[path]

    left_out = LeftOut(config.include, config.exclude, files.get(".gitattributes", b""))
    paths = tuple(path for path in sorted(files) if left_out.verdict(path) is None)
    kinds = {path: kind for path in paths if (kind := kind_of(path, files[path][:256])) is not None}
    listing = Listing(frozenset(files), paths, kinds)
    with limited():
        return _audit(".", listing, read_bytes, config, registry, None, None)


def audit_tree(
    root: Path,
    config: Config | None = None,
    paths: Sequence[str] | None = None,
    registry: Registry | None = None,
    progress: Callable[[int], Tick] | None = None,
    overlay: Mapping[str, bytes] | None = None,
    cached: bool = False,
) -> Audit:
    """Audit the tree at `root`; with `paths` (relative to it) only those files, the rest being read for context.
    `overlay` gives some files other bytes than they have on disk; `cached` keeps facts between runs."""
    config = config or Config()
    listing = walk(str(root), config.include, config.exclude, paths or ())
    reader = TreeReader(str(root), listing.paths)
    focus = frozenset(paths) if paths is not None else None
    laid_over = overlay or {}

    def read_bytes(path: str) -> bytes:
        return laid_over[path] if path in laid_over else reader.bytes_of(path)

    with limited():
        return _audit(str(root), listing, read_bytes, config, registry, focus, progress, cached)


def _audit(
    root: str,
    listing: Listing,
    read_bytes: Callable[[str], bytes],
    config: Config,
    registry: Registry | None,
    focus: frozenset[str] | None,
    progress: Callable[[int], Tick] | None,
    cached: bool = False,
) -> Audit:
    tree = Tree(read_bytes, listing.kinds, listing.paths)
    wanted = [path for path, kind in listing.kinds.items() if focus is None or kind.context or path in focus]
    cache = FactsCache.open(root, listing.paths) if cached else None
    tick = progress(len(wanted)) if progress else None
    registered = _Registered(registry, config.rules)
    reading = read_files(
        tree, wanted, strict=config.strict, tick=tick, kept=cache, jobs=config.jobs, meanwhile=registered.load
    )
    rules = selected(registered.load(), config)
    if cache is not None:
        cache.save(whole=focus is None)
    repository = Repository(
        reading.facts, project_of(reading.facts, listing.considered, listing.kinds, listing.paths), tree.file, focus
    )
    run = Run(repository, rules, config.strict)
    run.all(config.jobs)
    findings, suppressed, notes = _judged(run, tree, reading, config, rules, focus)
    score = None
    if focus is None:
        score = score_of(findings, repository)
        findings = tuple(replace(item, gain=gain) for item, gain in zip(findings, score.gains, strict=True))
    errors = [*reading.errors, *run.errors, *(FileError(item.path, 1, item.message) for item in listing.unreadable)]
    return Audit(
        root=root,
        findings=findings,
        errors=tuple(sorted(set(_in_focus(errors, focus)), key=lambda item: (item.path, item.line, item.message))),
        seen=len(listing.paths),
        read=reading.count,
        skipped=tuple(sorted((*listing.skipped, *reading.skipped), key=lambda item: item.path)),
        suppressed=suppressed,
        notes=notes,
        score=score,
        repository=repository,
        rules=rules,
        source=tree.file,
    )


@dataclass
class _Registered:
    """The rules, loaded when they are first asked for."""

    registry: Registry | None
    files: Sequence[Path]

    def load(self) -> Registry:
        """The same ones each time. Raises RuleError for a wrong declaration."""
        if self.registry is None:
            self.registry = load_rules(self.files)
        return self.registry


def _in_focus(errors: Iterable[FileError], focus: frozenset[str] | None) -> list[FileError]:
    return [error for error in errors if focus is None or error.path in focus or error.path == "."]


def _judged(
    run: Run,
    tree: Tree,
    reading: Reading,
    config: Config,
    rules: Sequence[LoadedRule],
    focus: frozenset[str] | None,
) -> tuple[tuple[Finding, ...], int, tuple[Note, ...]]:
    """Findings with what is not wanted taken away: other files, the pedantic tier, per-file ignores, suppressions."""
    by_path: dict[str, list[Suppression]] = {}
    for path in reading.marked:
        file = tree.file(path)
        if file is not None and (focus is None or path in focus):
            by_path[path] = suppressions_of(file)
    ignores = _PerFile(config.per_file_ignores)
    kept: list[Finding] = []
    lines: list[str] = []
    suppressed = 0
    for item in sorted(unique(run.found), key=lambda item: (item.hit.place, item.loaded.rule.id)):
        rule, path = item.loaded.rule, item.hit.place.path
        if (focus is not None and path not in focus) or path in run.repository.project.left_out:
            continue
        if ignores.holds(path, rule):
            continue
        if (item.hit.tier or rule.tier) is Tier.PEDANTIC and not (config.pedantic or asked_by_name(rule, config)):
            continue
        file = tree.file(path)
        finding = _finding(item, file, run.repository)
        if [
            item for item in by_path.get(path, ()) if item.holds(finding, rule)
        ]:  # all are asked: each learns of its use
            suppressed += 1
            continue
        kept.append(finding)
        lines.append(_line_text(file, finding.line))
    order = sorted(range(len(kept)), key=lambda at: kept[at].order)
    findings = with_fingerprints([kept[at] for at in order], [lines[at] for at in order])
    active = {word.lower() for item in rules for word in (item.rule.id, item.rule.name, *item.rule.aliases)}
    return findings, suppressed, problems((item for items in by_path.values() for item in items), active)


def _line_text(file: SourceFile | None, line: int) -> str:
    if file is None:
        return ""
    span = file.line_span(line)
    return file.text[span.start : span.end]


def _finding(item: Found, file: SourceFile | None, repository: Repository) -> Finding:
    """A hit with everything the engine knows better than a rule."""
    from agentlint.score.constants import constants
    from agentlint.score.station import reach_of, severity_at, unit_station

    rule, hit = item.loaded.rule, item.hit
    source = file or SourceFile(hit.place.path, "", b"")
    reach = reach_of(item.unit, item.guards, repository)
    severity = hit.severity or rule.severity
    cost = hit.cost or rule.cost
    if cost == Cost():
        cost = constants().costs[severity]
    return Finding(
        rule=rule.id,
        name=rule.name,
        category=rule.category,
        severity=severity_at(severity, reach),
        path=hit.place.path,
        span=hit.place.span,
        start=source.position(hit.place.span.start),
        end=source.position(hit.place.span.end),
        message=hit.message,
        remediation=hit.remediation or rule.remediation,
        station=hit.station or rule.station or unit_station(item.unit, repository),
        reach=reach,
        cost=cost,
        confidence=hit.confidence or rule.confidence,
        tier=hit.tier or rule.tier,
        unit=item.unit,
        fix=hit.fix,
    )


class _PerFile:
    """The configuration's per-file ignores, each pattern compiled once."""

    def __init__(self, ignores: Mapping[str, tuple[str, ...]]) -> None:
        self._ignores = [
            (re.compile(glob_pattern(glob if "/" in glob else f"**/{glob}") + r"\Z"), handles)
            for glob, handles in ignores.items()
        ]

    def holds(self, path: str, rule: Rule) -> bool:
        """True when this rule is not wanted for this path."""
        return any(
            pattern.match(path) and any(exactness(handle, rule) >= 0 for handle in handles)
            for pattern, handles in self._ignores
        )
