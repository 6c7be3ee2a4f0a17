# ---
# jupyter:
#   jupytext:
#     formats: py:percent,ipynb
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Where is the choice of doctor limited, and why?
#
# *Hvor har borgerne få læger at vælge imellem?*
#
# A resident of the region may choose among the practices that are open for intake within 15 km of home, or 5 km in
# København, Frederiksberg, Tårnby and Dragør. With fewer than two of them the choice is limited. This notebook finds
# where that is so, for how many, and whether closed lists or distance is the cause.
#
# It uses the **example region**: the municipalities and their totals are real, the roads and practices are invented.
# Nothing here says anything about a real municipality. Point it at your own build with the environment variables
# `LAEGEVALG_STORE` and `LAEGEVALG_REGION`; the text then fits less, the code just as well. How every number comes
# about: `docs/method.md`. What it cannot tell: `docs/limits.md`.

# %%
import os
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import fill

import geopandas as gpd
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import HTML
from matplotlib.colors import ListedColormap

from app.publish.background import background
from app.publish.collections import Publication
from app.publish.legend import LAYERS, classes
from app.publish.maps import Atlas
from app.publish.palette import BORDER, CHOICE, HEADER, INK, LAND, LAND_OUTSIDE, LITTLE_CHOICE, WATER
from app.publish.raster import Canvas
from app.publish.single_file import write_map
from app.study import open_study
from geodata.crs import from_inside
from geodata.units import km

store = Path(os.environ.get("LAEGEVALG_STORE", "../store"))
study = open_study(store, os.environ.get("LAEGEVALG_REGION", "sample"))
published = Publication(study)

# %% [markdown]
# `study` is everything that is known and what follows from it. `published` is the part that may be shown: the same
# figures, with counts of fewer than five people hidden. Figures that leave the house come from `published`.
#
# ## What it stands on
#
# Every layer names its source, its date and what it may be called.

# %%
print(published.provenance.banner("en") or "")
published.layers.frame[["layer", "source", "as_of", "standing", "rows_kept"]]

# %% [markdown]
# ## One number

# %%
region = published.areas.only(kind="region").frame.iloc[0]
share = f"{region.under_two:,} of {region.residents:,} residents ({region.under_two_share:.1%})"
print(f"{share} have fewer than 2 open practices within their limit by road;")
print(f"in a straight line it would be {region.under_two_straight:,}.")
print(f"{region.open_practices} of {region.practices} practices are open.")
print(region.reason_en)
print(region.reason_da)

# %% [markdown]
# ## Where
#
# Four classes, always the same: none, one, two to four, five or more. Ink means problem; what is fine is pale. Each
# inhabited 100 m cell is drawn larger than it is, so that it can be seen. Bornholm has its own frame. The lines round
# dark cells are the areas of limited choice.

# %%
atlas = Atlas(published)
cells = study.facts.cells.merge(study.findings.cells, on="cell_id", validate="one_to_one")
choice = LAYERS["choice"]
municipalities = published.areas.only(kind="municipality").frame
little = published.little_choice_areas.frame
practices = published.practices.frame
taking = practices[practices["intake"] == "open"]
outside = gpd.GeoSeries([background(study.facts).outside], crs=practices.crs)


def draw(axes, part):
    """One part of the region: land, cells by class, borders, areas of limited choice, open practices."""
    west, south, east, north = part.bounds
    canvas = Canvas(part, cells)
    grid = np.ma.masked_greater_equal(canvas.overview(classes(choice, canvas.cells)), len(CHOICE))
    axes.set_facecolor(WATER)
    outside.plot(ax=axes, color=LAND_OUTSIDE)
    municipalities.plot(ax=axes, color=LAND)
    axes.imshow(
        grid,
        cmap=ListedColormap(CHOICE),
        vmin=-0.5,
        vmax=len(CHOICE) - 0.5,
        extent=(west, east, south, north),
        interpolation="nearest",
        zorder=2,
    )
    municipalities.boundary.plot(ax=axes, color=BORDER, linewidth=0.5, zorder=3)
    little.boundary.plot(ax=axes, color=LITTLE_CHOICE, linewidth=1.2, zorder=4)
    taking.plot(ax=axes, color=HEADER, edgecolor="white", linewidth=0.4, markersize=11, zorder=5)
    axes.set(xlim=(west, east), ylim=(south, north), xticks=[], yticks=[], xlabel="", ylabel="", aspect="equal")
    axes.set_title(part.name or region["name"], fontsize=10, color=INK)


widths = [part.bounds[2] - part.bounds[0] for part in atlas.parts]
figure, frames = plt.subplots(
    1, len(atlas.parts), figsize=(12, 7.5), width_ratios=widths, squeeze=False, layout="constrained"
)
for axes, part in zip(frames[0], atlas.parts, strict=True):
    draw(axes, part)
swatches = [plt.Rectangle((0, 0), 1, 1, color=swatch.colour) for swatch in choice.swatches]
names = [swatch.label("en") for swatch in choice.swatches]
figure.legend(swatches, names, title=choice.label("en"), loc="outside upper right", ncols=len(names), frameon=False)
credit = fill(published.provenance.line("en"), 180)
figure.supxlabel(credit, fontsize=7, color=INK)
plt.show()

# %% [markdown]
# The same as a map to click in: one file, written by Folium, that opens without a network and can be sent by mail.
# (In an editor that shows no HTML, use `laegevalg map choice kort.html` and open it in a browser.)

# %%
with TemporaryDirectory() as folder:
    page = write_map(published, "choice", Path(folder) / "choice.html", "en").read_text(encoding="utf-8")
HTML(f'<div><iframe srcdoc="{escape(page)}" title="Map of the choice" width="100%" height="700"></iframe></div>')

# %% [markdown]
# ## Why
#
# The question that tells the remedies apart: **if every practice were open, how many would still have fewer than
# two?** What is left is distance, and needs a new practice or a move. What goes away is closed lists, and may need a
# list opened.

# %%
short = municipalities[municipalities["under_two"].fillna(0) > 0].sort_values("under_two")
left = short["under_two_if_all_open"].fillna(0).astype(float)
helped = short["under_two"].astype(float) - left

figure, axes = plt.subplots(figsize=(9, 0.4 * len(short) + 1.5))
axes.barh(short["name"], left, color=CHOICE[0], label="distance: would still have fewer than 2")
axes.barh(short["name"], helped, left=left, color=CHOICE[1], label="closed lists: would have 2 or more")
axes.set_xlabel("residents with fewer than 2 open practices within their limit")
axes.xaxis.set_major_formatter("{x:,.0f}")
axes.spines[["top", "right"]].set_visible(False)
axes.legend(frameon=False)
plt.show()

# %% [markdown]
# A hidden count (fewer than five people) is drawn as nought here. The sentences that the service writes are made from
# the same numbers:

# %%
for row in short[::-1].head(5).itertuples():
    print(f"{row.name}: {row.reason_da}")

# %% [markdown]
# ## How the measure matters
#
# The legal text on how the kilometres are measured was not found. By road is the cautious reading; the straight line
# stands beside it everywhere. Where they part, there is water or a detour.

# %%
municipalities.assign(parted=municipalities["under_two"] - municipalities["under_two_straight"]).nlargest(5, "parted")[
    ["name", "under_two", "under_two_straight", "parted"]
]

# %% [markdown]
# ## Areas of limited choice
#
# Neighbouring cells, merged and called by names that people use. Age matters: who is old sees the doctor more often
# and drives less.

# %%
little.head(10)[["name", "residents", "residents_65_plus", "residents_80_plus", "reason", "reason_da"]]

# %% [markdown]
# ## What hangs by a thread
#
# For each municipality, the open practice whose closing would take most residents from two or more to fewer than two.

# %%
municipalities.nlargest(5, "fragile_residents")[["name", "open_practices", "fragile_ydernummer", "fragile_residents"]]

# %% [markdown]
# ## One place
#
# The cell with most residents in the largest area of limited choice (an area is known by the id of that cell): what
# can they choose between?

# %%
area = little.iloc[0]
home = cells.set_index("cell_id").loc[area["area_id"]]
lon, lat = from_inside(home["x"], home["y"])
here = study.place(float(lon), float(lat))
print(f"{area['name']}: limit {km(here.limit_m):g} km; open within it: {len(here.options)}")
for option in here.options:
    ways = f"{km(option.road_m):.1f} km by road, {km(option.straight_m):.1f} km in a straight line"
    print(f"  {option.ydernummer} {option.name}: {ways}")
for reason in here.reasons["da"]:
    print(" ", reason)

# %% [markdown]
# ## What this does not say
#
# That a list is open says nothing about how many it takes. Residents stand in the middle of a 100 m cell; cars drive
# at free flow; an 85-year-old counts as one, as a 30-year-old does. Read `docs/limits.md` before a figure goes into
# an agenda paper, and say whose data it is:

# %%
print(published.provenance.line("da"))
