"""OGC API - Features: every published table as a collection that GIS clients find by its address alone."""
