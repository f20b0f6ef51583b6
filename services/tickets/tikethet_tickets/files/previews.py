"""Small pictures of large ones."""

import io
import warnings
from typing import Final

from PIL import Image, ImageOps

SIDE: Final = 640
"""Pixels of the longer side."""
PIXELS_MAX: Final = 64_000_000
"""A picture of more would cost more memory to look at than any honest one."""
CONTENT_TYPE: Final = "image/webp"
_FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP")


class NoPicture(Exception):
    """There is no picture in it that can be shown."""


def preview(content: bytes) -> bytes:
    """The picture as WebP, at most `SIDE` wide and high, upright, with nothing but its pixels. Raises NoPicture.

    Takes a while and much memory: for a thread, a few at a time.
    """
    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
            warnings.simplefilter("ignore")  # the size is looked at here
            if picture.width * picture.height > PIXELS_MAX:
                raise NoPicture
            picture.draft("RGB", (SIDE, SIDE))  # a JPEG is then decoded no larger than needed
            turned = ImageOps.exif_transpose(picture)
            plain = turned.convert("RGBA" if turned.has_transparency_data else "RGB")
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as failure:
        raise NoPicture from failure
    plain.thumbnail((SIDE, SIDE))
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    written = io.BytesIO()
    bare.save(written, "WEBP", quality=80, method=4)
    return written.getvalue()
