"""Gradle's build cache is switched off for the whole project, or never switched on."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.rule import Bad, Category, Cost, Good, Hit, Rule, Severity, Station, Tier

_KEY = "org.gradle.caching"
_SETTINGS = "rootProject.name = 'x'\ninclude 'core', 'web'\n"

RULE = Rule(
    id="CAC210",
    name="gradle-build-cache-off",
    category=Category.NO_CACHE,
    summary="`org.gradle.caching` is off, so that no task's result is taken from an earlier build.",
    why="A fresh checkout compiles and tests everything, changed or not; the cache hands over what is known already (E22).",
    remediation="Set org.gradle.caching=true in gradle.properties.",
    severity=Severity.MINOR,
    cost=Cost(seconds=30, source="E22"),
    station=Station.BUILD,
    evidence=("E22",),
    references=("https://docs.gradle.org/current/userguide/build_cache.html",),
    bad=(
        Bad({"gradle.properties": "org.gradle.caching=false\n"}, at=("gradle.properties:1",)),
        Bad(
            {"gradle.properties": "org.gradle.jvmargs=-Xmx2g\norg.gradle.caching = false\n"},
            at=("gradle.properties:2",),
        ),
        Bad(
            {"gradle.properties": "# slow\norg.gradle.caching=false\n", "settings.gradle": _SETTINGS},
            at=("gradle.properties:2",),
        ),
    ),
    good=(
        Good({"gradle.properties": "org.gradle.caching=true\n"}, because="the cache is on"),
        Good({"gradle.properties": "version=1.0\n"}, because="nothing about Gradle is said here"),
        Good({"gradle.properties": "# org.gradle.caching=false\n"}, because="a comment"),
        Good({"app.properties": "org.gradle.caching=false\n"}, because="another file"),
    ),
)


def check(repository: Repository, _same: Repository) -> Iterator[Hit]:
    """Flag the property that turns it off; a project that never says anything is a matter of judgement."""
    said = [setting for setting in repository.project.settings if setting.tool == "gradle" and setting.key == _KEY]
    for setting in said:
        if setting.value.strip().lower() == "false":
            yield Hit(
                place=setting.place,
                message=f"`{_KEY}=false` builds again what an earlier build has made; set it to true",
            )
    if said:
        return
    for setting in repository.project.settings:
        if setting.tool == "gradle" and setting.key.startswith("org.gradle."):
            yield Hit(
                place=setting.place,
                message=f"no `{_KEY}` here, so that Gradle's build cache is off; set {_KEY}=true",
                tier=Tier.PEDANTIC,
                severity=Severity.INFO,
            )
            return
