"""What the demo's customer shows: a bank's screen with a payment on it, drawn here."""

import io

from PIL import Image, ImageDraw, ImageFont

SIZE = (720, 960)
INK, QUIET, PAPER, GROUND, GREEN = "#1c2733", "#8a97a6", "#ffffff", "#e9eef4", "#2fb36b"


def receipt() -> bytes:
    """A PNG."""
    picture = Image.new("RGB", SIZE, GROUND)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 720, 120), fill="#2f6fed")
    draw.text((48, 38), "BANK", fill=PAPER, font=ImageFont.load_default(40))
    draw.rounded_rectangle((48, 168, 672, 876), 36, fill=PAPER)
    draw.ellipse((300, 220, 420, 340), fill=GREEN)
    draw.line((330, 282, 354, 306, 394, 254), fill=PAPER, width=12, joint="curve")
    draw.text((360, 420), "299.00 RUB", fill=INK, font=ImageFont.load_default(64), anchor="mm")
    rows = [("Premium, 1 month", "21:41"), ("Order", "48213"), ("Paid with", "SBP"), ("Fee", "0.00 RUB")]
    for number, (name, value) in enumerate(rows):
        y = 530 + number * 84
        draw.text((96, y), name, fill=QUIET, font=ImageFont.load_default(30))
        draw.text((624, y), value, fill=INK, font=ImageFont.load_default(30), anchor="ra")
        draw.line((96, y + 58, 624, y + 58), fill=GROUND, width=2)
    written = io.BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()
