"""Pictures drawn anew: what a browser shows in place was written by us, small and without what cameras note down."""

import io
from typing import BinaryIO

from django.utils.translation import gettext as _

SIDE = 256
MOST_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


class NoPicture(Exception):
    """The content cannot be taken as a picture. The message is for the person who sent it."""


def redraw(content: BinaryIO, *, side: int = SIDE) -> bytes:
    """A square WebP of at most `side` pixels, cut from the middle, turned upright. Raises NoPicture."""
    # Here, because every start would pay for it.
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(content, formats=FORMATS) as picture:
            # The size stands in the header: a bomb is refused before anything of it is unpacked.
            if picture.width * picture.height > MOST_PIXELS:
                raise NoPicture(_("The picture has more than %(n)s megapixels.") % {"n": MOST_PIXELS // 10**6})
            if picture.width < 8 or picture.height < 8:
                raise NoPicture(_("The picture is too small."))
            picture.draft("RGB", (side * 2, side * 2))
            upright = ImageOps.exif_transpose(picture)
            has_holes = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
            flat = upright.convert("RGBA" if has_holes else "RGB")
            least = min(side, *flat.size)
            square = ImageOps.fit(flat, (least, least), Image.Resampling.LANCZOS, centering=(0.5, 0.4))
            # A fresh image carries no EXIF, no colour profile and no comment over.
            drawn = Image.new(square.mode, square.size)
            drawn.paste(square)
            target = io.BytesIO()
            drawn.save(target, "WEBP", quality=84, method=4)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError, EOFError):
        raise NoPicture(_("This is no picture in JPEG, PNG, WebP or GIF, or it is damaged.")) from None
    return target.getvalue()
