"""Pictures of any kind become small ones; none takes more memory than the process has for it."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tikethet_tickets.files.previews import SIDE, NoPicture, preview

MODEST_MB = 200
"""With the interpreter, the library and the file; the whole service has 384 where it runs in a container."""
_LOOK = """
import re, sys
from pathlib import Path
from tikethet_tickets.files.previews import NoPicture, preview
try:
    preview(Path(sys.argv[1]).read_bytes())
except NoPicture:
    pass
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


def drawn(form: str, mode: str, side: int, **facts: Any) -> bytes:
    written = io.BytesIO()
    Image.new(mode, (side, side // 2), 255 if mode in {"L", "P", "1"} else None).save(written, form, **facts)
    return written.getvalue()


@pytest.mark.parametrize(
    ("form", "mode"),
    [
        *(("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
        *(("JPEG", mode) for mode in ("L", "RGB", "CMYK")),
        *(("WEBP", mode) for mode in ("RGB", "RGBA")),
        ("GIF", "P"),
    ],
)
@pytest.mark.parametrize("side", [2, 100, 3000])
def test_every_kind_of_picture_is_shown_small(form: str, mode: str, side: int) -> None:
    with Image.open(io.BytesIO(preview(drawn(form, mode, side)))) as shown:
        assert (shown.format, shown.size) == ("WEBP", (min(side, SIDE), min(side, SIDE) // 2))


def test_what_is_too_much_is_shown_as_a_file() -> None:
    for content in (drawn("PNG", "RGBA", 8000), drawn("JPEG", "RGB", 9500, progressive=True), b"\x89PNG\r\n\x1a\n"):
        with pytest.raises(NoPicture):
            preview(content)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how much memory a process ever had")
@pytest.mark.parametrize(
    ("form", "mode", "side", "facts"),
    [
        ("PNG", "P", 11_000, {"transparency": 0}),
        ("PNG", "RGBA", 7000, {}),
        ("PNG", "RGBA", 11_000, {}),
        ("GIF", "P", 11_000, {}),
        ("JPEG", "RGB", 11_000, {}),
        ("JPEG", "RGB", 8000, {"progressive": True}),
    ],
)
def test_a_few_kilobytes_do_not_take_the_process_down(
    tmp_path: Path, form: str, mode: str, side: int, facts: dict[str, Any]
) -> None:
    bomb = tmp_path / "bomb"
    bomb.write_bytes(drawn(form, mode, side, **facts))
    looked = subprocess.run([sys.executable, "-c", _LOOK, bomb], capture_output=True, check=True, text=True)
    assert int(looked.stdout) < MODEST_MB * 1024
