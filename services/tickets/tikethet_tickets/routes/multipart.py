"""The one file of a ``multipart/form-data`` body, handed on piece by piece as it comes."""

from collections.abc import AsyncIterator
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from tikethet_service.problems import FieldError, Problem

from tikethet_tickets.rules.files import sent_name

AROUND: Final = 64 * 1024
"""Bytes that may stand around a file: boundaries, headers, other fields."""
FIELD: Final = b"file"


class FilePart:
    """The part named ``file`` of a body that comes as ``pieces``; what other parts there are is passed over.

    Raises `Problem` ``unsupported_media_type`` for another kind of body, ``bad_request`` for a malformed one and
    ``too_large`` when the whole of it exceeds ``limit`` bytes.
    """

    def __init__(self, content_type: str | None, pieces: AsyncIterator[bytes], limit: int) -> None:
        kind, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if kind != b"multipart/form-data" or not boundary:
            raise Problem("unsupported_media_type")
        self.filename = ""
        self._limit = limit
        self._pieces = pieces
        self._taken = 0
        self._found = self._inside = self._over = False
        self._header = (bytearray(), bytearray())
        self._ready: list[bytes] = []
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._part_begins,
                    "on_part_data": self._data,
                    "on_part_end": self._part_ends,
                    "on_header_begin": self._header_begins,
                    "on_header_field": self._header_name,
                    "on_header_value": self._header_value,
                    "on_header_end": self._header_ends,
                    "on_end": self._ends,
                },
            )
        except FormParserError:
            raise Problem("bad_request") from None

    async def begin(self) -> None:
        """Read up to the file's first bytes, or its end: from then on its name is known."""
        while not self._ready and not self._over:
            await self._more()
        if not self._found:
            raise Problem("invalid", errors=[FieldError("file", "missing")])

    async def content(self) -> AsyncIterator[bytes]:
        """The file's bytes, to the end of the body."""
        while self._ready or not self._over:
            ready, self._ready = self._ready, []
            for piece in ready:
                yield piece
            if not self._over:
                await self._more()

    async def _more(self) -> None:
        try:
            piece = await anext(self._pieces)
        except StopAsyncIteration:
            raise Problem("bad_request") from None  # it ended in the middle
        self._taken += len(piece)
        if self._taken > self._limit:
            raise Problem("too_large", limit=self._limit)
        try:
            self._parser.write(piece)
        except FormParserError:
            raise Problem("bad_request") from None

    def _part_begins(self) -> None:
        self._inside = False

    def _header_begins(self) -> None:
        self._header = (bytearray(), bytearray())

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._header[0].extend(data[start:end])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._header[1].extend(data[start:end])

    def _header_ends(self) -> None:
        name, value = self._header
        if name.lower() != b"content-disposition":
            return
        _, options = parse_options_header(value.decode("latin-1"))
        if options.get(b"name") == FIELD and b"filename" in options:
            if self._found:
                raise Problem("invalid", errors=[FieldError("file", "too_many", facts={"limit": 1})])
            self._found = self._inside = True
            self.filename = sent_name(options[b"filename"])

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._inside:
            self._ready.append(data[start:end])

    def _part_ends(self) -> None:
        self._inside = False

    def _ends(self) -> None:
        self._over = True
