"""Exports of a list of centres: CSV, XLSX, JSON, GeoJSON and Atom feeds."""
