"""Datafordeler: registers of the state as pages of nodes (GraphQL) or as files, with the user's own key."""
