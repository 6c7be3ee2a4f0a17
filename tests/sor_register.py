"""The health organisation register's nightly file, written by hand: invented practices in the file's own format."""

ADDRESSES = ("VisitingAddress", "ActivityAddress", "PostalAddress")
PARTS = {
    "street": "StreetName",
    "house": "StreetBuildingId",
    "postcode": "PostCodeId",
    "town": "DistrictName",
    "municipality": "MunicipalityCode",
    "region": "RegionCode",
    "east": "CoordETRS89z32EMeasure",
    "north": "CoordETRS89z32NMeasure",
}
HEAD = [
    "SorId",
    "SorType",
    "EntityName",
    "EntityTypeCode",
    "EntityTypeName",
    "HealthInstitutionSorId",
    "HealthInstitutionEntityName",
    "ShakId",
    "ProviderIdentifier",
    "FirstFromDate",
    "FromDate",
    "ToDate",
    *(f"PrioritizedEntitySpeciality{n}{what}" for n in (1, 2, 3) for what in ("Id", "Name")),
    *(address + part for address in ADDRESSES for part in PARTS.values()),
    "VirtualAddressTelephoneNumber",
]
COATED = ("SorId", "HealthInstitutionSorId", "ShakId", "ProviderIdentifier", "EntityTypeCode")
PRACTICE, UNIT = ("394761003", "almen lægepraksis"), ("22232009", "klinisk enhed")


def row(number, parent=None, *, type=None, place=None, at="VisitingAddress", **said):
    """One row: an institution, or a unit of a `parent`; `place` fills the parts of one address; None leaves it open."""
    code, name = type or (PRACTICE if parent is None else UNIT)
    fields = {
        "SorId": number,
        "SorType": "SI" if parent is None else "OE",
        "EntityName": f"Praksis {number[:2]}",
        "EntityTypeCode": code,
        "EntityTypeName": name,
        "HealthInstitutionSorId": parent or number,
        "FromDate": "2015-01-01",
        "PrioritizedEntitySpeciality1Id": "408443003" if parent is None else "",
        "PrioritizedEntitySpeciality1Name": "almen medicin" if parent is None else "",
    }
    fields |= {at + PARTS[part]: value for part, value in (place or {}).items()}
    return {**fields, **said}


def somewhere(house="1", east="705000,0", north="6175000,0", **changes):
    """An address in the toy region."""
    usual = {"street": "Torvet", "house": house, "postcode": "2000", "town": "Vestby", "region": "1084"}
    return {**usual, "east": east, "north": north, **changes}


def content(*rows, head=HEAD, bom=True, coat=True, end="\r\n"):
    """The file's bytes."""
    lines = [";".join(head)]
    for one in rows:
        lines.append(";".join(_field(name, one.get(name, ""), coat) for name in head))
    return (("\ufeff" if bom else "") + end.join(lines) + end).encode()


def _field(name, value, coat):
    if coat and name in COATED and value:
        return f'="{value}"'
    return '"' + value.replace('"', '""') + '"' if set(value) & set(';"\n') else value
