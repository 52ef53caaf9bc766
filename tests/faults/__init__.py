"""Fault injection: scripts that break something under a running site and check what happens.

    python -m tests.faults                     lists the scripts
    python -m tests.faults.full_disk           prints one line per promise; exits with 1 if one is
                                               broken, with 77 if one could not be tested

Each starts its own site and its own PostgreSQL in a temporary folder.
"""
