"""The GeoPackage that is the map: every published table, the background, the overviews, styles and the QGIS project."""

import sqlite3
from contextlib import closing
from pathlib import Path

from app.publish.background_layers import background_layers
from app.publish.collections import TABLES, Publication
from app.publish.geopackage import about, write_geopackage
from app.publish.gpkg_raster import table_name, write_overview
from app.publish.legend import LAYERS
from app.publish.qgis.plan import plan
from app.publish.qgis.project import project
from app.publish.qgis.stored import store_project


def write_package(publication: Publication, path: Path, file_name: str = "") -> None:
    """Write the file.

    Parameters
    ----------
    file_name : the name it will have where it is opened: the project looks for its layers under it
    """
    line = publication.provenance.line("da")
    collections = [*(publication.collection(name) for name in TABLES), *background_layers(publication)]
    write_geopackage(path, collections, line)
    said = {collection.table.name: about(collection.table, line) for collection in collections}
    canvases = list(publication.canvases.values())
    with closing(sqlite3.connect(path)) as file, file:
        for layer in LAYERS.values():
            said[table_name(layer)] = f"{layer.title}. {line}"
            write_overview(file, layer, canvases, said[table_name(layer)])
        groups = plan(publication, frozenset(said))
        written = project(publication, groups, file_name or path.name, said)
        store_project(file, written, groups, publication.study.day)
