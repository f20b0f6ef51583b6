"""Small pictures of large ones."""

import io
import warnings
from typing import Final

from PIL import Image, ImageOps

SIDE: Final = 640
"""Pixels of the longer side."""
PIXELS_MAX: Final = 64_000_000
"""A picture of more is no honest one."""
DECODED_MAX: Final = 100_000_000
"""Bytes that may be needed to look at one, beside its file: a few kilobytes can hold millions of pixels."""
CONTENT_TYPE: Final = "image/webp"
_FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP")
_NARROW: Final = {"1": 1, "L": 1, "P": 1, "I;16": 2}
"""Bytes of a pixel in memory, by mode; 4 in all others."""
_OF_WEBP: Final = 12
"""The same of WebP, whose decoder holds the picture more than once."""
_PROGRESSIVE: Final = 3
"""Bytes that a pixel of a progressive JPEG needs however small it is wanted."""
_COARSE: Final = 2 * SIDE


class NoPicture(Exception):
    """There is no picture in it that can be shown."""


def preview(content: bytes) -> bytes:
    """The picture as WebP, at most `SIDE` wide and high, upright, with nothing but its pixels. Raises NoPicture.

    Takes a while and up to `DECODED_MAX` bytes: for a thread, one at a time.
    """
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
            warnings.simplefilter("ignore")  # the size is looked at here
            _need_modest(picture)
            turned = ImageOps.exif_transpose(_shrunk(picture))
            plain = turned.convert("RGBA" if turned.has_transparency_data else "RGB")
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as failure:
        raise NoPicture from failure
    plain.thumbnail((SIDE, SIDE))
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    written = io.BytesIO()
    bare.save(written, "WEBP", quality=80, method=4)
    return written.getvalue()


def _need_modest(picture: Image.Image) -> None:
    """Have a JPEG decoded no larger than needed. Raises NoPicture for one that takes too much all the same."""
    pixels = picture.width * picture.height
    whole = pixels * _PROGRESSIVE if picture.info.get("progressive") else 0
    picture.draft("RGB", (SIDE, SIDE))
    each = _OF_WEBP if picture.format == "WEBP" else _NARROW.get(picture.mode, 4)
    if pixels > PIXELS_MAX or max(whole, picture.width * picture.height * each) > DECODED_MAX:
        raise NoPicture


def _shrunk(picture: Image.Image) -> Image.Image:
    """Small enough to be copied, at no more cost than itself: modes that shrink by way of a copy are thinned out."""
    if picture.mode in {"RGB", "L", "CMYK", "YCbCr"}:
        picture.thumbnail((_COARSE, _COARSE))
        return picture
    scale = _COARSE / max(picture.size)
    if scale >= 1:
        return picture
    width, height = (max(1, round(side * scale)) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.NEAREST)
