"""Hostile input, fired at a running site: `python -m tests.hostile http://127.0.0.1:8000`.

`corpus` and `uploads` hold what is sent, `client` sends it as it is, `public` and `desk` say where
to, `verdicts` tell what is wrong with an answer, `twins` compares two databases.
"""
