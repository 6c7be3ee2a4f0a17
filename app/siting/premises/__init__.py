"""Which premises suit a practice: requirements, weighted criteria, and how far the rank hangs on the weights."""
