"""What libcst parses and the running interpreter may not, and how to write it in older syntax.

Used by `engine.lowering`. PEP 646 and 654 (3.11), 695 and 701 (3.12), 696 (3.13), 750 and 758
(3.14), 798 and 810 (3.15). Types are left out, handlers and strings keep every expression.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from typing import TypeAlias

import libcst as cst

from gdprlint.engine.lowering import TEXT_CALL, Formatted, Lowered, Piece, Value
from gdprlint.fix.document import Document, document_of
from gdprlint.fix.tree import Tree, flat, parse_tree
from gdprlint.tuples import NamedTuple

Strings: TypeAlias = "cst.FormattedString | cst.TemplatedString"
CONVERSIONS = {"s": 115, "r": 114, "a": 97, None: -1, "": -1}
PLAIN_FORMATTED_SINCE = (3, 12)


class Change(NamedTuple):
    """Pieces in place of a stretch of the file."""

    start: int
    end: int
    pieces: tuple[Piece, ...]


class Rewriter:
    """Collects the changes of one file."""

    def __init__(self, tree: Tree, document: Document) -> None:
        self.tree = tree
        self.document = document
        self.strings: list[Formatted] = []
        self.constructs: dict[str, None] = {}

    def offsets(self, node: cst.CSTNode) -> tuple[int, int]:
        """Where a node starts and ends."""
        place = self.tree.positions[node]
        start = self.document.offset(place.start.line, place.start.column + 1)
        return start, self.document.offset(place.end.line, place.end.column + 1)

    def pieces(self, start: int, end: int, changes: Sequence[Change]) -> tuple[Piece, ...]:
        """The lowered text of a stretch of the file."""
        found: list[Piece] = []
        done = start
        for change in sorted(changes):
            if change.start < done or change.end > end:
                continue
            found.append(self.kept(done, change.start))
            found += change.pieces
            done = change.end
        found.append(self.kept(done, end))
        return tuple(piece for piece in found if piece.text)

    def kept(self, start: int, end: int) -> Piece:
        """Text as it is."""
        return Piece(self.document.raw[start:end], start, end, True)

    def changes(self, root: cst.CSTNode) -> Iterator[Change]:
        """The outermost changes at and below a node."""
        pending: list[cst.CSTNode] = [root]
        while pending:
            node = pending.pop()
            own = list(self.change(node))
            yield from own
            if not (own and isinstance(node, TEXTS)):
                pending.extend(node.children)

    def change(self, node: cst.CSTNode) -> Iterator[Change]:
        """What has to change at one node, apart from what is below it."""
        if isinstance(node, cst.TypeAlias):
            yield self.without(
                self.offsets(node)[0], self.offsets(node.name)[0], "`type` statement"
            )
        elif isinstance(node, cst.TypeParameters):
            yield self.without(*self.offsets(node), "type parameters")
        elif isinstance(node, cst.TryStar):
            for handler in node.handlers:
                start = self.offsets(handler)[0]
                star = self.document.raw.index("*", start)
                yield self.without(star, star + 1, "`except*`")
        elif isinstance(node, (cst.ExceptHandler, cst.ExceptStarHandler)):
            if isinstance(node.type, cst.Tuple) and not node.type.lpar:
                yield from self.parenthesised(node.type)
        elif isinstance(node, cst.Index) and node.star:
            start = self.document.raw.rindex(node.star, 0, self.offsets(node.value)[0])
            yield self.without(start, start + 1, "unpacking in an index")
        elif isinstance(node, cst.Annotation):
            yield from self.unpacked_annotation(node)
        elif isinstance(node, TEXTS) and self.holds_values(node):
            yield self.text(node)
        elif type(node).__name__ in LAZY_IMPORTS:
            start = self.offsets(node)[0]
            yield self.without(start, start + len("lazy "), "lazy import")
        elif isinstance(node, COMPREHENSIONS) and isinstance(node.elt, cst.StarredElement):
            yield self.without_star(self.offsets(node.elt)[0])
        elif type(node).__name__ == UNPACKED_DICT:
            yield self.without_star(self.document.raw.index("**", self.offsets(node)[0]))

    def without(self, start: int, end: int, construct: str) -> Change:
        """Leave a stretch out."""
        self.constructs[construct] = None
        return Change(start, end, ())

    def without_star(self, start: int) -> Change:
        """Leave out the star, or two, of an unpacking comprehension."""
        raw = self.document.raw
        end = start + 2 if raw.startswith("**", start) else start + 1
        return self.without(start, end, "unpacking in a comprehension")

    def parenthesised(self, node: cst.Tuple) -> Iterator[Change]:
        """Put the types of a handler into parentheses."""
        start, end = self.offsets(node)
        self.constructs["`except` without parentheses"] = None
        yield Change(start, start, (Piece("(", start, start, False),))
        yield Change(end, end, (Piece(")", end, end, False),))

    def unpacked_annotation(self, node: cst.Annotation) -> Iterator[Change]:
        """`*args: *Ts`."""
        inner = node.annotation
        if isinstance(inner, cst.StarredElement):
            start = self.offsets(inner)[0]
            yield self.without(start, start + 1, "unpacking in an annotation")

    def holds_values(self, node: cst.BaseExpression) -> bool:
        """Whether a string is formatted, or a concatenation of which one part is."""
        return any(isinstance(part, STRINGS) for part in flat(node))

    def text(self, node: cst.BaseExpression) -> Change:
        """A formatted string as a call that hands its values on."""
        start, end = self.offsets(node)
        values: list[cst.BaseExpression] = []
        parts: list[str | Value] = []
        for string in flat(node):
            if isinstance(string, cst.TemplatedString):
                self.constructs["template string"] = None
            elif (
                isinstance(string, cst.FormattedString) and sys.version_info < PLAIN_FORMATTED_SINCE
            ):
                self.constructs["nested f-string"] = None
            parts += self.parts_of(string, values)
        number = len(self.strings)
        self.strings.append(Formatted(start, end, tuple(parts)))
        pieces = [Piece(f"{TEXT_CALL}({number}", start, end, False)]
        for value in values:
            first, last = self.offsets(value)
            pieces.append(Piece(", (", first, first, False))
            pieces += self.pieces(first, last, list(self.changes(value)))
            pieces.append(Piece(")", last, last, False))
        pieces.append(Piece(")", start, end, False))
        return Change(start, end, tuple(pieces))

    def parts_of(
        self, string: cst.BaseExpression, values: list[cst.BaseExpression]
    ) -> list[str | Value]:
        """The parts of one string; what it shows is added to `values`."""
        if isinstance(string, cst.SimpleString):
            plain = string.evaluated_value
            return [plain] if isinstance(plain, str) else []
        if not isinstance(string, STRINGS):
            return []
        return self.contents(string.parts, string.prefix, values)

    def contents(
        self, parts: Sequence[cst.CSTNode], prefix: str, values: list[cst.BaseExpression]
    ) -> list[str | Value]:
        """Texts and values of a string or of a format."""
        found: list[str | Value] = []
        for part in parts:
            if isinstance(part, (cst.FormattedStringText, cst.TemplatedStringText)):
                found.append(plain_text(part.value, prefix))
            elif isinstance(part, (cst.FormattedStringExpression, cst.TemplatedStringExpression)):
                index = len(values)
                values.append(part.expression)
                spec = part.format_spec
                inner = None if spec is None else tuple(self.contents(spec, prefix, values))
                conversion = CONVERSIONS[part.conversion]
                if part.equal is not None:
                    found.append(f"{self.tree.code(part.expression)}=")
                    conversion = CONVERSIONS["r"] if conversion == -1 and not inner else conversion
                found.append(Value(index, conversion, inner))
        return found


COMPREHENSIONS = (cst.ListComp, cst.SetComp, cst.GeneratorExp)
LAZY_IMPORTS = frozenset({"LazyImport", "LazyImportFrom"})
UNPACKED_DICT = "StarredDictComp"
"""Nodes of newer releases of libcst, by name."""
STRINGS = (cst.FormattedString, cst.TemplatedString)
TEXTS = (cst.FormattedString, cst.TemplatedString, cst.ConcatenatedString)


def plain_text(text: str, prefix: str) -> str:
    """The text between two values as the program sees it."""
    text = text.replace("{{", "{").replace("}}", "}")
    if "r" in prefix.lower() or "\\" not in text:
        return text
    try:
        value = ast.literal_eval(f'"""{text}"""')
    except (SyntaxError, ValueError):
        return text
    return value if isinstance(value, str) else text


def lowered(path: str, text: str) -> Lowered | None:
    """The file in older syntax, None if libcst cannot parse it either."""
    tree = parse_tree(path, text)
    if tree is None:
        return None
    document = document_of(path, text)
    rewriter = Rewriter(tree, document)
    changes = list(rewriter.changes(tree.module))
    pieces = rewriter.pieces(0, len(text), changes)
    return Lowered(pieces, tuple(rewriter.strings), tuple(rewriter.constructs))
