"""Writes the project and the styles into a GeoPackage, where QGIS finds them: `qgis_projects` and `layer_styles`.

Both tables are QGIS's own. `layer_styles` is registered as a table of attributes, so that other clients see it too; a
stored project is the hexadecimal text of a zip archive that holds one `.qgs`.
"""

import io
import json
import sqlite3
import zipfile
from datetime import date
from xml.etree.ElementTree import Element

from app.publish.copy import text
from app.publish.geopackage import GEOMETRY_COLUMN
from app.publish.qgis.elements import document, node
from app.publish.qgis.maplayers import style, style_attributes
from app.publish.qgis.plan import Group, VectorLayer, layers

TABLES = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, f_table_catalog TEXT(256), f_table_schema TEXT(256),
  f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
  update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')));
CREATE TABLE qgis_projects (name TEXT PRIMARY KEY, metadata BLOB, content BLOB);
"""
EPOCH = (1980, 1, 1, 0, 0, 0)
"""Time in the archive: the same content gives the same bytes."""


def project_name() -> str:
    """Name under which the project stands in the file."""
    return text("qgis.project")


def store_project(file: sqlite3.Connection, written: str, groups: tuple[Group, ...], day: date) -> None:
    """Write the project and the styles of its layers into an open GeoPackage.

    Parameters
    ----------
    written : the project's document
    day : stands as the time of the last change
    """
    moment = f"{day.isoformat()}T00:00:00.000Z"
    file.executescript(TABLES)
    file.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change) "
        "VALUES ('layer_styles', 'attributes', 'layer_styles', 'Styles of the layers for QGIS', ?)",
        (moment,),
    )
    _store_styles(file, groups, moment)
    name = project_name()
    archive = _zipped(f"{name}.qgs", written).hex()
    about = json.dumps({"last_modified_time": moment, "last_modified_user": name}, ensure_ascii=False)
    file.execute("INSERT INTO qgis_projects VALUES (?, ?, ?)", (name, about, archive))


def _store_styles(file: sqlite3.Connection, groups: tuple[Group, ...], moment: str) -> None:
    """A style for each layer; the first of a table is what a client takes without the project."""
    styled: set[str] = set()
    for layer in layers(groups):
        if not isinstance(layer, VectorLayer) or layer.table.geometry is None:
            continue
        first = layer.table.name not in styled
        styled.add(layer.table.name)
        file.execute(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
            "styleQML, styleSLD, useAsDefault, description, owner, ui, update_time) "
            "VALUES ('', '', ?, ?, ?, ?, '', ?, ?, '', NULL, ?)",
            (layer.table.name, GEOMETRY_COLUMN, layer.title, document(_qml(layer)), first, layer.title_en, moment),
        )


def _qml(layer: VectorLayer) -> Element:
    return node("qgis", {**style_attributes(layer), "version": "3.22.0"}, style(layer))


def _zipped(name: str, written: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(name, EPOCH)
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, written)
    return out.getvalue()
