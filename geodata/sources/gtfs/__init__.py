"""A timetable as GTFS: a zip of linked tables, checked as it streams past and never held whole.

    feed        the zip, its files and their columns, row by row in batches
    values      cells of a batch as numbers, times, days and references
    places      stops, and where they lie
    calendar    services, and the days on which they run
    trips       routes and trips
    stop_times  which trip stops where and when
    timetable   the source: fetched, checked, and read as table STOPS

General Transit Feed Specification, reference: https://gtfs.org/documentation/schedule/reference/.
"""
