"""What happens to the directory when something goes wrong: scripts, each of which can be run alone.

    python -m tests.faults                     lists them
    python -m tests.faults.full_disk           one line per promise; ends with 1 if one failed,
                                               with 77 if one could not be tried here

Each starts its own site, and its own PostgreSQL, in a scratch folder that it removes.
"""
