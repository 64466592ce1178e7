"""The settings of a build switch the report off that programs could read."""

from __future__ import annotations

from collections.abc import Iterator

from agentlint.facts.repository import Repository
from agentlint.files.lazily import lazily
from agentlint.files.lines import line_start
from agentlint.files.source import Place, Span
from agentlint.rule import Bad, Category, Confidence, Cost, Good, Hit, Rule, Severity, Station

_POM = (
    "<project><build><plugins><plugin><configuration>\n{line}\n</configuration></plugin></plugins></build></project>\n"
)

RULE = Rule(
    id="OUT426",
    name="report-switched-off",
    category=Category.HUMAN_OUTPUT,
    summary="A build file switches off the XML report of its tests or of a check.",
    why=(
        "The plugin writes the report by itself and it costs nothing; without it what failed stands in prose only, in a log or "
        "in a page for eyes."
    ),
    remediation="Drop the setting: the XML report lies beside the one for people.",
    severity=Severity.MINOR,
    confidence=Confidence.MEDIUM,
    cost=Cost(seconds=20, source="E34"),
    station=Station.CHECK,
    evidence=("E34",),
    bad=(
        Bad({"pom.xml": _POM.format(line="<skipXmlReport>true</skipXmlReport>")}, at=("pom.xml:2",), title="japicmp"),
        Bad({"core/pom.xml": _POM.format(line="<disableXmlReport>true</disableXmlReport>")}, at=("core/pom.xml:2",)),
        Bad(
            {"build.gradle.kts": "tasks.test {\n    reports.junitXml.required.set(false)\n}\n"},
            at=("build.gradle.kts:2",),
        ),
    ),
    good=(
        Good({"pom.xml": _POM.format(line="<skipHtmlReport>true</skipHtmlReport>")}, because="the page for people"),
        Good({"pom.xml": _POM.format(line="<!-- <skipXmlReport>true</skipXmlReport> -->")}, because="a comment"),
        Good(
            {"build.gradle.kts": "tasks.test {\n    reports.junitXml.required.set(true)\n}\n"}, because="it is written"
        ),
    ),
)

_OFF = lazily(
    r"<(?P<key>skipXmlReport|disableXmlReport)>\s*true\s*</(?P=key)>"
    r"|(?<![/\w])(?:reports\.)?junitXml\.(?:required|enabled)(?:\.set\(|\s*=\s*)false\)?"
)
"""Sources: siom79.github.io/japicmp/MavenPlugin (skipXmlReport); maven-surefire-plugin, disableXmlReport; Gradle's TestTaskReports."""
_BUILD_FILES = ("pom.xml", ".gradle", ".gradle.kts")


def check(whole: Repository, repository: Repository) -> Iterator[Hit]:
    """Flag the settings by which a plugin of Maven or Gradle writes no XML."""
    for path in whole.judged:
        if not path.endswith(_BUILD_FILES):
            continue
        text = repository.text(path)
        for found in _OFF.finditer(text) if "XmlReport" in text or "junitXml" in text else ():
            line = text[line_start(text, found.start()) : found.start()]
            if "<!--" in line or "//" in line:
                continue
            yield Hit(
                place=Place(path, Span(*found.span())),
                message=f"`{found[0]}` leaves no report that programs can read; drop it",
                unit="",
            )
