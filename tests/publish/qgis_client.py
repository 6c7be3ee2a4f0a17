"""Run by the system's Python that has QGIS: opens the project of a GeoPackage and says in JSON what QGIS makes of it.

    python3 qgis_client.py PACKAGE FOLDER [SCALE]

Draws the first view at 1:SCALE to FOLDER/map.png, each layout to FOLDER/<name>.png and the first one to a PDF.
"""

import json
import os
import sys

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from qgis.core import (
    QgsApplication,
    QgsExpressionContext,
    QgsExpressionContextUtils,
    QgsLayoutExporter,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsRuleBasedRenderer,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QSize

DPI = 96
METRES_PER_INCH = 0.0254
NAME = "Lægevalg"


def main(package, folder, scale=324_000):
    """Open, list, draw."""
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    messages = []
    QgsApplication.messageLog().messageReceived.connect(lambda text, tag, level: messages.append(f"{tag}: {text}"))
    project = QgsProject.instance()
    opened = project.read(f"geopackage:{package}?projectName={NAME}")
    layers = [said(project, layer) for layer in project.mapLayers().values()]
    report = {
        "opened": opened,
        "title": project.title(),
        "crs": project.crs().authid(),
        "layers": layers,
        "tree": tree(project.layerTreeRoot()),
        "bookmarks": [mark.name() for mark in project.bookmarkManager().bookmarks()],
        "projects": list(storage(package)),
        "default_styles": default_styles(package),
        "map": draw_map(project, f"{folder}/map.png", scale),
        "layouts": [draw_layout(layout, folder) for layout in project.layoutManager().layouts()],
        "messages": messages,
    }
    sys.stdout.write(json.dumps(report))
    sys.stdout.flush()
    os._exit(0)  # QGIS may crash in its own destructors


def storage(package):
    """Names of the projects that stand in the file."""
    return QgsApplication.projectStorageRegistry().projectStorageFromType("geopackage").listProjects(package)


def said(project, layer):
    """A layer: whether it is valid, its rows, how they are drawn, its fields' names."""
    vector = isinstance(layer, QgsVectorLayer)
    node = project.layerTreeRoot().findLayer(layer.id())
    common = {"id": layer.id(), "name": layer.name(), "valid": layer.isValid(), "shown": node.isVisible()}
    common |= {"read_only": layer.readOnly(), "abstract": layer.metadata().abstract(), "keywords": layer.keywordList()}
    if not vector:
        return {**common, "legend": [entry.label for entry in layer.renderer().classes()]}
    return {
        **common,
        "rows": layer.featureCount(),
        "legend": legend(layer.renderer()),
        "aliases": {field.name(): field.alias() for field in layer.fields()},
        "values": {field.name(): values(layer, i) for i, field in enumerate(layer.fields())},
        "tip": layer.mapTipTemplate(),
        "labels": layer.labelsEnabled(),
    }


def legend(renderer):
    """Words of the classes of a renderer."""
    if isinstance(renderer, QgsRuleBasedRenderer):
        return [rule.label() for rule in renderer.rootRule().children()]
    return [item.label() for item in renderer.legendSymbolItems()] if renderer else []


def values(layer, index):
    """Value -> word of a field with a list of values."""
    pairs = layer.editorWidgetSetup(index).config().get("map", [])
    return {value: word for pair in pairs for word, value in pair.items()} if isinstance(pairs, list) else {}


def tree(group):
    """Names of groups and layers as they stand, each with whether it is checked."""
    return [
        [child.name(), child.itemVisibilityChecked(), tree(child) if hasattr(child, "isMutuallyExclusive") else None]
        for child in group.children()
    ]


def default_styles(package):
    """Table -> legend, of each layer as it looks when it is dragged in without the project."""
    found = {}
    for table in ("cells", "practices", "little_choice_areas", "areas", "places"):
        layer = QgsVectorLayer(f"{package}|layername={table}", table, "ogr")
        found[table] = legend(layer.renderer())
    return found


def draw_map(project, path, scale, width=1200, height=1000):
    """The project's first view in a window of so many pixels at a scale."""
    settings = QgsMapSettings()
    settings.setLayers(project.layerTreeRoot().checkedLayers())
    settings.setLayers([layer for layer in project.layerTreeRoot().layerOrder() if layer in settings.layers()])
    settings.setDestinationCrs(project.crs())
    settings.setBackgroundColor(project.backgroundColor())
    settings.setTransformContext(project.transformContext())
    settings.setOutputSize(QSize(width, height))
    settings.setOutputDpi(DPI)
    middle = project.viewSettings().defaultViewExtent().center()
    metres = METRES_PER_INCH / DPI * scale
    half = (width * metres / 2, height * metres / 2)
    settings.setExtent(
        QgsRectangle(middle.x() - half[0], middle.y() - half[1], middle.x() + half[0], middle.y() + half[1])
    )
    context = QgsExpressionContext(QgsExpressionContextUtils.globalProjectLayerScopes(None))
    context.appendScope(QgsExpressionContextUtils.mapSettingsScope(settings))
    settings.setExpressionContext(context)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(path)
    extent = settings.extent()
    return {
        "path": path,
        "scale": settings.scale(),
        "extent": [extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum()],
        "errors": [error.message for error in job.errors()],
        "view": [middle.x(), middle.y()],
    }


def draw_layout(layout, folder):
    """A layout as a picture, and as a PDF where it is one sheet; of an atlas its first sheet."""
    exporter = QgsLayoutExporter(layout)
    name = layout.name()
    if layout.atlas().enabled():
        layout.atlas().beginRender()
        sheets = layout.atlas().count()
        layout.atlas().seekTo(sheets - 1)
    else:
        sheets = 1
    picture = QgsLayoutExporter.ImageExportSettings()
    picture.dpi = 110
    path = f"{folder}/{name}.png"
    result = exporter.exportToImage(path, picture)
    page = layout.pageCollection().page(0).pageSize()
    pdf = f"{folder}/{name}.pdf"
    written = None
    if sheets == 1:
        written = exporter.exportToPdf(pdf, QgsLayoutExporter.PdfExportSettings())
    return {
        "name": name,
        "result": result,
        "pdf": written,
        "sheets": sheets,
        "size": [page.width(), page.height()],
        "path": path,
    }


if __name__ == "__main__":
    main(*sys.argv[1:3], *(int(value) for value in sys.argv[3:]))
