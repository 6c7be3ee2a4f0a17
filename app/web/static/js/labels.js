// Labels of the map: placed greedily, most important first; never over each other, the legend, the inset or a control.
(function () {
  "use strict";

  const FONT = '600 12px system-ui, "Segoe UI", Roboto, Arial, "Noto Sans", "Liberation Sans", sans-serif';
  const OVERVIEW_MUNICIPALITIES = 8;
  const OVERVIEW_ZOOM = 11;
  const SHIFTS = [[0, 0], [0, -18], [0, 18], [1, 0], [-1, 0], [1, -18], [1, 18], [-1, -18], [-1, 18], [0, -36], [0, 36]];
  const DOT = 3;
  const pen = document.createElement("canvas").getContext("2d");

  function width(text) {
    pen.font = FONT;
    return Math.ceil(pen.measureText(text).width) + 6;
  }

  function overlaps(one, other) {
    return one.x < other.x + other.w && other.x < one.x + one.w && one.y < other.y + other.h && other.y < one.y + one.h;
  }

  // Boxes, in pixels of the map, of what lies over it: legend, inset, controls.
  function obstacles(map) {
    const home = map.getContainer().getBoundingClientRect();
    const found = document.querySelectorAll("#map-box .legend, #map-box .inset, .leaflet-control");
    return Array.from(found)
      .map((element) => element.getBoundingClientRect())
      .filter((box) => box.width > 0 && box.height > 0)
      .map((box) => ({ x: box.left - home.left - 4, y: box.top - home.top - 4, w: box.width + 8, h: box.height + 8 }));
  }

  function inRing(ring, at) {
    let inside = false;
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const a = ring[i], b = ring[j];
      if ((a.lat > at.lat) !== (b.lat > at.lat) && at.lng < ((b.lng - a.lng) * (at.lat - a.lat)) / (b.lat - a.lat) + a.lng) {
        inside = !inside;
      }
    }
    return inside;
  }

  function inRings(rings, at) {
    if (rings.length && rings[0].lat !== undefined) return inRing(rings, at);
    return rings.reduce((count, part) => count + (inRings(part, at) ? 1 : 0), 0) % 2 === 1;
  }

  // Whether a point lies in a polygon layer; holes count as outside.
  function inside(layer, at) {
    return layer.getBounds().contains(at) && inRings(layer.getLatLngs(), at);
  }

  // Points of a box as boxes without a size: a name of the sea stands on the water from its first letter to its last.
  function corners(box) {
    return [[0, 0], [1, 0], [0, 1], [1, 1], [0.5, 0.5]].map(([x, y]) => ({ x: box.x + x * box.w, y: box.y + y * box.h, w: 0, h: 0 }));
  }

  function onWater(map, lands, box) {
    const at = map.containerPointToLatLng([box.x + box.w / 2, box.y + box.h / 2]);
    return !lands.some((land) => land.getLayers().some((layer) => inside(layer, at)));
  }

  function centred(point, w, h) {
    return { x: Math.round(point.x - w / 2), y: Math.round(point.y - h / 2), w: w, h: h };
  }

  // Where an area's label may stand: beside its outermost points, those on water first, then its number on it.
  function areaCandidates(map, lands, label) {
    const full = label.text + " " + label.number, w = width(full) + 14, h = 20;
    const [east, west, north, south] = label.edges.map((edge) => map.latLngToContainerPoint(edge));
    const around = [
      { x: east.x + 4, y: east.y - h / 2, w: w, h: h },
      { x: west.x - w - 4, y: west.y - h / 2, w: w, h: h },
      { x: north.x - w / 2, y: north.y - h - 4, w: w, h: h },
      { x: south.x - w / 2, y: south.y + 4, w: w, h: h },
    ].map((box) => ({ box: box, text: full, water: onWater(map, lands, box) }));
    const middle = map.latLngToContainerPoint(label.at);
    return [
      ...around.filter((candidate) => candidate.water),
      { box: centred(middle, w, h), text: full },
      { box: centred(middle, width(label.number) + 12, h), text: label.number },
      ...around.filter((candidate) => !candidate.water),
    ];
  }

  function candidates(map, lands, label) {
    if (label.kind === "little") return areaCandidates(map, lands, label);
    const middle = map.latLngToContainerPoint(label.at), w = width(label.text);
    const shifts = label.kind === "municipality" ? SHIFTS : [[0, 0]];
    const places = shifts.map(([x, y]) => ({ box: centred(middle.add([x * (w / 2 + 8), y]), w, 16), text: label.text }));
    return label.kind === "sea" ? places.filter((place) => corners(place.box).every((box) => onWater(map, lands, box))) : places;
  }

  // The first of the places that covers fewest symbols of practices.
  function clearest(places, dots) {
    const covered = places.map(({ box }) => dots.filter((dot) => dot.x > box.x - DOT && dot.x < box.x + box.w + DOT && dot.y > box.y - DOT && dot.y < box.y + box.h + DOT).length);
    return places[covered.indexOf(Math.min(...covered))];
  }

  function marker(map, label, choice, speak) {
    const element = document.createElement("span");
    element.textContent = choice.text;
    const box = choice.box, little = label.kind === "little";
    const icon = L.divIcon({ className: "map-label " + label.kind, html: element, iconSize: [box.w, box.h], iconAnchor: [0, 0] });
    const made = L.marker(map.containerPointToLatLng([box.x, box.y]), {
      icon: icon,
      interactive: little,
      keyboard: false,
      pane: little ? "area-labels" : "place-labels",
    });
    if (little) made.on("click", () => speak(label));
    return made;
  }

  // Draw the labels that fit at this zoom and in this window.
  function draw(map, group, options) {
    group.clearLayers();
    const size = map.getSize(), zoom = map.getZoom(), taken = obstacles(map);
    const fits = (box) => box.x >= 2 && box.y >= 2 && box.x + box.w <= size.x - 2 && box.y + box.h <= size.y - 2;
    const said = new Set();
    const dots = (options.points || []).map((at) => map.latLngToContainerPoint(at));
    let municipalities = 0;
    for (const label of options.labels) {
      if (zoom < label.zoom || (label.kind === "little" && !options.areas)) continue;
      const overview = zoom < OVERVIEW_ZOOM;
      if (overview && label.kind === "municipality" && municipalities >= OVERVIEW_MUNICIPALITIES) continue;
      if (said.has(label.text) || !map.getBounds().pad(0.1).contains(label.at)) continue;
      const free = candidates(map, options.lands, label).filter(
        (one) => fits(one.box) && !taken.some((box) => overlaps(box, one.box))
      );
      const choice = label.kind === "municipality" ? clearest(free, dots) : free[0];
      if (!choice) continue;
      taken.push(choice.box);
      said.add(label.text);
      if (label.kind === "municipality") municipalities += 1;
      group.addLayer(marker(map, label, choice, options.speak));
    }
  }

  window.mapLabels = { draw: draw, inside: inside, inRing: inRing, obstacles: obstacles };
})();
