"""Run by QGIS's own Python: edits the premises of a GeoPackage as a planner does, and says in JSON what was done.

    python3 edit_in_qgis.py PACKAGE

One point is moved 40 m east and 30 m north, one gets more rooms, one is deleted, one is drawn anew on land, one in the
Kattegat, and one loses what it must have: a size that is no negative number. A candidate site is moved by 5 m, one is
deleted, one is drawn on land and one in the Kattegat.
"""

import json
import os
import sys

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from qgis.core import QgsApplication, QgsFeature, QgsGeometry, QgsPointXY, QgsVectorLayer

ROOMS, SIZE = 33, -5.0
NEW, AT_SEA = "Tegnet i QGIS", "Tegnet i havet"
KATTEGAT = (680_000.0, 6_240_000.0)


def drawn(layer, name, x, y):
    """A new point, with a name alone."""
    feature = QgsFeature(layer.fields())
    feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(x, y)))
    feature["name"] = name
    return feature


application = QgsApplication([], False)
application.initQgis()
layer = QgsVectorLayer(f"{sys.argv[1]}|layername=premises", "premises", "ogr")
moved, changed, removed, broken, beside = list(layer.getFeatures())[:5]
started = layer.startEditing()
point = moved.geometry().asPoint()
layer.changeGeometry(moved.id(), QgsGeometry.fromPointXY(QgsPointXY(point.x() + 40, point.y() + 30)))
layer.changeAttributeValue(changed.id(), layer.fields().indexOf("rooms"), ROOMS)
layer.changeAttributeValue(broken.id(), layer.fields().indexOf("size_m2"), SIZE)
layer.deleteFeature(removed.id())
here = beside.geometry().asPoint()
layer.addFeature(drawn(layer, NEW, here.x() + 10, here.y()))
layer.addFeature(drawn(layer, AT_SEA, *KATTEGAT))
saved = layer.commitChanges()
sites = QgsVectorLayer(f"{sys.argv[1]}|layername=candidates", "candidates", "ogr")
shifted, dropped = list(sites.getFeatures())[:2]
sites.startEditing()
point = shifted.geometry().asPoint()
sites.changeGeometry(shifted.id(), QgsGeometry.fromPointXY(QgsPointXY(point.x() + 3, point.y() + 4)))
sites.deleteFeature(dropped.id())
for place in ((here.x(), here.y()), KATTEGAT):
    feature = QgsFeature(sites.fields())
    feature.setGeometry(QgsGeometry.fromPointXY(QgsPointXY(*place)))
    sites.addFeature(feature)
saved = sites.commitChanges() and saved
named = {"moved": moved, "changed": changed, "removed": removed, "broken": broken}
candidates = {"shifted": shifted["candidate_id"], "dropped": dropped["candidate_id"]}
report = {"saved": started and saved, "errors": layer.commitErrors() + sites.commitErrors(), **candidates}
sys.stdout.write(json.dumps({**report, **{word: one["premises_id"] for word, one in named.items()}}))
sys.stdout.flush()
os._exit(0)  # QGIS may crash in its own destructors
