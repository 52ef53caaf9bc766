"""The directory for programs: read-only JSON below /api/v1/, and the page that explains it."""
