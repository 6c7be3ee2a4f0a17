"""Pure computation: travel engines, the matrix, the metrics and what they say about choice."""
