"""Hostile input, fired at a running site: `python -m tests.hostile http://127.0.0.1:8000`.

`corpus` and `uploads` hold the payloads, `client` sends raw requests, `public_requests` and
`admin_requests` build requests to the public pages and to the admin, `checks` finds what is wrong
with a response, `database_parity` compares the results of SQLite and PostgreSQL.
"""
