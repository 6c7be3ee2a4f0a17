"""A ready QGIS project in the GeoPackage: the pages' map as layers, styles, labels, bookmarks and print layouts."""
