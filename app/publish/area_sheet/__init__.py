"""The area sheet (områdeark): one page about one area, as a tagged PDF, with the figures and the map of the pages."""
