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


def refuse_wide(file: File, data: bytes) -> None:
    """Refuse a text that is read byte by byte, and looks like one in several bytes a letter.

    Raises
    ------
    CSVError
    """
    if encoding := wide_encoding(data):
        raise CSVError(f"{file.path} looks like {encoding.upper()}. Pass encoding={encoding!r}.")


def is_text(stream: BinaryIO, encoding: str) -> bool:
    """Whether all of a stream can be decoded."""
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
                return CSVError(f"{file.path}, line {line}: {wrong!r} is not {encoding}. {advice(more)}")
            end = max(text.rfind(b"\n"), 0)
            line += len(re.findall(rb"\r\n?|\n", text[:end]))
            before = text[end:]
    return CSVError(f"{file.path} is not {encoding}. Pass the right encoding=.")


def advice(data: bytes) -> str:
    """What to do about bytes that are no UTF-8: which encoding they look like."""
    if encoding := wide_encoding(data):
        return f"It looks like {encoding.upper()}: pass encoding={encoding!r}."
    letters = re.findall(rb"[\x80-\xff]+", data[:LOOKED_AT])
    fitting = [one for one in OTHERS if can_be(data[:LOOKED_AT], one)]
    alone = sum(len(one) == 1 for one in letters)
    if alone * 2 >= len(letters):  # accents stand among plain letters
        is_windows = re.search(rb"[\x80-\x9f]", data) and not re.search(rb"[\x81\x8d\x8f\x90\x9d]", data)
        western = "cp1252" if is_windows else "latin-1"
        others = [repr(one) for one in fitting if one != "cp1251" and len(letters) >= TELLING]
        rest = f", or that of its language, such as {', '.join(others)}" if others else ""
        return f"It looks like Western European text: pass encoding={western!r}{rest}."
    names = ", ".join(map(repr, fitting or ["cp1252"]))
    return f"Pass the encoding= that its language is written in, such as {names}."


def can_be(data: bytes, encoding: str) -> bool:
    """Whether bytes, the last letter aside, can be decoded."""
    try:
        codecs.getincrementaldecoder(encoding)().decode(data)
    except UnicodeDecodeError:
        return False
    return True
