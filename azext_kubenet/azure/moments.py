"""Times as Azure writes them."""

from datetime import datetime, timezone

import isodate


def moment(written: str) -> datetime | None:
    """A time in UTC; None for what is none, or says no zone.

    Azure writes `2026-11-02T12:00:00Z`, `.1234567Z` and `+00:00`. datetime.fromisoformat reads the first two from
    Python 3.11 on alone; isodate comes with azure-cli.
    """
    try:
        read: datetime = isodate.parse_datetime(written)
    except ValueError:
        return None
    return read.astimezone(timezone.utc) if read.tzinfo else None
