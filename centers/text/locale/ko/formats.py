"""How Korean writes a day with a time; Django puts 오전 behind the hour."""

DATETIME_FORMAT = "Y년 n월 j일 A g:i"
#: As Koreans write a day; the first one is that of the fields.
DATE_INPUT_FORMATS = [
    "%Y-%m-%d",
    "%Y.%m.%d",
    "%Y.%m.%d.",
    "%Y. %m. %d",
    "%Y. %m. %d.",
    "%Y/%m/%d",
    "%Y%m%d",
    "%Y년 %m월 %d일",
    "%Y년%m월%d일",
]
