"""What follows from the facts, and how it is shown: access, study, publish, web."""
