"""A list as printed: its rows, and the table that they were read from."""

from dataclasses import dataclass, field

from centers.importer.grid import GridRow


@dataclass(frozen=True)
class PrintedRow:
    """One row of a list as printed; an empty column has the text ""."""

    number: int
    line: int
    texts: dict[str, str]
    #: The texts of EXPORT_ONLY_COLUMNS, in the site's own exports.
    recorded: dict[str, str] = field(default_factory=dict)
    #: Why the row needs a decision although it can be read, in Korean; "" if it needs none.
    doubt: str = ""
    #: Why a cell has no text, in Korean, by column: a formula, or an error of the spreadsheet.
    broken: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FurtherSheet:
    """A sheet whose rows may belong to the list: those from line `first` to `last`."""

    title: str
    first: int
    last: int
    count: int


@dataclass(frozen=True)
class PrintedTable:
    """The cells of a list below its headings, to be read again with other column meanings."""

    headings: list[str]
    rows: list[GridRow]
    warnings: list[str]
    notes: list[str]
    #: What a section or sheet says of the status of its rows, by line.
    statuses: dict[str, str] = field(default_factory=dict)
    #: Why a row needs a decision, in Korean, by line.
    doubts: dict[str, str] = field(default_factory=dict)
    #: Further sheets with the same headings, which a person has to take or leave.
    sheets: list[FurtherSheet] = field(default_factory=list)
    #: Remarks by which centres closed, of no certain row.
    remarks: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class PrintedList:
    """A list as printed; `digest` is equal for equal lists, in any file format."""

    headings: dict[str, str]
    rows: list[PrintedRow]
    warnings: list[str]
    digest: str
    notes: list[str] = field(default_factory=list)
    #: None for a list that was not read from a table.
    table: PrintedTable | None = None
    #: The column that each heading of the table means; "" where unknown or not used.
    meanings: list[str] = field(default_factory=list)
    #: Why it cannot be planned until a person says what its columns are, in Korean.
    problems: list[str] = field(default_factory=list)
