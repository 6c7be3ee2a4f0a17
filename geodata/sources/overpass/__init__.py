"""Streets of a small area from Overpass, asked by osmnx.

asking    osmnx with the card's settings, each of its answers judged before it sees them
elements  its answers as an extract, so that all else goes on as with any other
streets   the source: bounded by area, fetched, and read
"""
