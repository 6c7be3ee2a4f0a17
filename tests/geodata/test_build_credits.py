"""Every layer is credited once to each source."""

from geodata.sources.reading import credited_once


def row(layer, source, as_of, rows, note):
    return {"layer": layer, "source": source, "as_of": as_of, "rows_in": rows, "rows_kept": rows - 1, "note": note}


def test_two_extracts_under_one_card_are_counted_together_and_dated_by_the_older():
    rows = [
        row("places", "osm_extract", "2026-03-01", 10, "a"),
        row("areas", "osm_extract", "2026-03-01", 1, None),
        row("places", "osm_extract", "2025-03-01", 5, None),
        row("places", "osm_extract", "2026-01-01", 2, "b"),
    ]
    assert [
        {
            "layer": "places",
            "source": "osm_extract",
            "as_of": "2025-03-01",
            "rows_in": 17,
            "rows_kept": 14,
            "note": "a; b",
        },
        rows[1],
    ] == credited_once(rows)
