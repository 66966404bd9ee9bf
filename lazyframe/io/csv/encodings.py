"""What is said of a text that is not in the encoding it is read in: where, and which encoding it looks like."""

import codecs
import re
from typing import BinaryIO

from lazyframe.errors import CSVError
from lazyframe.io.files import File, open_range

WINDOW = 1 << 20
"""Bytes decoded at a time."""

LONGEST = 40
"""Bytes of a line that are shown."""

LOOKED_AT = 1 << 16
"""Bytes behind the first odd one by which an encoding is told."""

TELLING = 4
"""Letters from which on it says something that they are letters of an encoding."""

BYTE_ORDER_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""What a text begins with, and its encoding; the first that fits."""

OTHERS = ("cp1251", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr")
"""Encodings of languages that are not written in Latin letters."""


OTHER_FORMATS = {
    b"\x1f\x8b": "gzip: pass compression='gzip'",
    b"BZh": "bzip2: pass compression='bz2'",
    b"\xfd7zXZ\x00": "xz: pass compression='xz'",
    b"\x28\xb5\x2f\xfd": "zstd: pass compression='zstd'",
    b"PK\x03\x04": "a ZIP archive, as Excel's workbooks are: pass compression='zip', or read it with pd.read_excel",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook: read it with pd.read_excel",
    b"PAR1": "Parquet: read it with lf.read_parquet",
    b"ARROW1": "an Arrow file: read it with pd.read_feather",
    b"SQLite format 3\x00": "an SQLite database: read it with pd.read_sql",
    b"\x89HDF": "HDF5: read it with pd.read_hdf",
    b"%PDF-": "a PDF document: leave it out",
    b"\x89PNG": "an image: leave it out",
    b"\xff\xd8\xff": "an image: leave it out",
    b"\x7fELF": "a program: leave it out",
}
"""What a file of another kind begins with, what it is, and what to do with it."""

CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a]")
"""What no text has in it."""

ACCENTS = re.compile(
    rb"(?<![\x80-\xff])[\x80\x85\x8a\x8c\x8e\x91-\x97\x9a\x9c\x9e-\xff](?![\x80-\xff])"
    rb"|(?<=[A-Za-z])[\xc0-\xff]{2}(?![\x80-\xff])"
    rb"|(?<![\x80-\xff])[\xc0-\xff]{2}(?=[A-Za-z])"
)
"""One letter that is not ASCII, or two beside a letter that is: gr\xf6\xdfe."""


def wide_encoding(data: bytes) -> str:
    """The encoding in two or four bytes a letter that a text looks like; empty if it looks like none."""
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return encoding
    text = data[: len(data) // 4 * 4][:WINDOW]
    if text.count(0) < len(text) / 4 or not text:
        return ""
    zeros = [text[place::4].count(0) / (len(text) / 4) > 0.9 for place in range(4)]
    if sum(zeros) >= 3:
        return "utf-32-be" if zeros[0] else "utf-32-le"
    even, odd = text[::2].count(0), text[1::2].count(0)
    return "utf-16-be" if even > odd else "utf-16-le"


def refuse_no_text(file: File, data: bytes) -> None:
    """Refuse what is read byte by byte, and looks like a text in several bytes a letter, or like no text at all.

    Raises
    ------
    CSVError
    """
    for start, what in OTHER_FORMATS.items():
        if data.startswith(start) and CONTROLS.search(data[:LOOKED_AT]):
            raise CSVError(f"{file.path} looks like {what}.")
    if encoding := wide_encoding(data):
        raise CSVError(f"{file.path} looks like {encoding.upper()}. Pass encoding={encoding!r}.")


def is_text(stream: BinaryIO, encoding: str) -> bool:
    """Return whether all of a stream can be decoded."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while data := stream.read(WINDOW):
            decoder.decode(data)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def undecodable(file: File, encoding: str) -> CSVError:
    """The error for a file that is not in an encoding: it names the first line that is not."""
    line, before = 1, b""
    with open_range(file, 0, None) as stream:
        while data := stream.read(WINDOW):
            text = before + data
            try:
                codecs.getincrementaldecoder(encoding)().decode(text)
            except UnicodeDecodeError as error:
                start = max(text.rfind(b"\n", 0, error.start), text.rfind(b"\r", 0, error.start)) + 1
                line += len(re.findall(rb"\r\n?|\n", text[:start]))
                wrong = text[max(start, error.start - LONGEST // 2) :][:LONGEST].splitlines()[0]
                more = text[error.start :] + stream.read(LOOKED_AT)
                return CSVError(f"{file.path}, line {line}: {wrong!r} is not {encoding}. {advice(more, encoding)}")
            end = max(text.rfind(b"\n"), 0)
            line += len(re.findall(rb"\r\n?|\n", text[:end]))
            before = text[end:]
    return CSVError(f"{file.path} is not {encoding}. Pass the right encoding=.")


def advice(data: bytes, encoding: str = "utf-8") -> str:
    """Return what to do about bytes that are not in an encoding: which one they look like."""
    if wide := wide_encoding(data):
        return f"It looks like {wide.upper()}: pass encoding={wide!r}."
    if codecs.lookup(encoding).name != "utf-8" and can_be(data, "utf-8"):
        return "It looks like UTF-8: leave encoding= out."
    if is_ebcdic(data[:LOOKED_AT]):
        return "It looks like EBCDIC: pass encoding='cp037', or the code page of its country."
    if CONTROLS.search(data[:LOOKED_AT]):
        return "It does not look like text; if it is none, leave it out."
    letters = re.findall(rb"[\x80-\xff]+", data[:LOOKED_AT])
    fitting = [one for one in OTHERS if can_be(data[:LOOKED_AT], one)]
    if len(ACCENTS.findall(data[:LOOKED_AT])) * 2 >= len(letters):  # they stand among plain letters
        is_windows = re.search(rb"[\x80-\x9f]", data) and not re.search(rb"[\x81\x8d\x8f\x90\x9d]", data)
        western = "cp1252" if is_windows else "latin-1"
        others = [repr(one) for one in fitting if one != "cp1251" and len(letters) >= TELLING]
        rest = f", or that of its language, such as {', '.join(others)}" if others else ""
        return f"It looks like Western European text: pass encoding={western!r}{rest}."
    names = ", ".join(map(repr, [*fitting, "cp1252"]))
    return f"Pass the encoding= that its language is written in, such as {names}."


def is_ebcdic(data: bytes) -> bool:
    """Return whether bytes look like text of a mainframe: letters and digits are above 128, and lines end otherwise."""
    text = data.decode("cp037")
    plain = sum(one.isascii() and (one.isalnum() or one in " ,;\t\n.-") for one in text)
    return b"\n" not in data and plain > 0.9 * len(text)


def can_be(data: bytes, encoding: str) -> bool:
    """Return whether bytes can be decoded, if need be without the last letter."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError:
        return False
    return True
