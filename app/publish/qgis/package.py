"""The GeoPackage that is the map: published tables, background, overviews, styles and the QGIS project."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from app.publish.background_layers import background_layers
from app.publish.collections import TABLES, Collection, Publication
from app.publish.geopackage import about, write_geopackage
from app.publish.gpkg_raster import table_name, write_overview
from app.publish.legend import legends
from app.publish.qgis.plan import plan
from app.publish.qgis.project import project
from app.publish.qgis.stored import store_project


def write_package(
    publication: Publication, path: Path, file_name: str = "", further: Sequence[Collection] = (), *, cells: bool = True
) -> None:
    """Write the file.

    Parameters
    ----------
    file_name : the name it will have where it is opened: the project looks for its layers under it
    further : tables of an answer, shown on the map where the plan has a layer for them
    cells : whether the 100 m cells are in it; without them the map has the overviews
    """
    line = publication.provenance.line("da")
    published = [publication.collection(name) for name in TABLES if cells or name != "cells"]
    collections = [*further, *published, *background_layers(publication)]
    write_geopackage(path, collections, line)
    said = {collection.table.name: about(collection.table, line) for collection in collections}
    canvases = list(publication.canvases.values())
    with closing(sqlite3.connect(path)) as file, file:
        for layer in legends(publication.profiles):
            said[table_name(layer)] = f"{layer.title}. {line}"
            write_overview(file, layer, canvases, said[table_name(layer)])
        groups = plan(publication, {collection.table.name: collection.table for collection in collections})
        written = project(publication, groups, file_name or path.name, said)
        store_project(file, written, groups, publication.study.day)
