"""Published lists of centres, taken in by four steps: read, match, plan, apply."""
