"""Reads a file or a pasted table into the list of centres that it prints."""

from centers.importer import read_text as plain_text
from centers.importer import read_xlsx as workbook
from centers.importer.build_list import build_table
from centers.importer.grid import MAX_FILE_SIZE, ReadError
from centers.importer.printed_list import PrintedList, PrintedRow
from centers.importer.read_xls import parse_old_workbook

__all__ = ["PrintedList", "PrintedRow", "ReadError", "read_file", "read_pasted_text"]

#: Other formats by their first bytes.
_SIGNATURES = {
    b"%PDF": "PDF",
    b"{\\rtf": "RTF",
    b"HWP Document File": "한글(.hwp)",
    b"\x1f\x8b": "압축(.gz)",
    b"7z\xbc\xaf": "압축(.7z)",
}
OLD_WORKBOOK = "옛 엑셀(.xls)"
#: Office formats before 2007 share one container (OLE); the names of its parts tell the format.
_OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_PARTS = {
    "HwpSummaryInformation": "한글(.hwp)",
    "WordDocument": "옛 워드(.doc)",
    "PowerPoint Document": "옛 파워포인트(.ppt)",
    "Workbook": OLD_WORKBOOK,
    "Book": OLD_WORKBOOK,
}
_SPREADSHEET_2003 = b"urn:schemas-microsoft-com:office:spreadsheet"


def read_file(data: bytes, name: str) -> PrintedList:
    """Read a file by its content; the name only makes error messages more exact.

    Raises ReadError.
    """
    if len(data) > MAX_FILE_SIZE:
        raise ReadError(f"파일이 너무 큽니다. {MAX_FILE_SIZE // 1024**2} MB까지 읽습니다.")
    if not data.strip():
        raise ReadError("빈 파일입니다.")
    kind = _find_format(data)
    if kind == OLD_WORKBOOK:
        return build_table(parse_old_workbook(data))
    _reject_other_formats(kind)
    if data.startswith((b"PK\3\4", b"PK\5\6")):
        return build_table(workbook.parse_workbook(data))
    try:
        return build_table(plain_text.parse_text(plain_text.decode_text(data)))
    except plain_text.UnreadableTextError as error:
        if name.lower().endswith(".xlsx"):
            raise ReadError(workbook.BROKEN_FILE_MESSAGE) from error
        raise


def read_pasted_text(text: str) -> PrintedList:
    """Read a table pasted from a page, a document or a spreadsheet; raises ReadError."""
    if len(text) > MAX_FILE_SIZE:
        raise ReadError("붙여 넣은 글이 너무 깁니다. 파일로 올려 주세요.")
    if not text.strip():
        raise ReadError("붙여 넣은 글이 없습니다.")
    return build_table(plain_text.parse_text(text))


def _find_format(data: bytes) -> str:
    """The Korean name of a format that its first bytes tell; "" for any other."""
    kind = next((kind for mark, kind in _SIGNATURES.items() if data.startswith(mark)), "")
    if data.startswith(_OLE_SIGNATURE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise ReadError("암호가 걸린 엑셀 파일입니다. 암호를 풀고 다시 저장해 주세요.")
        parts = (kind for part, kind in _OLE_PARTS.items() if part.encode("utf-16-le") in data)
        kind = next(parts, "옛 엑셀(.xls)이나 한글(.hwp)")
    start = data[:2000].lstrip(b"\xef\xbb\xbf \r\n\t")
    if start.startswith(b"<?xml") and _SPREADSHEET_2003 in data[:4000]:
        kind = "엑셀 2003 XML"
    elif start.startswith((b"{", b"[{")):
        kind = "JSON"
    return kind


def _reject_other_formats(kind: str) -> None:
    if "한글" in kind:
        raise ReadError(
            f"{kind} 파일은 읽을 수 없습니다. 한글에서 ‘다른 이름으로 저장’으로 HWPX 문서(.hwpx)로 "
            "저장하거나, 표를 복사해 붙여 넣어 주세요."
        )
    if kind:
        raise ReadError(
            f"{kind} 파일은 읽을 수 없습니다. "
            "엑셀 통합 문서(.xlsx)나 CSV로 저장하거나, 표를 복사해 붙여 넣어 주세요."
        )
