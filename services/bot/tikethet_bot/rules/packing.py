"""How a text and its files become as few messages as Telegram allows: albums, captions, parts."""

from collections.abc import Iterator, Sequence
from typing import Final, Literal

from msgspec import Struct

from tikethet_bot.rules.saying import PART_MAX, parts, units

CAPTION_MAX: Final = 1024
"""UTF-16 units under a file."""
ALBUM_MAX: Final = 10
PHOTO_MAX: Final = 10 * 1024 * 1024
"""Bytes; a larger picture goes as a document."""
ROUND: Final = "round.mp4"
"""What a round video is called on its way through the desk, which knows of no shapes."""
Kind = Literal["photo", "video", "round", "voice", "audio", "document"]
_PHOTOS: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
_TOGETHER: Final[dict[Kind, str]] = {"photo": "seen", "video": "seen", "audio": "heard", "document": "read"}
"""What may share an album; a voice message and a round video never do."""


class File(Struct, frozen=True, kw_only=True):
    """A file the desk keeps: ``size`` in bytes."""

    id: str
    filename: str
    size: int
    content_type: str

    @property
    def kind(self) -> Kind:
        """As what Telegram shows it."""
        if self.content_type in _PHOTOS and self.size <= PHOTO_MAX:
            return "photo"
        if self.content_type == "video/mp4":
            return "round" if self.filename == ROUND else "video"
        if self.content_type == "audio/ogg":
            return "voice"
        return "audio" if self.content_type in {"audio/mpeg", "audio/mp4"} else "document"


class Piece(Struct, frozen=True):
    """One message: a text, or files with a caption; ``buttons`` when it is the one that may carry them."""

    text: str = ""
    files: tuple[File, ...] = ()
    buttons: bool = False

    @property
    def room(self) -> int:
        """So many UTF-16 units of words may stand in it; none in files that came without."""
        if not self.files:
            return PART_MAX
        return CAPTION_MAX if self.text else 0


def pack(text: str, files: Sequence[File], *, buttons: bool) -> list[Piece]:
    """The messages that say ``text`` and show ``files``, in order."""
    groups = list(_albums(files))
    alone = len(groups) == 1 and len(groups[0]) == 1
    bare = bool(groups) and groups[0][0].kind == "round"  # it shows no words
    if groups and units(text) <= CAPTION_MAX and (alone or not buttons) and not (bare and text):
        return [Piece(text, groups[0], buttons and alone), *(Piece("", each) for each in groups[1:])]
    said = [Piece(each) for each in parts(text)]
    if said and buttons:
        said[-1] = Piece(said[-1].text, (), buttons=True)
    return [*said, *(Piece("", each) for each in groups)]


def _albums(files: Sequence[File]) -> Iterator[tuple[File, ...]]:
    groups: dict[str, list[File]] = {}
    for file in files:
        groups.setdefault(_TOGETHER.get(file.kind, file.id), []).append(file)
    for group in groups.values():
        for start in range(0, len(group), ALBUM_MAX):
            yield tuple(group[start : start + ALBUM_MAX])
