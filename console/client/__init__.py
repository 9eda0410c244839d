"""One signed conversation with the cloud: sending, auth, retry, paging, errors, endpoints."""

import sys

# httpx loads its own command line, and with it rich and pygments, wherever those are installed:
# 35 ms of every cold start for something nobody calls here. Where that module is marked as
# missing, httpx takes its documented way without it.
if "httpx" not in sys.modules:
    sys.modules["httpx._main"] = None  # type: ignore[assignment] # None is how Python marks a module as missing
