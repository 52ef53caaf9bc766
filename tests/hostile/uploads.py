# ruff: noqa: E501
"""Hostile files for the import page."""

from collections.abc import Iterator
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

from tests.support.old_workbooks import biff, cell, ole, sheet, xls
from tests.support.spreadsheets import hwpx, hwpx_of, ods_of, with_parts

HEADINGS = "지역,센터명,운영기관,업종,소공인 규모(개사),주소"
ROW = "부산,부산 서동 비누 소공인특화지원센터,(재)부산비누진흥원,화학제품(비누),120,부산광역시 금정구 서동로 1"
LIST = f"{HEADINGS}\r\n{ROW}\r\n".encode()
SHEET = "xl/worksheets/sheet1.xml"
MEGABYTE = 1024 * 1024


def _build_workbook(*cells: tuple[str, object]) -> bytes:
    book = Workbook()
    for row in (HEADINGS.split(","), ROW.split(",")):
        book.active.append(row)
    for place, value in cells:
        book.active[place] = value
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _build_workbook_with(parts: dict[str, bytes]) -> bytes:
    """Return a valid workbook with some of its parts replaced or added."""
    file = BytesIO()
    with ZipFile(BytesIO(_build_workbook())) as good, ZipFile(file, "w", ZIP_DEFLATED) as packed:
        for name in {*good.namelist(), *parts}:
            packed.writestr(name, parts[name] if name in parts else good.read(name))
    return file.getvalue()


def _build_encrypted_workbook() -> bytes:
    """Return a workbook whose parts are marked as encrypted."""
    data = bytearray(_build_workbook())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        position = data.find(mark)
        while position >= 0:
            data[position + offset] |= 1
            position = data.find(mark, position + 4)
    return bytes(data)


def generate_files() -> Iterator[tuple[str, str, bytes]]:
    """Yield hostile files: reason, name and content."""
    part = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s<sheetData>%s</sheetData></worksheet>'
    one = b'<row r="%d"><c r="%s%d" t="inlineStr"><is><t>a</t></is></c></row>'
    entity = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
    good = _build_workbook()
    yield "nothing", "a.csv", b""
    yield "a valid list, as a control", "a.csv", LIST
    yield "NUL", "a.csv", LIST + b"\0" * 1000
    yield "random bytes", "a.csv", bytes(range(256)) * 4000
    yield "the extension of another type", "a.xlsx", LIST
    yield "a workbook with the extension of a text file", "a.csv", good
    yield "an unknown file type", "a.exe", b"MZ" + b"\0" * 5000
    yield "no extension", "a", LIST
    yield "one line of 50 MB", "a.csv", b"a" * (50 * MEGABYTE)
    yield "one line of 4 MB", "a.csv", b"a" * (4 * MEGABYTE)
    yield "4 MB of quotes", "a.csv", b'"' * (4 * MEGABYTE)
    yield "4 MB of commas", "a.csv", b"," * (4 * MEGABYTE)
    yield "4 MB of line ends", "a.csv", LIST + b"\r" * (4 * MEGABYTE)
    yield "a million columns", "a.csv", b"a," * 1_000_000 + b"\n"
    yield "a quote that never ends", "a.csv", LIST + b'"' + b"a,b\n" * 300_000
    yield "4 MB of tags", "a.html", b"<table>" * 600_000
    yield (
        "4 MB of cells",
        "a.html",
        b"<table><tr>" + b"<td colspan=9999999 rowspan=9999999>a" * 100_000,
    )
    yield (
        "formulas",
        "a.csv",
        LIST + b"\r\n".join(b"=cmd|'/C calc'!A0,+1,-1,@SUM(1),\t=1,\r=1" for _ in range(5)),
    )
    yield "scripts", "a.csv", LIST.replace("비누".encode(), b"<script>hx7q()</script>")
    yield (
        "a formula in a cell",
        "a.xlsx",
        _build_workbook(("A3", '=HYPERLINK("http://evil.example")')),
    )
    yield "a cell far away", "a.xlsx", _build_workbook(("XFD1048576", "a"))
    yield (
        "a line of 2 to the 63rd",
        "a.xlsx",
        _build_workbook_with({SHEET: part % (b"", one % (2**63, b"A", 2**63))}),
    )
    yield (
        "a column beyond the last",
        "a.xlsx",
        _build_workbook_with({SHEET: part % (b"", one % (1, b"ZZZZZZ", 1))}),
    )
    yield (
        "a wrong dimension",
        "a.xlsx",
        _build_workbook_with(
            {SHEET: part % (b'<dimension ref="A1:XFD1048576"/>', one % (1, b"A", 1))}
        ),
    )
    yield (
        "100 MB of zeros in a sheet",
        "a.xlsx",
        _build_workbook_with({SHEET: b"\0" * (100 * MEGABYTE)}),
    )
    yield (
        "100 MB of cells in a sheet",
        "a.xlsx",
        _build_workbook_with({SHEET: part % (b"", b"<row><c><v>1</v></c></row>" * 4_000_000)}),
    )
    yield "5,000 parts", "a.xlsx", _build_workbook_with({f"xl/a{n}.xml": b"a" for n in range(5000)})
    yield (
        "a part outside of the folder",
        "a.xlsx",
        _build_workbook_with({"../../../tmp/hx7q": b"a"}),
    )
    yield (
        "a document type that reads a file",
        "a.xlsx",
        _build_workbook_with({SHEET: entity + part % (b"", b"")}),
    )
    yield (
        "shared strings that read a file",
        "a.xlsx",
        _build_workbook_with({"xl/sharedStrings.xml": entity + b"<sst><si><t>&b;</t></si></sst>"}),
    )
    yield "XML 100,000 deep", "a.xlsx", _build_workbook_with({SHEET: b"<a>" * 100_000})
    yield (
        "macros",
        "a.xlsm",
        _build_workbook_with({"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"\0" * 5000}),
    )
    yield "cut off", "a.xlsx", good[: len(good) // 2]
    yield "only the end", "a.xlsx", good[len(good) // 2 :]
    yield "encrypted", "a.xlsx", _build_encrypted_workbook()
    yield "an old workbook", "a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5000
    yield from generate_documents()


def generate_documents() -> Iterator[tuple[str, str, bytes]]:
    """Yield hostile .xls, .ods and .hwpx files: reason, name and content."""
    far = cell(0, 0, "지역") + cell(65535, 255, "a")
    many = b"".join(cell(r, c, 1) for r in range(700) for c in range(256))
    rows = [HEADINGS.split(","), ROW.split(",")]
    yield (
        "an old workbook with a cell far away",
        "a.xls",
        ole({"Workbook": biff({"a": sheet(far)})}),
    )
    yield (
        "an old workbook of 60 sheets with cells far away",
        "a.xls",
        ole({"Workbook": biff({f"a{n}": sheet(far) for n in range(60)})}),
    )
    yield "an old workbook of many cells", "a.xls", ole({"Workbook": biff({"a": sheet(many)})})
    yield (
        "an old workbook with macros",
        "a.xls",
        ole({"Workbook": biff({"a": sheet(far[:20])}), "_VBA_PROJECT_CUR": b"\xcc\x61" * 3000}),
    )
    yield "an old workbook of noise", "a.xls", ole({"Workbook": bytes(range(256)) * 400})
    yield "an old workbook, cut off", "a.xls", xls(rows)[:700]
    entity = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
    laughs = "<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
        f"<!ENTITY {new} '{f'&{old};' * 10}'>"
        for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    repeated = (
        '<table:table><table:table-row table:number-rows-repeated="9999999"><table:table-cell '
        'table:number-columns-repeated="9999999"><text:p>a</text:p></table:table-cell>'
        "</table:table-row></table:table>"
    )
    spans = '<hp:tbl><hp:tr><hp:tc><hp:cellSpan rowSpan="99999999" colSpan="99999999"/>'
    for name, build in (("ods", ods_of), ("hwpx", hwpx_of)):
        yield f"a document type that reads a file, {name}", f"a.{name}", build("&b;", entity)
        yield f"a billion laughs, {name}", f"a.{name}", build("&i;", laughs + "]>")
        yield f"XML 100,000 deep, {name}", f"a.{name}", build("<table:table>" * 100_000)
    yield "a cell repeated 10 to the 14th", "a.ods", ods_of(repeated)
    yield "a cell over 10 to the 16th places", "a.hwpx", hwpx_of(spans)
    yield "a million rows", "a.ods", ods_of("<table:table>" + "<table:table-row/>" * 1_000_000)
    yield "a million cells", "a.hwpx", hwpx_of("<hp:tbl>" + "<hp:tr><hp:tc/></hp:tr>" * 1_000_000)
    yield "half a document", "a.hwpx", hwpx(rows)[:300]
    yield (
        "a document with scripts",
        "a.hwpx",
        with_parts(hwpx(rows), {"Scripts/headerScripts": b"hx7q()", "BinData/a.ole": b"\0" * 5000}),
    )
    yield (
        "an old document",
        "a.hwp",
        ole(
            {
                "FileHeader": b"HWP Document File",
                "HwpSummaryInformation": b"",
                "BodyText": b"\xff" * 9000,
            }
        ),
    )


#: File names that no browser sends.
FILE_NAMES = (
    "../../../../etc/passwd.csv",
    "..\\..\\a.csv",
    "a.csv\x00.exe",
    "/etc/passwd",
    "%0d%0aSet-Cookie: hx7q=1.csv",
    "\u202evsc.a.csv",
    "<script>hx7q()</script>.csv",
    "\" onfocus=hx7q() a=\".csv",
    "=cmd.csv",
    "가" * 300 + ".csv",
    "a" * 5000 + ".csv",
    ".",
    "..",
    "",
    " .csv",
    "CON.csv",
)  # fmt: skip


def encode_multipart(fields: dict[str, bytes], name: str, data: bytes) -> tuple[str, bytes]:
    """Return the content type and body of a form with one file in the field `file`."""
    bound = b"----hostile7q"
    parts = [
        b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n'
        % (bound, key.encode(), value)
        for key, value in fields.items()
    ]
    safe = name.encode().replace(b'"', b"%22")
    head = b'--%s\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n' % (bound, safe)
    parts.append(head + b"Content-Type: application/octet-stream\r\n\r\n" + data + b"\r\n")
    return f"multipart/form-data; boundary={bound.decode()}", b"".join(
        parts
    ) + b"--%s--\r\n" % bound
