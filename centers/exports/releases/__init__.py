"""Numbered releases of the whole data set, each a zip file that never changes.

`make.py` makes one, `store.py` writes and lists them, `comparison.py` compares two.
"""
