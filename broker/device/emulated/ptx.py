"""Read the outside of a PTX module: version, target, entries and their parameters.

Decides whether a text is PTX at all and how each entry's parameters are laid out. Must
never know devices or kernels. Instructions are not read: a body is skipped by its
braces, and kept by position so that an interpreter can begin there. Called by
`images.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field


class PtxError(Exception):
    """The text is not PTX. Args: line: 1-based; what: text."""

    def __init__(self, line: int, what: str) -> None:
        self.line = line
        super().__init__(f"line {line}: {what}")


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of an entry; offset, size and align in bytes."""

    name: str
    offset: int
    size: int
    align: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One kernel. body: (first, last) index of its text between the braces."""

    name: str
    params: tuple[Param, ...]
    line: int
    threads_max: int | None = None
    body: tuple[int, int] = (0, 0)

    @property
    def param_bytes(self) -> int:
        return self.params[-1].offset + self.params[-1].size if self.params else 0


@dataclass(slots=True)
class Module:
    """A parsed module. version: (major, minor); target: its words, e.g. ("sm_75",)."""

    version: tuple[int, int]
    target: tuple[str, ...] = ()
    entries: dict[str, Entry] = field(default_factory=dict)


_TOKEN = re.compile(
    r"""(?P<skip>[ \t\r\f\v]+|//[^\n]*|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/)
      | (?P<newline>\n)
      | (?P<string>"(?:[^"\\\n]|\\.)*")
      | (?P<word>[.%@]?[A-Za-z_$][\w$]*(?:::[\w$]+)*|@|%)
      | (?P<number>[-+]?\d[\w.]*)
      | (?P<mark>[-{}()\[\];,<>=|+*:!?&^~]|/(?!\*))""",
    re.VERBOSE | re.DOTALL,
)
_SIZES = {"b128": 16, "f16x2": 4, "bf16": 2, "bf16x2": 4, "tf32": 4, "pred": 1}
_SIZES |= {f"{kind}{8 * n}": n for kind in "busf" for n in (1, 2, 4, 8)}
_SIZES |= {"texref": 8, "samplerref": 8, "surfref": 8}
_LINKING = {".visible", ".extern", ".weak", ".common"}
_VARIABLES = {".global", ".const", ".shared", ".tex"}
_STATEMENTS = {".file", ".loc", ".pragma", ".alias", ".section", ".callprototype"}
_OPEN = {"{": "}", "(": ")", "[": "]"}


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    line: int
    at: int


_END = ""


def _tokens(text: str) -> list[_Token]:
    tokens, line, at = [], 1, 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            what = "a comment does not end" if text.startswith("/*", at) else None
            raise PtxError(line, what or f"unexpected character {text[at]!r}")
        if match.lastgroup not in ("skip", "newline"):
            tokens.append(_Token(match.group(), line, at))
        line += match.group().count("\n")
        at = match.end()
    tokens.append(_Token(_END, line, at))
    return tokens


def _name(token: _Token, what: str) -> str:
    if not re.fullmatch(r"[A-Za-z_$%][\w$]*", token.text):
        raise PtxError(token.line, f"{what} expected, not {token.text or 'the end'!r}")
    return token.text


def _number(token: _Token, what: str) -> int:
    try:
        return int(token.text.rstrip("U"), 0)
    except ValueError:
        pass
    raise PtxError(token.line, f"{what} expected, not {token.text or 'the end'!r}")


class _Parser:
    """Reads the tokens once, front to back; `_take_*` consume what they name."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.at = 0

    @property
    def next(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        token = self.tokens[self.at]
        if token.text is not _END:
            self.at += 1
        return token

    def expect(self, text: str) -> _Token:
        token = self.take()
        if token.text != text:
            raise PtxError(
                token.line, f"{text!r} expected, not {token.text or 'the end'!r}"
            )
        return token

    def skip_if(self, text: str) -> bool:
        if self.next.text != text:
            return False
        self.at += 1
        return True

    def skip_group(self) -> tuple[int, int]:
        """Skip a balanced group that begins here; returns where its inside lies."""
        first = self.take()
        if first.text not in _OPEN:
            raise PtxError(
                first.line, f"'{{' expected, not {first.text or 'the end'!r}"
            )
        closers = [_OPEN[first.text]]
        while closers:
            token = self.take()
            if token.text is _END:
                raise PtxError(first.line, f"{first.text!r} is not closed")
            if token.text in _OPEN:
                closers.append(_OPEN[token.text])
            elif token.text in _OPEN.values() and token.text != closers.pop():
                raise PtxError(token.line, f"{token.text!r} closes nothing")
        return first.at + 1, token.at

    def skip_statement(self) -> None:
        """Skip up to and with the semicolon."""
        first = self.next
        while not self.skip_if(";"):
            if self.next.text is _END:
                raise PtxError(first.line, f"{first.text!r}: ';' expected")
            if self.next.text in _OPEN:
                self.skip_group()
            else:
                self.take()

    # ---- the module

    def module(self) -> Module:
        module = self._take_head()
        while self.next.text is not _END:
            linking = self.next.text in _LINKING
            while self.next.text in _LINKING:
                self.take()
            self._take_item(module, linking)
        return module

    def _take_head(self) -> Module:
        self.expect(".version")
        token = self.take()
        match = re.fullmatch(r"(\d+)\.(\d+)", token.text)
        if match is None:
            raise PtxError(token.line, f".version {token.text!r} is not major.minor")
        module = Module((int(match[1]), int(match[2])))
        self.expect(".target")
        names = [_name(self.take(), "target")]
        while self.skip_if(","):
            names.append(_name(self.take(), "target"))
        module.target = tuple(names)
        if self.skip_if(".address_size"):
            token = self.take()
            if token.text != "64":
                raise PtxError(token.line, f".address_size {token.text!r} is not 64")
        return module

    def _take_item(self, module: Module, linking: bool) -> None:
        token = self.next
        if token.text == ".entry":
            entry = self._take_entry()
            if entry is not None and entry.name in module.entries:
                raise PtxError(entry.line, f"entry {entry.name!r} is defined twice")
            if entry is not None:
                module.entries[entry.name] = entry
        elif token.text == ".func":
            self._take_function()
        elif token.text in _VARIABLES:
            self.skip_statement()
        elif token.text in _STATEMENTS and not linking:
            self._take_directive()
        else:
            raise PtxError(token.line, f"unexpected {token.text or 'end'!r}")

    def _take_directive(self) -> None:
        directive = self.take()
        if directive.text == ".section":
            self.take()
            self.skip_group()
        elif directive.text in (".file", ".loc"):  # these end with their line
            while self.next.line == directive.line and self.next.text is not _END:
                self.take()
        else:
            self.skip_statement()

    def _take_function(self) -> None:
        self.take()
        while self.next.text not in ("{", ";", _END):
            if self.next.text in _OPEN:
                self.skip_group()
            else:
                self.take()
        if not self.skip_if(";"):
            if self.next.text is _END:
                raise PtxError(self.next.line, "the body of a .func is missing")
            self.skip_group()

    # ---- entries

    def _take_entry(self) -> Entry | None:
        line = self.take().line
        name = _name(self.take(), "the name of an entry")
        params = self._take_params() if self.next.text == "(" else ()
        threads_max = self._take_limits(name)
        if self.skip_if(";"):  # declared here, defined elsewhere
            return None
        if self.next.text != "{":
            raise PtxError(self.next.line, f"the body of entry {name!r} is missing")
        return Entry(name, params, line, threads_max, self.skip_group())

    def _take_limits(self, name: str) -> int | None:
        """Directives between parameters and body; the most threads of a block."""
        threads_max = None
        while self.next.text not in ("{", ";"):
            directive = self.take()
            if not directive.text.startswith("."):
                what = f"entry {name!r}: unexpected {directive.text or 'end'!r}"
                raise PtxError(directive.line, what)
            sizes = []
            while not self.next.text.startswith((".", "{", ";")) and self.next.text:
                if self.next.text[0].isdigit():
                    sizes.append(_number(self.next, "a number"))
                self.take()
            if directive.text in (".maxntid", ".reqntid"):
                threads_max = 1
                for size in sizes:
                    threads_max *= size
        return threads_max

    def _take_params(self) -> tuple[Param, ...]:
        self.expect("(")
        params: list[Param] = []
        end = 0
        while not self.skip_if(")"):
            if params:
                self.expect(",")
            param = self._take_param(end)
            params.append(param)
            end = param.offset + param.size
        return tuple(params)

    def _take_param(self, end: int) -> Param:
        """One `.param` declaration. end: first byte after the parameter before it."""
        self.expect(".param")
        size = align = 0
        vector = 1
        while self.next.text.startswith("."):
            token = self.take()
            word = token.text[1:]
            if word == "align":
                align = _number(self.take(), "an alignment")
            elif word == "ptr":
                self._skip_pointer_attributes()
            elif word in ("v2", "v4"):
                vector = int(word[1])
            elif word in _SIZES:
                size = _SIZES[word]
            else:
                raise PtxError(token.line, f"{token.text!r} is no type of a parameter")
        token = self.take()
        name = _name(token, "the name of a parameter")
        if not size:
            raise PtxError(token.line, f"parameter {name!r} has no type")
        size *= vector
        align = align or size
        if align & (align - 1):
            raise PtxError(token.line, f"alignment {align} is not a power of two")
        while self.skip_if("["):
            size *= _number(self.take(), "the length of an array")
            self.expect("]")
        return Param(name, (end + align - 1) // align * align, size, align)

    def _skip_pointer_attributes(self) -> None:
        while self.next.text in (".global", ".const", ".local", ".shared", ".generic"):
            self.take()
        if self.skip_if(".align"):
            _number(self.take(), "an alignment")


def parse(text: str) -> Module:
    """Parse one module.

    Raises: PtxError naming the line.
    Cost: linear; about a second for 5 MB of text.
    """
    return _Parser(text).module()
