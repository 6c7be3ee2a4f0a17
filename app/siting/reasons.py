"""Why a place is a candidate, and how the ground around it is used: codes with labels in both languages."""

from geodata.tables import Code

KINDS = (
    Code("practice", "A practice receives patients here", "Her modtager en praksis patienter"),
    Code("premises", "Named premises", "Egnet lokale"),
    Code("health_centre", "Clinic or health centre", "Klinik eller sundhedshus"),
    Code("station", "Near a station", "Tæt på en station"),
    Code("town_centre", "Near a town centre", "Tæt på et bycentrum"),
    Code("shop", "Near shops", "Tæt på butikker"),
)
ZONES = (
    Code("central", "Centre", "Centrum"),
    Code("built_up", "Built-up area", "Bebygget område"),
    Code("rural", "Countryside", "Landområde"),
)
