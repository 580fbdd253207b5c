"""The evidence door: what it takes, and what it makes of it."""

from __future__ import annotations

import hashlib
import io

import pytest
from PIL import Image

from kaohe.files import limits
from kaohe.files.content import check_evidence, clean_name, look
from kaohe.files.kinds import check_name, extension_of
from kaohe.files.refusals import (
    BY_CODE,
    PICTURES_AND_PDF,
    ActiveContent,
    FileRefusal,
    LyingName,
    Words,
    packed,
    unpacked,
)


def saved(picture: Image.Image, encoding: str, **how: object) -> bytes:
    target = io.BytesIO()
    picture.save(target, encoding, **how)
    return target.getvalue()


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def marked(size: tuple[int, int] = (400, 200)) -> Image.Image:
    """White, with a red left upper corner."""
    picture = Image.new("RGB", size, "white")
    picture.paste("red", (0, 0, size[0] // 4, size[1] // 4))
    return picture


def minimal_pdf(catalog: bytes = b"") -> bytes:
    return (
        b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>\nendobj\n"
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R >>\nendobj\n4 0 obj\n<< /Type/Page /Parent 2 0 R >>\nendobj\n"
        b"trailer\n<< /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
    )


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_photo_is_turned_upright_and_forgets_how_it_lay(turn: int) -> None:
    upright = marked()
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    lying = upright.transpose(undo[turn]) if turn in undo else upright
    exif = Image.Exif()
    exif[0x0112] = turn
    checked = check_evidence(saved(lying, "JPEG", exif=exif, quality=95), "a.jpg")
    picture = opened(checked.data)
    assert picture.size == (400, 200) == (checked.width, checked.height)
    red, green, _ = picture.getpixel((10, 10))  # type: ignore[misc]
    assert red > 200
    assert green < 80
    assert picture.getpixel((390, 190)) == (255, 255, 255)
    assert not dict(picture.getexif())
    assert "exif" not in picture.info
    assert "icc_profile" not in picture.info


@pytest.mark.parametrize(
    ("encoding", "mode", "media"),
    [
        ("JPEG", "L", "image/jpeg"),
        ("JPEG", "CMYK", "image/jpeg"),
        ("PNG", "1", "image/png"),
        ("PNG", "P", "image/png"),
        ("PNG", "LA", "image/png"),
        ("PNG", "RGBA", "image/png"),
        ("PNG", "I;16", "image/png"),
        ("WEBP", "RGB", "image/jpeg"),
        ("WEBP", "RGBA", "image/png"),
    ],
)
def test_each_way_of_colour_is_taken(encoding: str, mode: str, media: str) -> None:
    checked = check_evidence(saved(Image.new(mode, (90, 60)), encoding), "图")
    assert checked.media_type == media
    assert opened(checked.data).size == (90, 60)
    assert checked.name == ("图.png" if media == "image/png" else "图.jpg")
    assert checked.sha256 == hashlib.sha256(checked.data).hexdigest()


def test_sixteen_bit_grey_keeps_its_shades() -> None:
    picture = Image.new("I;16", (4, 1))
    for place, shade in enumerate((0, 20_000, 40_000, 65_535)):
        picture.putpixel((place, 0), shade)
    shades = opened(check_evidence(saved(picture, "PNG"), "a.png").data).convert("L")
    assert [shades.getpixel((place, 0)) for place in range(4)] == pytest.approx([0, 77, 155, 255], abs=2)


def test_a_large_photo_is_reduced_and_has_a_thumbnail() -> None:
    photo = Image.effect_noise((6000, 4000), 40).convert("RGB")
    checked = check_evidence(saved(photo, "JPEG", quality=30), "查房 2026.9.3.JPEG")
    assert (checked.width, checked.height) == (limits.PICTURE_SIDE, 1707)
    assert len(checked.data) <= limits.PICTURE_BYTES
    assert checked.name == "查房 2026.9.3.jpg"
    assert checked.thumbnail is not None
    assert max(opened(checked.thumbnail).size) == limits.THUMBNAIL_SIDE


def test_a_noisy_screenshot_becomes_a_jpeg_before_it_becomes_too_big() -> None:
    noise = Image.merge("RGB", [Image.effect_noise((1700, 1700), 90 + place) for place in range(3)])
    data = saved(noise, "PNG")
    assert limits.PICTURE_BYTES < len(data) < limits.MAX_FILE
    checked = check_evidence(data, "a.png")
    assert checked.media_type == "image/jpeg"
    assert checked.name == "a.jpg"
    assert len(checked.data) <= limits.PICTURE_BYTES


def test_the_largest_photo_fits_into_the_memory() -> None:
    photo = Image.new("RGB", (8660, 5770), "olive")
    for how in ({}, {"progressive": True, "subsampling": 0}):
        checked = check_evidence(saved(photo, "JPEG", **how), "a.jpg")
        assert checked.width == limits.PICTURE_SIDE


def test_the_largest_transparent_picture_fits_into_the_memory() -> None:
    checked = check_evidence(saved(Image.new("RGBA", (5000, 5000), (1, 2, 3, 4)), "PNG"), "a.png")
    assert (checked.width, checked.media_type) == (limits.PICTURE_SIDE, "image/png")


def test_a_plain_pdf_is_kept_as_it_is() -> None:
    data = minimal_pdf()
    checked = check_evidence(data, "证明.pdf")
    assert (checked.kind, checked.media_type, checked.name) == ("pdf", "application/pdf", "证明.pdf")
    assert checked.data == data
    assert checked.pages == 2
    assert checked.thumbnail is None


def test_a_pdf_may_name_the_page_to_show_first() -> None:
    assert check_evidence(minimal_pdf(b"/OpenAction [3 0 R /Fit]"), "a.pdf").pages == 2
    with pytest.raises(ActiveContent) as caught:
        check_evidence(minimal_pdf(b"/OpenAction << /S /URI >>"), "a.pdf")
    assert "OpenAction" in caught.value.say("zh")
    assert "OpenAction" in caught.value.say("en")


def test_words_that_merely_look_like_actions_are_no_reason() -> None:
    data = minimal_pdf(b"/AAPL:Keywords (x) /JSON (x) /Title (About /AA and JavaScript)")
    assert check_evidence(data, "a.pdf").pages == 2


@pytest.mark.parametrize(
    ("given", "extension", "clean"),
    [
        ("a.jpg", "jpg", "a.jpg"),
        ("a.JPEG", "jpg", "a.jpg"),
        ("a.tar.jpg", "jpg", "a.tar.jpg"),
        ("a.php.jpg", "jpg", "a_php.jpg"),
        ("查房 2026.9.3", "jpg", "查房 2026.9.3.jpg"),
        ("  .hidden ", "pdf", "hidden.pdf"),
        ("a\u200bb\ufeff.pdf", "pdf", "ab.pdf"),
        ("x/..\\", "pdf", "文件.pdf"),
        ("\ud800.pdf", "pdf", "文件.pdf"),
        ('a<b>:"|?*.pdf', "pdf", "a_b______.pdf"),
        ("CON.pdf", "pdf", "_CON.pdf"),
        ("", "png", "文件.png"),
        ("花名册.xlsx", None, "花名册.xlsx"),
    ],
)
def test_names(given: str, extension: str | None, clean: str) -> None:
    assert clean_name(given, extension, ("jpeg", "jpg")) == clean


def test_a_long_name_keeps_its_ending() -> None:
    assert clean_name("a" * 500 + ".xlsx").endswith("a.xlsx")
    assert len(clean_name("𠀀" * 500, "pdf").encode()) <= limits.NAME_BYTES
    assert extension_of("x.JpG ") == "jpg"
    assert extension_of("2026.9月") == ""


def test_an_unknown_ending_is_no_lie_and_a_known_one_is() -> None:
    kind = look(saved(marked(), "PNG"))
    check_name("照片.2026", kind, PICTURES_AND_PDF)
    check_name("照片", kind, PICTURES_AND_PDF)
    check_name("照片.heic", kind, PICTURES_AND_PDF)
    with pytest.raises(LyingName):
        check_name("照片.docx", kind, PICTURES_AND_PDF)


def test_every_refusal_travels_and_speaks_both_languages() -> None:
    assert len(BY_CODE) >= 20
    for code, kind in BY_CODE.items():
        values = dict.fromkeys(
            ("found", "accepted", "hidden", "what"), Words("某物", "something")
        ) | dict.fromkeys(
            ("extension", "sheet", "size", "limit", "side", "width", "height", "millions", "rows", "columns",
             "max_rows", "max_columns", "max_cells", "count", "line", "column", "length", "kept", "adding", "sent"), 7
        )  # fmt: skip
        back = unpacked(packed(kind(**values)))
        assert type(back) is kind
        assert back.code == code
        assert back.say("zh") == kind(**values).say("zh")
        assert not any("一" <= character <= "鿿" for character in back.say("en"))
        assert back.field in ("file", "mapping")


def test_a_refusal_that_nobody_knows_reads_as_unreadable() -> None:
    for odd in (None, {}, {"code": "x", "values": {}}, {"code": "odd_archive", "values": []}, [1], "x"):
        back = unpacked(odd)
        assert isinstance(back, FileRefusal)
        assert back.code == "unreadable"
