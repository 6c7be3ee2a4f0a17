"""Questions that take minutes: kept in a database, worked on beside the service, told of as they close in."""
