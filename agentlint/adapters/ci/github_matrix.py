"""A GitHub job's matrix: how many legs, which values, what `${{ matrix.x }}` stands for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from agentlint.adapters.ci.common import substitute, whole_number
from agentlint.documents.embedded import EmbeddedText
from agentlint.documents.yaml import YamlNode
from agentlint.facts.pipeline import Matrix

_MAX_COMBINATIONS = 2000
_MOST_SCRIPTS = 40
EXPRESSION = re.compile(r"\$\{\{[ \t]*(matrix|env|inputs)\.([\w-]{1,80}(?:\.[\w-]{1,80})?)[ \t]*\}\}")


@dataclass(frozen=True, slots=True)
class Legs:
    """A matrix with the values that each name can take, include entries and fields of map values counted in."""

    matrix: Matrix | None
    values: Mapping[str, tuple[str, ...]]
    nodes: Mapping[str, tuple[YamlNode, ...]] = field(default_factory=dict)
    """Where the values are written."""

    def written(self, text: str) -> tuple[YamlNode, ...]:
        """The values that a text of one expression and nothing else stands for (`run: ${{ matrix.command }}`)."""
        match = EXPRESSION.fullmatch(text.strip())
        if match is None or match[1] != "matrix":
            return ()
        found = (node for node in self.nodes.get(match[2], ()) if node.is_scalar and "${{" not in node.text)
        return tuple(islice(found, _MOST_SCRIPTS))

    def single(self, name: str) -> str | None:
        """The one value a name can take, else None."""
        values = set(self.values.get(name, ()))
        return next(iter(values)) if len(values) == 1 else None

    def fill(self, text: EmbeddedText, names: Mapping[str, Mapping[str, str]]) -> EmbeddedText:
        """`text` with expressions of one known literal value put in; `names` gives those of `env` and `inputs`."""
        if "${{" not in text.text:
            return text

        def value(match: re.Match[str]) -> str | None:
            context, name = match.group(1), match.group(2)
            known = self.single(name) if context == "matrix" else names.get(context, {}).get(name)
            return None if known is None or "${{" in known or "\n" in known else known

        return substitute(text, EXPRESSION, value)

    def fill_text(self, text: str, names: Mapping[str, Mapping[str, str]]) -> str:
        """The same for a plain string."""
        return self.fill(EmbeddedText.at(text, 0), names).text


NO_LEGS = Legs(None, {})


def read_matrix(strategy: YamlNode | None) -> Legs:
    """The matrix of a `strategy:` map."""
    if strategy is None or not strategy.is_map:
        return NO_LEGS
    node = strategy.get("matrix")
    parallel = strategy.get("max-parallel")
    fail_fast = strategy.get("fail-fast")
    axes: dict[str, tuple[str, ...]] = {}
    values: dict[str, list[str]] = {}
    nodes: dict[str, list[YamlNode]] = {}
    size: int | None = None
    if node is not None and node.is_map:
        size = _read_axes(node, axes, values, nodes)
    elif node is None and parallel is None and fail_fast is None:
        return NO_LEGS
    matrix = Matrix(
        size,
        axes,
        whole_number(parallel),
        parallel.span if parallel is not None else None,
        fail_fast.truth if fail_fast is not None else None,
    )
    return Legs(
        matrix,
        {name: tuple(found) for name, found in values.items()},
        {name: tuple(found) for name, found in nodes.items()},
    )


def _read_axes(
    node: YamlNode, axes: dict[str, tuple[str, ...]], values: dict[str, list[str]], nodes: dict[str, list[YamlNode]]
) -> int | None:
    known = True
    combinations: list[dict[str, str]] | None = [{}]
    for name, axis in node.pairs():
        if name in ("include", "exclude"):
            continue
        if not axis.is_list:
            known = False
            values.setdefault(name, []).extend(("", axis.text) if axis.is_scalar else ("", "${{"))
            continue
        texts = tuple(_label(child) for child in axis.children)
        axes[name] = texts
        for child in axis.children:
            _note(name, child, values, nodes)
        if combinations is not None and len(combinations) * max(len(texts), 1) <= _MAX_COMBINATIONS:
            combinations = [{**one, name: text} for one in combinations for text in texts]
        else:
            combinations = None
    include, exclude = node.get("include"), node.get("exclude")
    for part in (include, exclude):
        known = known and (part is None or part.is_list or part.is_null)
    for entry in include.children if include is not None else ():
        for name, value in entry.pairs():
            _note(name, value, values, nodes)
    if include is not None and not include.is_list:
        values.clear()
    if not known or combinations is None:
        return None
    return _count(combinations if axes else [], include, exclude, axes)


def _label(node: YamlNode) -> str:
    if node.is_scalar:
        return node.text
    return ", ".join(f"{name}={value.text}" for name, value in node.pairs() if value.is_scalar) or "[...]"


def _note(name: str, node: YamlNode, values: dict[str, list[str]], nodes: dict[str, list[YamlNode]]) -> None:
    for full, value in ((name, node), *((f"{name}.{inner}", value) for inner, value in node.pairs())):
        values.setdefault(full, []).append(_label(value))
        nodes.setdefault(full, []).append(value)


def _count(
    combinations: list[dict[str, str]],
    include: YamlNode | None,
    exclude: YamlNode | None,
    axes: Mapping[str, tuple[str, ...]],
) -> int:
    """Legs after `exclude` took some and `include` added those that fit no combination."""
    for entry in exclude.children if exclude is not None else ():
        wanted = {name: _label(value) for name, value in entry.pairs()}
        combinations = [one for one in combinations if not all(one.get(name) == text for name, text in wanted.items())]
    added = 0
    for entry in include.children if include is not None else ():
        wanted = {name: _label(value) for name, value in entry.pairs() if name in axes}
        if not combinations or not any(all(one.get(n) == t for n, t in wanted.items()) for one in combinations):
            added += 1
    return len(combinations) + added
