"""What a prompt file may say: text, listed variables, `if`, and `for` over listed lists.

Checked on the syntax tree. What is left can neither call nor repeat anything, and walks each
listed value at most once per place in the file: rendering ends soon, whatever the rubric.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jinja2 import nodes


@dataclass(frozen=True, slots=True)
class Many:
    """A list of values that all have the shape `of`."""

    of: Shape


# None is text or a truth value; a mapping is a record with these attributes.
Shape = None | Many | Mapping[str, "Shape"]
Scope = Mapping[str, Shape]


def check_blocks(tree: nodes.Template, scopes: Mapping[str, Scope]) -> Iterator[tuple[int, str]]:
    """Yield each problem of a parsed prompt file with its line: exactly these blocks, in order."""
    found = [each for each in tree.body if isinstance(each, nodes.Block)]
    for each in tree.body:
        if not isinstance(each, nodes.Block) and not _is_blank(each):
            yield each.lineno, "text outside the blocks would never be sent; move it into one"
    names = [each.name for each in found]
    if names != list(scopes):
        wanted = " and ".join(f"{name!r}" for name in scopes)
        yield 1, f"a prompt has exactly the blocks {wanted}, in this order (got {names!r})"
        return
    for block in found:
        yield from _Check(block.name).statements(block.body, scopes[block.name], "")
    if "answer" in scopes["user"]:
        yield from _check_answer(found)


def _is_blank(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Output) and all(
        isinstance(each, nodes.TemplateData) and not each.data.strip() for each in node.nodes
    )


def _check_answer(blocks: list[nodes.Block]) -> Iterator[tuple[int, str]]:
    """Hold that the answer comes out once, whatever the conditions of the file say."""
    everywhere = [name for block in blocks for name in block.find_all(nodes.Name)]
    always = [
        name
        for block in blocks
        for output in block.body
        if isinstance(output, nodes.Output)
        for name in output.nodes
        if isinstance(name, nodes.Name)
    ]
    for variable, times in (("answer", 1), ("nonce", 2)):
        uses = [each for each in everywhere if each.name == variable]
        plain = [each for each in always if each.name == variable]
        if not len(uses) == len(plain) == times:
            line = uses[-1].lineno if uses else blocks[-1].lineno
            yield (
                line,
                f"{variable!r} must stand in 'user' outside of any if and for, {times} x "
                f"(got {len(plain)} so, {len(uses)} in all)",
            )


class _Check:
    def __init__(self, block: str) -> None:
        self._block = block

    def statements(
        self, body: list[nodes.Node], scope: Scope, loop: str
    ) -> Iterator[tuple[int, str]]:
        """Yield the problems of `body`; `loop` is the variable of the loop it stands in."""
        for node in body:
            match node:
                case nodes.Output():
                    for each in node.nodes:
                        if not isinstance(each, nodes.TemplateData):
                            yield from self._text(each, scope)
                case nodes.If():
                    yield from self._condition(node.test, scope)
                    yield from self.statements([*node.body, *node.elif_, *node.else_], scope, loop)
                case nodes.For():
                    yield from self._loop(node, scope, loop)
                case _:
                    yield self._refused(node)

    def _loop(self, node: nodes.For, scope: Scope, loop: str) -> Iterator[tuple[int, str]]:
        target, line = node.target, node.lineno
        if node.recursive or node.test or node.else_:
            yield line, "a for loop takes no 'recursive', 'if' or 'else'; use a plain one"
        if not isinstance(target, nodes.Name) or target.name in scope:
            yield line, "a for loop needs one new variable of its own"
            return
        # An inner loop may only go into the value of the outer one, so that loops do not multiply.
        if loop and not (
            isinstance(node.iter, nodes.Getattr)
            and isinstance(node.iter.node, nodes.Name)
            and node.iter.node.name == loop
        ):
            yield line, f"a loop inside a loop goes over an attribute of {loop!r}, nothing else"
            return
        shape, problem = self._shape(node.iter, scope)
        if problem:
            yield problem
        elif not isinstance(shape, Many):
            yield line, "a for loop goes over a listed list, such as 'cells' or 'outline'"
        else:
            yield from self.statements(node.body, {**scope, target.name: shape.of}, target.name)

    def _condition(self, node: nodes.Node, scope: Scope) -> Iterator[tuple[int, str]]:
        match node:
            case nodes.Not():
                yield from self._condition(node.node, scope)
            case nodes.And() | nodes.Or():
                yield from self._condition(node.left, scope)
                yield from self._condition(node.right, scope)
            case nodes.Compare(ops=[nodes.Operand(op="eq" | "ne", expr=nodes.Const(value=str()))]):
                yield from self._text(node.expr, scope)
            case _:
                _, problem = self._shape(node, scope)
                if problem:
                    yield problem

    def _text(self, node: nodes.Node, scope: Scope) -> Iterator[tuple[int, str]]:
        shape, problem = self._shape(node, scope)
        if problem:
            yield problem
        elif shape is not None:
            yield (
                node.lineno,
                "a list or record cannot be written out; loop over it, or name a part",
            )

    def _shape(self, node: nodes.Node, scope: Scope) -> tuple[Shape, tuple[int, str] | None]:
        """Return the shape of a variable or attribute, or the problem with it."""
        match node:
            case nodes.Name():
                if node.name in scope:
                    return scope[node.name], None
                return None, self._unknown(node, node.name, scope)
            case nodes.Getattr():
                shape, problem = self._shape(node.node, scope)
                if problem:
                    return None, problem
                attributes = shape if isinstance(shape, Mapping) else {}
                if node.attr in attributes:
                    return attributes[node.attr], None
                return None, self._unknown(node, f".{node.attr}", attributes)
            case _:
                return None, self._refused(node)

    def _unknown(self, node: nodes.Node, name: str, known: Scope) -> tuple[int, str]:
        names = ", ".join(known) or "nothing"
        return node.lineno, f"{name!r} is not to be had in {self._block!r}; there is {names}"

    def _refused(self, node: nodes.Node) -> tuple[int, str]:
        word = type(node).__name__.lower()
        return (
            node.lineno,
            f"{word!r} is not allowed in a prompt; use text, listed variables, if and for",
        )
