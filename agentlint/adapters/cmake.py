"""CMake: presets and list files, for compiler launchers, test settings and generators."""

from __future__ import annotations

import re

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering
from agentlint.documents.json import read_json
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.project import Dependency
from agentlint.facts.unit import UnitKind
from agentlint.files.source import SourceFile, Span

_CALL = re.compile(r"(?<!\w)([A-Za-z_]\w*)[ \t]*\(([^()]*)\)")
_COMMENT = re.compile(r"#\[\[.*?\]\]|#[^\n]*", re.DOTALL)
_COUNTED = frozenset({"enable_testing", "add_test", "catch_discover_tests", "gtest_discover_tests"})
_TEST_PROPERTIES = frozenset({"RUN_SERIAL", "RESOURCE_LOCK", "TIMEOUT", "PROCESSORS"})


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a CMakeLists.txt, a *.cmake file or a presets file."""
    found = Gathering(file)
    if file.path.endswith(".json"):
        _presets(found)
        return found.facts()
    text = _COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), file.text)
    dependencies: list[Dependency] = []
    name = ""
    for match in _CALL.finditer(text):
        function, words = match.group(1).lower(), match.group(2).split()
        span = Span(match.start(), match.end())
        if function == "project" and words:
            name = name or words[0]
        elif function in {"find_package", "fetchcontent_declare", "cpmaddpackage"} and words:
            dependencies.append(Dependency(words[0].strip('"'), words[1] if len(words) > 1 else "", "runtime", span))
        elif function == "set" and len(words) > 1 and words[0].startswith("CMAKE_"):
            found.setting("cmake", words[0], " ".join(words[1:]).strip('"'), span)
        elif function in _COUNTED:
            found.setting("cmake", function, " ".join(words), span)
        elif function == "find_program" and len(words) > 1:
            found.setting("cmake", "find_program", " ".join(words), span)
        elif function == "set_tests_properties":
            for word in _TEST_PROPERTIES & set(words):
                found.setting("ctest", word, " ".join(words), span)
        elif function == "add_custom_target" and words:
            found.unit(UnitKind.TARGET, words[0], span)
    if name or file.path.endswith("CMakeLists.txt"):
        found.manifest("c", name=name, dependencies=dependencies, package_manager="cmake")
    return found.facts()


def _presets(found: Gathering) -> None:
    """Presets: cache variables as CMake's settings, test presets as CTest's."""
    document = read_json(found.file.text)
    found.faults(document.errors)
    for key, tool in (("configurePresets", "cmake"), ("buildPresets", "cmake-build"), ("testPresets", "ctest")):
        presets = document.root.get(key)
        for preset in presets.children if presets is not None else ():
            found.unit(UnitKind.ENVIRONMENT, f"{key}:{preset.value('name')}", preset.span)
            for name, value in preset.pairs():
                if name == "cacheVariables":
                    for variable, content in value.pairs():
                        text = content.text if content.is_scalar else content.value("value")
                        found.setting(tool, variable, text, content.entry)
                elif name not in {"name", "displayName", "description", "inherits", "hidden"}:
                    found.flat_settings(tool, value, name)
