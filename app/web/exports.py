"""Files to take home: made on first request, kept while the service runs, never outside its own folder."""

import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import FileResponse, Response

from app.errors import NotFoundError, QuestionError
from app.language import Lang
from app.publish.area_sheet.write import write_area_sheet
from app.publish.collections import TABLES, Publication
from app.publish.exporters import EXPORTERS, export
from app.publish.exporters import Request as Export
from app.publish.panel import BYS, Writer
from app.web.caching import conditional
from app.web.parameters import refuse_unknown
from geodata.sources.upload import PRACTICE_FORM, PREMISES_FORM, write_template

MEDIA = {
    ".gpkg": "application/geopackage+sqlite3",
    ".fgb": "application/flatgeobuf",
    ".geojson": "application/geo+json",
    ".parquet": "application/vnd.apache.parquet",
    ".csv": "text/csv; charset=utf-8",
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
WHOLE = (".gpkg", ".xlsx")
"""Formats of which one file holds everything."""
TEMPLATES = {f"{form.name}-template.xlsx": form for form in (PRACTICE_FORM, PREMISES_FORM)}
SheetLang = Annotated[Lang, Query(description="Language of the sheet.")]
LangQuery = Annotated[Lang | None, Query(description="Language of labels; without it CSV keeps the names of columns.")]


class Shelf:
    """Finished files of one publication in a folder of their own, each made once."""

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self._folder = tempfile.TemporaryDirectory(prefix="laegevalg-exports-")
        self._lock = threading.Lock()

    def file(self, ending: str, asked: Export) -> Path:
        """The file for what was asked."""
        whole = ending in WHOLE
        parts = ("all",) if whole else (asked.collection, asked.by)
        name = "_".join(part for part in (*parts, asked.lang or "") if part)
        return self._made(
            Path(self._folder.name) / f"{name}{ending}", lambda path: export(self.publication, path, asked)
        )

    def area_sheet(self, by: str, code: str, lang: Lang) -> Path:
        """The sheet of one area.

        Raises
        ------
        NotFoundError : there is no such area
        """
        Writer(self.publication, lang).row(by, code)
        path = Path(self._folder.name) / f"sheet_{by}_{code}_{lang}.pdf"
        return self._made(path, lambda draft: write_area_sheet(self.publication, by, code, draft, lang))

    def template(self, name: str) -> Path:
        """An empty table to fill in."""
        return self._made(Path(self._folder.name) / name, lambda path: write_template(path, TEMPLATES[name]))

    def _made(self, path: Path, make: Callable[[Path], object]) -> Path:
        with self._lock:
            if not path.exists():
                draft = path.with_name(f"draft-{path.name}")
                make(draft)
                draft.rename(path)
        return path


def router(publication: Publication) -> APIRouter:
    """Routes of the files."""
    routes = APIRouter(prefix="/exports", tags=["files"])
    shelf, study = Shelf(publication), publication.study
    region = study.facts.region.id

    def template(request: Request, name: str) -> Response:
        refuse_unknown(request, ())
        return FileResponse(shelf.template(name), media_type=MEDIA[".xlsx"], filename=name)

    @routes.get("/practices-template.xlsx", summary="Template for the region's practices")
    def practices(request: Request) -> Response:
        """An Excel file to fill in with the region's practices."""
        return template(request, "practices-template.xlsx")

    @routes.get("/premises-template.xlsx", summary="Template for premises")
    def premises(request: Request) -> Response:
        """An Excel file to fill in with premises in which a practice could be."""
        return template(request, "premises-template.xlsx")

    @routes.get("/{name}/area-sheet/{by}/{code}.pdf", summary="One page about an area")
    def area_sheet(request: Request, name: str, by: str, code: str, lang: SheetLang = "da") -> Response:
        """Figures, map and causes of a municipality, health council or city district, as a tagged PDF."""
        refuse_unknown(request, ())
        if name != region:
            raise NotFoundError(f"there is no such file; this service shows the region {region}")

        def made() -> Response:
            file_name = f"laegevalg-{by}-{code}-{study.day.isoformat()}.pdf"
            return FileResponse(shelf.area_sheet(by, code, lang), media_type=MEDIA[".pdf"], filename=file_name)

        return conditional(request, study.hash, made)

    @routes.get("/{name}", summary="A collection as a file")
    def collection(
        request: Request, name: str, collection: str = "areas", by: str = "", lang: LangQuery = None
    ) -> Response:
        """The region's figures as .gpkg or .xlsx (everything), .fgb, .geojson, .parquet or .csv (one collection)."""
        refuse_unknown(request, ("collection", "by"))
        ending = _ending(name, region)
        _refuse(collection, by)
        stem = region if ending in WHOLE else f"{region}-{collection}"
        file_name = f"laegevalg-{stem}-{study.day.isoformat()}{ending}"
        asked = Export(collection, lang, by, file_name)

        def made() -> Response:
            return FileResponse(shelf.file(ending, asked), media_type=MEDIA[ending], filename=file_name)

        return conditional(request, study.hash, made)

    return routes


def _ending(name: str, region: str) -> str:
    """Ending of a file of this region.

    Raises
    ------
    NotFoundError : another region, or a format that no exporter writes
    """
    path = Path(name)
    if path.stem != region or path.suffix not in EXPORTERS:
        files = ", ".join(f"{region}{ending}" for ending in EXPORTERS)
        raise NotFoundError(f"there is no such file; there are {files}, {', '.join(TEMPLATES)}")
    return path.suffix


def _refuse(collection: str, by: str) -> None:
    if collection not in TABLES:
        raise QuestionError(f"collection: there is none of that name; choose one of {', '.join(TABLES)}")
    if by and by not in BYS:
        raise QuestionError(f"by: there is no such kind of area; choose one of {', '.join(BYS)}")
