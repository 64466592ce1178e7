"""Vagrantfiles: the scripts that set up a virtual machine.

`vagrant up` runs them unattended, so that they become a unit of the kind "job" without a pipeline around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from agentlint.adapters import ruby
from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering, with_source
from agentlint.documents.embedded import EmbeddedText
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.unit import UnitKind
from agentlint.files.source import SourceFile

_HEREDOC = re.compile(r"<<[-~]?(?P<quote>['\"]?)(?P<tag>[A-Z_a-z]\w*)(?P=quote)[^\n]*\n")
_INLINE = re.compile(r"\binline(?::|[ \t]*=>|[ \t]*=)[ \t]*(?P<quote>['\"])(?P<script>[^'\"\\\n]+)(?P=quote)")
_OTHER_LANGUAGES = re.compile(
    r"powershell|^ps1?$|ruby|python|json|ya?ml|xml|conf|ini|cfg|msg|message|banner|usage", re.IGNORECASE
)


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The commands of all shell provisioners; source: developer.hashicorp.com/vagrant/docs/provisioning/shell."""
    found = Gathering(file)
    scripts = tuple(_scripts(file.text))
    unit = found.unit(UnitKind.JOB, "Vagrantfile", file.whole) if scripts else ""
    for script in scripts:
        found.shell(script, unit, dialect="bash", directory="", errexit=False)
    return with_source(found.facts(), ruby.facts(file, tree), commands=False)


def _scripts(text: str) -> Iterator[EmbeddedText]:
    """Here-documents, wherever a method returns one or a provisioner takes it, and one-line scripts."""
    at = 0
    while match := _HEREDOC.search(text, at):
        over = re.compile(rf"^[ \t]*{match['tag']}[ \t]*\r?$", re.MULTILINE).search(text, match.end())
        at = match.end()
        if over is not None:
            at = over.end()
            if not _OTHER_LANGUAGES.search(match["tag"]):
                yield EmbeddedText.at(text[match.end() : over.start()], match.end())
    for inline in _INLINE.finditer(text):
        yield EmbeddedText.at(inline["script"], inline.start("script"))
