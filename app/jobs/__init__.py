"""Long computations: asked once, kept in a database, taken up again after a crash."""
