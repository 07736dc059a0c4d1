"""Reading words into a tree; from loose to tight: `or`, `and`, `not`, comparisons, sums, products, signs, calls."""

from collections.abc import Mapping

from tianmu.insight.reports.rules.expressions.faults import ExpressionError, Reason
from tianmu.insight.reports.rules.expressions.lexing import Word, words
from tianmu.insight.reports.rules.expressions.tree import Call, Literal, Name, Node

MOST_DEPTH = 24
MOST_NODES = 200
_WORDS = {"且": "and", "并且": "and", "或": "or", "或者": "or", "非": "not", "属于": "in", "真": "true", "假": "false"}
_CONSTANTS: Mapping[str, bool | None] = {"true": True, "false": False, "null": None}
_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")


def parse(source: str) -> Node:
    """Read an expression; names are as they were written.

    Raises:
        ExpressionError: it cannot be read, with the reason and the place.

    """
    reader = _Reader(words(source))
    tree = reader.disjunction()
    reader.demand("end", "")
    return tree


class _Reader:
    def __init__(self, found: list[Word]) -> None:
        self.found, self.place, self.depth, self.nodes = found, 0, 0, 0

    @property
    def word(self) -> Word:
        return self.found[self.place]

    def keyword(self) -> str:
        text = self.word.text.casefold()
        return _WORDS.get(text, text) if self.word.sort == "name" else ""

    def demand(self, sort: str, text: str) -> Word:
        word = self.word
        if word.sort != sort or (text and word.text != text):
            raise ExpressionError(Reason.EXPECTED, word.at, word.text, text or sort)
        self.place += 1
        return word

    def made(self, function: str, arguments: tuple[Node, ...], at: int) -> Call:
        self.count(at)
        return Call(function, arguments, at)

    def count(self, at: int) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise ExpressionError(Reason.TOO_LARGE, at, expected=str(MOST_NODES))

    def disjunction(self) -> Node:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise ExpressionError(Reason.TOO_DEEP, self.word.at, self.word.text, str(MOST_DEPTH))
        left = self.conjunction()
        while self.keyword() == "or":
            at, self.place = self.word.at, self.place + 1
            left = self.made("or", (left, self.conjunction()), at)
        self.depth -= 1
        return left

    def conjunction(self) -> Node:
        left = self.negation()
        while self.keyword() == "and":
            at, self.place = self.word.at, self.place + 1
            left = self.made("and", (left, self.negation()), at)
        return left

    def negation(self) -> Node:
        starts = []
        while self.keyword() == "not":
            starts.append(self.word.at)
            self.place += 1
        node = self.comparison()
        for at in reversed(starts):
            node = self.made("not", (node,), at)
        return node

    def comparison(self) -> Node:
        left = self.sum()
        word = self.word
        if word.sort == "sign" and word.text in _COMPARISONS:
            self.place += 1
            return self.made(word.text, (left, self.sum()), word.at)
        if self.keyword() == "in":
            self.place += 1
            self.demand("sign", "(")
            return self.made("in", (left, *self.arguments()), word.at)
        return left

    def sum(self) -> Node:
        left = self.product()
        while self.word.sort == "sign" and self.word.text in {"+", "-"}:
            word, self.place = self.word, self.place + 1
            left = self.made(word.text, (left, self.product()), word.at)
        return left

    def product(self) -> Node:
        left = self.signed()
        while self.word.sort == "sign" and self.word.text in {"*", "/", "%"}:
            word, self.place = self.word, self.place + 1
            left = self.made(word.text, (left, self.signed()), word.at)
        return left

    def signed(self) -> Node:
        starts = []
        while self.word.sort == "sign" and self.word.text == "-":
            starts.append(self.word.at)
            self.place += 1
        node = self.simple()
        for at in reversed(starts):
            node = self.made("negative", (node,), at)
        return node

    def simple(self) -> Node:
        word, self.place = self.word, self.place + 1
        self.count(word.at)
        if word.sort == "number":
            return Literal(float(word.text), word.at)
        if word.sort == "text":
            return Literal(word.text, word.at)
        if word.sort == "sign" and word.text == "(":
            inner = self.disjunction()
            self.demand("sign", ")")
            return inner
        if word.sort != "name" or not word.text:
            raise ExpressionError(Reason.EXPECTED, word.at, word.text, "value")
        if self.word.sort == "sign" and self.word.text == "(":
            self.place += 1
            return Call(word.text, self.arguments(), word.at)
        constant = _WORDS.get(word.text, word.text).casefold()
        if constant in _CONSTANTS:
            return Literal(_CONSTANTS[constant], word.at)
        return Name(word.text, word.at)

    def arguments(self) -> tuple[Node, ...]:
        given: list[Node] = []
        if self.word.sort == "sign" and self.word.text == ")":
            self.place += 1
            return ()
        while True:
            given.append(self.disjunction())
            if self.word.sort == "sign" and self.word.text == ",":
                self.place += 1
                continue
            self.demand("sign", ")")
            return tuple(given)
