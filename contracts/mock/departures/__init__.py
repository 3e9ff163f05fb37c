"""Named departures: where public evidence shows the real service unlike its description.

Importing this package registers them. Each names the clause that it breaks, as a fault does; but it is not
a mistake of a back end, and a client of the real service has to live with it.
"""

from contracts.mock.departures import events, listings

__all__ = ["events", "listings"]
