"""Asked in a process of its own (GDAL keeps Python waiting while it reads): what GDAL's OAPIF driver sees of layers."""

import json
import sys

import pyogrio


def look(address, name):
    """Rows, columns, coordinate system and bounds of one collection, read two features at a time."""
    frame = pyogrio.read_dataframe(f"OAPIF:{address}/ogc", layer=name, PAGE_SIZE=2)
    return {
        "count": len(frame),
        "columns": list(frame.columns),
        "epsg": frame.crs.to_epsg(),
        "bounds": frame.total_bounds.tolist(),
    }


sys.stdout.write(json.dumps({name: look(sys.argv[1], name) for name in sys.argv[2:]}))
