"""Datafordeler: registers of the state as pages of nodes (GraphQL) or as files, with the user's own key."""

from geodata.sources.datafordeler.outlines import (
    fetch_dagi_file,
    fetch_dagi_pages,
    read_dagi_file,
    read_dagi_pages,
)

__all__ = ["fetch_dagi_file", "fetch_dagi_pages", "read_dagi_file", "read_dagi_pages"]
