"""The classes of the standards that are kept, as named on the conformance page; tests hold each of them."""

PART_1 = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
PART_2 = "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/"
PART_3 = "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/"
CLASSES = (
    *(PART_1 + name for name in ("core", "geojson", "oas30")),
    PART_2 + "crs",
    *(PART_3 + name for name in ("queryables", "queryables-query-parameters")),
)
