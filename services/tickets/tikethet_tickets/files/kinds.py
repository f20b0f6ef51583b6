"""What a file is, by its first bytes. Its name and what the sender calls it do not count."""

from typing import Final

import filetype

from tikethet_tickets.rules.files import PREVIEWED, SHOWN, UNKNOWN

HEAD: Final = 8192
"""How many bytes are enough to tell."""

_DOCUMENTS: Final = frozenset(
    {
        *("application/pdf", "application/zip", "application/gzip", "application/x-7z-compressed"),
        *("application/vnd.rar", "application/x-rar-compressed", "application/x-tar"),
        *("application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint", "application/epub+zip"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        *("application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet"),
        *("image/bmp", "image/tiff", "image/heic", "image/avif", "image/jxl", "image/vnd.adobe.photoshop"),
        *("audio/x-wav", "audio/x-flac", "audio/aac", "audio/amr"),
        *("video/quicktime", "video/x-msvideo", "video/x-matroska", "video/mpeg", "video/3gpp"),
    }
)
_TOLD: Final = PREVIEWED | SHOWN | _DOCUMENTS
_RUNS: Final = (b"<", b"#!", b"\xef\xbb\xbf<")
"""Beginnings of texts that a browser or a shell would run."""


def content_type(head: bytes) -> str:
    """The kind of a file that begins with ``head``; `UNKNOWN` for what could do harm or says nothing about itself."""
    found = filetype.guess_mime(head)
    if found is not None:
        return found if found in _TOLD else UNKNOWN
    return "text/plain" if _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    if not head or head.lstrip().startswith(_RUNS):
        return False
    try:
        text = head.decode()
    except UnicodeDecodeError as failure:
        if failure.end < len(head) or failure.start < len(head) - 3:  # more than a character cut in two
            return False
        text = head[: failure.start].decode()
    return all(sign >= " " or sign in "\t\n\r\f" for sign in text)
