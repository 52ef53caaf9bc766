"""The centres of a list as files to take away: CSV, XLSX, JSON and GeoJSON."""
