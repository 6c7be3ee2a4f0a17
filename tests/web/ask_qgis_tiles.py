"""Asked by QGIS's own Python: draws a service's vector tiles around one tile, and writes how many pixels it painted."""

import json
import sys

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsMapRendererSequentialJob,
    QgsMapSettings,
    QgsRectangle,
    QgsVectorTileLayer,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

HALF_WORLD = 20037508.342789244


def draw(layer, z, x, y):
    """Pixels of the tile that are not white."""
    side = 2 * HALF_WORLD / 2**z
    west, north = x * side - HALF_WORLD, HALF_WORLD - y * side
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    settings.setExtent(QgsRectangle(west, north - side, west + side, north))
    settings.setOutputSize(QSize(256, 256))
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    image = job.renderedImage()
    return sum(image.pixelColor(i, j) != QColor("white") for i in range(256) for j in range(256))


application = QgsApplication([], False)
application.initQgis()
z, x, y = (int(part) for part in sys.argv[2].removesuffix(".mvt").split("/")[-3:])
source = f"type=xyz&url={sys.argv[1]}/tiles/cells/{{z}}/{{x}}/{{y}}.mvt&zmin=11&zmax=14"
layer = QgsVectorTileLayer(source, "cells")
sys.stdout.write(json.dumps({"valid": layer.isValid(), "painted": draw(layer, z, x, y)}))
application.exitQgis()
