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
# # Where should a practice open, and how sure is the answer?
#
# *Hvor hjælper et nyt ydernummer mest?*
#
# One decision from question to proof: the region has three new practice numbers. Where should they go, whom do they
# help, what would be nearly as good, and can any other placement beat it?
#
# It uses the **example region**: the municipalities and their totals are real, the roads and practices are invented.
# Nothing here says anything about a real municipality. How every number comes about: `docs/method.md`. What it cannot
# tell: `docs/limits.md`.

# %%
import os
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas as gpd
import matplotlib.pyplot as plt
import pandas as pd
from IPython.display import HTML

from app.publish import site_files
from app.publish.collections import Publication
from app.publish.frontier import FrontierWriter, Joint
from app.publish.palette import BORDER, CHANGE, HEADER, LAND, NEW_SITE
from app.publish.single_file import write_sites_map
from app.publish.site_pictures import SitePictures
from app.publish.sites import SitesWriter
from app.study import open_study

store = Path(os.environ.get("LAEGEVALG_STORE", "../store"))
study = open_study(store, os.environ.get("LAEGEVALG_REGION", "sample"))
published = Publication(study)
print(published.provenance.banner("en") or "")

# %% [markdown]
# ## The question
#
# A question is a small document: what is not said takes its default, and the same question always has the same hash.
# Here: three new practices, anywhere in the region, so that most residents get at least two open practices within
# their legal limit by road. (`laegevalg sites --add 3` asks the same.)

# %%
question = {"add": 3, "objective": "covering", "alternatives": 2, "time_limit": 60}
sited = study.sites(question)
answer = SitesWriter(published, "en").answer(sited)
print(answer["words"]["title"], "·", answer["words"]["goal"], "·", answer["words"]["standard"])

# %% [markdown]
# ## The proof
#
# Two numbers and a word. *Found* is counted on the placement itself; *ceiling* is a bound that no placement exceeds.
# The word *proven* is used only where the two meet.

# %%
proof = answer["proof"]
for label in ("found", "bound"):
    print(f"{proof['words'][f'{label}_label']}: {proof['words'][label]}")
print(proof["words"]["tag"], "·", proof["words"]["computed"])

# %% [markdown]
# ## The sites, and what each is worth
#
# Gains do not add up: two practices in one place can be worth much together and little alone. So a site's figure is
# what is **lost if this one is left out**.

# %%
best = answer["solutions"][0]
for site in best["sites"]:
    print(f"{site['number']}. {site['name']}, {site['municipality']} ({site['why']})")
    print(f"   {site['reason']}")
    for note in site["notes"]:
        print(f"   {note}")

# %% [markdown]
# ## On the map
#
# Green: lifted to two or more. Brown: still below two. The rings are other candidates that lose at most one percent if
# one practice moves there.

# %%
pictures = SitePictures(published, answer, 1)
change = pictures.surface("change")
cells = published.cells.frame.assign(kind=change.values)
municipalities = published.areas.only(kind="municipality").frame
colours = change.layer.colours
rings = site_files.leeway(answer).frame
sites = site_files.sites(answer).frame

figure, axes = plt.subplots(figsize=(12, 8), layout="constrained")
municipalities.plot(ax=axes, color=LAND)
for kind, colour in enumerate(colours):
    if colour != CHANGE["same"] and (cells["kind"] == kind).any():
        gpd.GeoDataFrame(cells[cells["kind"] == kind]).plot(ax=axes, color=colour)
municipalities.boundary.plot(ax=axes, color=BORDER, linewidth=0.5)
rings[rings["solution"] == 1].plot(ax=axes, color="white", edgecolor=NEW_SITE, markersize=14)
sites[sites["solution"] == 1].plot(ax=axes, color=NEW_SITE, edgecolor="white", marker="D", markersize=90)
swatches = [plt.Rectangle((0, 0), 1, 1, color=colour) for colour in colours]
axes.legend(swatches, [swatch.label("en") for swatch in change.layer.swatches], frameon=False, loc="upper right")
axes.set(xticks=[], yticks=[], title=answer["words"]["title"])
figure.supxlabel(published.provenance.line("en"), fontsize=6, color=HEADER)
plt.show()

# %% [markdown]
# ## The alternatives
#
# Other placements within one percent of the best. A site that is in all of them is a safe choice.

# %%
pd.DataFrame(
    [
        {
            "placement": solution["rank"],
            "residents lifted": solution["value"],
            "behind": f"{solution['behind']:.2%}",
            "sites": ", ".join(site["name"] for site in solution["sites"]),
        }
        for solution in answer["solutions"]
    ]
)

# %% [markdown]
# ## Sites and premises together
#
# A place is worth nothing without rooms. Of the premises that fail no requirement: which three lift most residents, and
# what does more suitable rooms cost in residents? Each point is a choice that no other beats in both; the steps are
# exact. Suitability is the points (of 100) of the least suitable of the three.

# %%
frontier = FrontierWriter(published, "en").answer(Joint(3))
print(frontier["sentence"])
trades = pd.DataFrame(
    [
        {
            "residents lifted": trade["residents"],
            "least points": trade["suitability"],
            "premises": "; ".join(one["name"] for one in trade["premises"]),
            "proof": trade["proof"],
        }
        for trade in frontier["trades"]
    ]
)
figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
axes.step(trades["least points"], trades["residents lifted"], where="pre", color=HEADER)
axes.plot(trades["least points"], trades["residents lifted"], "o", color=HEADER)
axes.set(xlabel="points of the least suitable", ylabel="residents lifted", xlim=(0, 100), ylim=(0, None))
plt.show()
trades

# %% [markdown]
# ## The answer is a scenario
#
# It can be replayed from its content alone: what-if applies it to the facts and counts anew. The number is the same to
# the last resident, or the answer would be wrong.

# %%
scenario = {name: value for name, value in best["scenario"].items() if name != "hash"}
effect = study.what_if(scenario)
assert effect.scenario.hash == best["scenario"]["hash"]
print(f"what-if lifts {int(effect.lifted[0]):,} residents; the answer said {int(proof['value']):,}")
assert effect.lifted[0] == proof["value"]
print(f"scenario {best['scenario']['hash'][:8]} on study {study.hash[:8]}")

# %% [markdown]
# ## To take home
#
# The map as one file that opens without a network, and a GeoPackage with sites, nearly equal places, gains by cell,
# proof and sources.

# %%
with TemporaryDirectory() as folder:
    page = write_sites_map(published, answer, Path(folder) / "sites.html", "en").read_text(encoding="utf-8")
    package = site_files.write_sites(published, answer, Path(folder) / "sites.gpkg", "en")
    print(f"{package.name}: {package.stat().st_size / 1e6:.1f} MB")
HTML(f'<div><iframe srcdoc="{escape(page)}" title="Map of the answer" width="100%" height="700"></iframe></div>')

# %% [markdown]
# ## What this does not say
#
# That a practice will find a doctor, premises or patients there. The candidates are what they are: a place that nobody
# thought of is not chosen. Read `docs/limits.md` before a figure goes into an agenda paper, and say whose data it is:

# %%
print(published.provenance.line("da"))
