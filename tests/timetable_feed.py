"""A timetable of four stops as a GTFS zip, written by hand, in which one thing can be put wrong."""

import io
import zipfile
from datetime import date, timedelta

TODAY = date.today()
"""The fetch asks whether a timetable holds today."""
BEGIN, END = TODAY - timedelta(days=10), TODAY + timedelta(days=80)


def digits(day):
    return f"{day:%Y%m%d}"


def tables(places=((12.55, 55.67), (12.56, 55.68), (12.58, 55.69))):
    """Files of a small feed: a train to Germany, a bus past midnight, a night bus by single days."""
    one, two, three = places
    return {
        "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\n1,Banen,https://example.org,Europe/Copenhagen\n",
        "stops.txt": (
            "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
            f"S,Torvet St.,{one[1]},{one[0]},1,\n"
            f"S1,Torvet St. (spor 1),{one[1]},{one[0]},0,S\n"
            f'B,"Torvet, Storegade",{two[1]},{two[0]},,\n'
            f"C,Havnen,{three[1]},{three[0]},,\n"
            f"X,Nedlagt,{three[1]},{three[0]},,\n"
            "M,Hamburg Hbf,53.553,10.006,0,\n"
            "E,,,,3,S\n" + "".join(f"Z{n},Vej {n},{two[1]},{two[0]},,\n" for n in range(20))
        ),
        "routes.txt": "route_id,agency_id,route_short_name,route_type\nR,1,Re,2\nA,1,5C,3\nN,1,97N,704\n",
        "trips.txt": "route_id,service_id,trip_id\nR,week,r1\nA,week,a1\nN,days,n1\nN,days,n2\n",
        "stop_times.txt": (
            "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
            "r1,08:15:00,08:16:00,S1,1\n"
            "r1,08:52:00,08:52:00,M,2\n"
            "a1,23:50:00,23:50:00,B,10\n"
            "a1,,,S1,15\n"
            "a1,25:10:00,25:10:00,C,20\n"
            "n1,0:30:00,0:30:00,B,1\n"
            "n1,0:45:00,0:45:00,C,2\n"
        ),
        "calendar.txt": (
            "service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date\n"
            f"week,1,1,1,1,1,1,1,{digits(BEGIN)},{digits(END)}\n"
        ),
        "calendar_dates.txt": f"service_id,date,exception_type\ndays,{digits(TODAY)},1\nweek,{digits(END)},2\n",
    }


def zipped(files):
    """Tables as the bytes of a zip, the same for the same tables."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(
                zipfile.ZipInfo(name), text.encode() if isinstance(text, str) else text, zipfile.ZIP_DEFLATED
            )
    return out.getvalue()


def feed(*changes, without=(), **more):
    """The zip with words of its files exchanged: (file, old, new), each of which must stand there once or more."""
    files = {**tables(), **more}
    for file, old, new in changes:
        assert old in files[file], (file, old)
        files[file] = files[file].replace(old, new, 1)
    return zipped({name: text for name, text in files.items() if name not in without})
