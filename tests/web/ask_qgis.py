"""Asked by QGIS's own Python: opens a service's collections and vector tiles, and writes what it finds as JSON."""

import json
import sys

from qgis.core import QgsApplication, QgsFeatureRequest, QgsRectangle, QgsVectorLayer


def look(address, name):
    """What QGIS sees of one collection."""
    layer = QgsVectorLayer(f"url='{address}/ogc' typename='{name}'", name, "OAPIF")
    box = layer.extent()
    part = QgsRectangle(box.xMinimum(), box.yMinimum(), box.center().x(), box.center().y())
    return {
        "valid": layer.isValid(),
        "count": sum(1 for _ in layer.getFeatures()),
        "part": sum(1 for _ in layer.getFeatures(QgsFeatureRequest(part))),
        "fields": [field.name() for field in layer.fields()],
        "crs": layer.crs().authid(),
        "bounds": [box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()],
    }


application = QgsApplication([], False)
application.initQgis()
sys.stdout.write(json.dumps({name: look(sys.argv[1], name) for name in sys.argv[2:]}))
application.exitQgis()
