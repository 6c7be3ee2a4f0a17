"""Runs the system's QGIS on a GeoPackage, as a client nobody here wrote."""

import json
import os
import subprocess
from pathlib import Path

PYTHON = Path(os.environ.get("LAEGEVALG_QGIS_PYTHON", "/usr/bin/python3"))
CLIENT = Path(__file__).parent / "publish" / "qgis_client.py"


def missing():
    """Why QGIS cannot run here; empty when it can."""
    if not PYTHON.exists():
        return f"no Python at {PYTHON}; set LAEGEVALG_QGIS_PYTHON"
    found = subprocess.run([PYTHON, "-c", "import qgis.core"], capture_output=True, text=True, check=False)
    return "" if found.returncode == 0 else f"no QGIS for {PYTHON}; install qgis and python3-qgis"


def opened(package, folder, *arguments):
    """What QGIS makes of a GeoPackage with a project; pictures go to the folder."""
    return asked(CLIENT, folder, package, folder, *arguments)


def asked(script, folder, *arguments):
    """What a script run by QGIS's own Python writes as JSON."""
    environment = {"QT_QPA_PLATFORM": "offscreen", "PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"}
    command = [PYTHON, script, *map(str, arguments)]
    ran = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=240, check=False)
    assert ran.returncode == 0, ran.stderr[-2000:]
    return json.loads(ran.stdout)
