"""What is true: Danish sources, tables, rules, units and places. Knows nothing of planning or the web."""
