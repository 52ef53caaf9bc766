"""How Korean writes a day with a time; Django puts 오전 behind the hour."""

DATETIME_FORMAT = "Y년 n월 j일 A g:i"
