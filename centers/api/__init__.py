"""The read-only JSON API below /api/v1/, its OpenAPI document and its documentation page."""
