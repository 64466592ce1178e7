"""setup.cfg and the INI files of single Python tools (pytest.ini, .coveragerc, mypy.ini): dependencies and settings."""

from __future__ import annotations

import posixpath

from agentlint.adapters.context import TreeContext
from agentlint.adapters.gather import Gathering
from agentlint.adapters.python_requirements import requirements
from agentlint.documents.ini import IniFile, Section, read_ini
from agentlint.documents.toml import read_toml
from agentlint.facts.filefacts import FileFacts
from agentlint.facts.project import Dependency
from agentlint.files.source import SourceFile

_OWN_FILES = {".coveragerc": "coverage"}


def facts(file: SourceFile, tree: TreeContext) -> FileFacts:
    """The facts of a setup.cfg or a tool's own INI file."""
    from agentlint.adapters import tox

    found = Gathering(file)
    name = posixpath.basename(file.path)
    if name.endswith(".toml"):
        document = read_toml(file.text)
        found.faults(document.errors)
        found.flat_settings("pytest", document.root.get("pytest") or document.root)
        return found.facts()
    ini = read_ini(file.text)
    found.faults(ini.errors)
    if name == "setup.cfg":
        _manifest(found, ini)
        tox.from_ini(found, ini)
    for section in ini.sections:
        if name in _OWN_FILES:
            for option in section.options:
                found.setting(_OWN_FILES[name], f"{section.name}.{option.key}", option.text, option.entry)
        elif not section.name.startswith(("testenv", "tox:", "options", "metadata")):
            section_settings(found, section)
    return found.facts()


def section_settings(found: Gathering, section: Section) -> None:
    """The options of a tool's section: `[tool:pytest]`, `[pytest]`, `[coverage:run]`, `[flake8]`."""
    name = section.name.removeprefix("tool:")
    tool, _, prefix = name.partition(":")
    for option in section.options:
        key = f"{prefix}.{option.key}" if prefix else option.key
        found.setting(tool, key, option.text, option.entry)


def _manifest(found: Gathering, ini: IniFile) -> None:
    """What setuptools reads."""
    metadata, options = ini.get("metadata"), ini.get("options")
    if metadata is None and options is None:
        return
    dependencies: list[Dependency] = []
    for key, group in (("install_requires", "runtime"), ("tests_require", "test"), ("setup_requires", "build")):
        option = options.get(key) if options is not None else None
        if option is not None:
            dependencies.extend(requirements(option.lines(), group))
    extras = ini.get("options.extras_require")
    for option in extras.options if extras is not None else ():
        dependencies.extend(requirements(option.lines(), option.key))
    points = ini.get("options.entry_points")
    scripts = points.get("console_scripts") if points is not None else None
    found.manifest(
        "python",
        name=metadata.value("name") if metadata is not None else "",
        dependencies=dependencies,
        package_manager="setuptools",
        entry_points=[line.text.split("=")[0].strip() for line in scripts.lines()] if scripts is not None else (),
    )
