"""A bound on threads that wait."""

import threading

#: Of the four threads of a process (`--blocking-threads`), two may wait: for the body of a request
#: or for another download to end. A third may build that download; one is left for pages, but for
#: the 0.2 s in which it checks a password.
waiting_places = threading.BoundedSemaphore(2)
