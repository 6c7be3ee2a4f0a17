// Symbols of practices on a canvas: a disc where one is open, a half disc by dispensation, a ring where all are closed.
(function () {
  "use strict";

  const COLOURS = { open: "#0b3c5d", closed: "#4a5a66", dispensation: "#4a5a66" };
  const SMALL = 3, LARGE = 6.5, GROW_ZOOM = 10.5;
  const HIT = 12;
  const NAME_ZOOM = 12, NUMBER_ZOOM = 14;

  // One canvas for all symbols: of two, the upper would take the clicks of the lower.
  const renderer = L.canvas({ pane: "practices", padding: 0.3 });

  const Symbol = L.CircleMarker.extend({
    _updatePath: function () {
      this._renderer._updateCircle(this);
      if (this.options.intake === "dispensation") this._fillHalf(this._renderer._ctx);
    },
    _fillHalf: function (pen) {
      const point = this._point;
      pen.beginPath();
      pen.arc(point.x, point.y, this._radius, Math.PI / 2, (Math.PI * 3) / 2);
      pen.fillStyle = COLOURS.dispensation;
      pen.fill();
    },
    _containsPoint: function (point) {
      return point.distanceTo(this._point) <= Math.max(this._radius + this._clickTolerance(), HIT);
    },
  });

  function style(intake, zoom) {
    const radius = zoom < GROW_ZOOM ? SMALL : LARGE;
    const ring = zoom < GROW_ZOOM ? 1 : 2;
    if (intake === "open") return { radius: radius, weight: ring, color: "#fff", fillColor: COLOURS.open, fillOpacity: 1 };
    return { radius: radius - 1.5, weight: 2, color: COLOURS.closed, fillColor: "#fff", fillOpacity: 1 };
  }

  // Names of a location's practices, close by with their numbers; as text, whatever is in them.
  function named(practice, numbers) {
    const box = document.createElement("div");
    practice.practices.forEach((one) => {
      const line = document.createElement("div");
      line.textContent = numbers ? one.title + " · " + one.lines[0].split(" · ")[0] : one.title;
      box.append(line);
    });
    return box;
  }

  // Layers of the practices by what the reader switches on and off.
  function layers(practices, speak) {
    const groups = { open: L.layerGroup(), closed: L.layerGroup() };
    for (const practice of practices) {
      const symbol = new Symbol(practice.at, {
        renderer: renderer,
        pane: "practices",
        intake: practice.intake,
        bubblingMouseEvents: false,
        ...style(practice.intake, 0),
      });
      symbol.on("mouseover", () => {
        const zoom = symbol._map.getZoom();
        symbol.unbindTooltip();
        if (zoom >= NAME_ZOOM) symbol.bindTooltip(named(practice, zoom >= NUMBER_ZOOM), { direction: "top", offset: [0, -6] }).openTooltip();
      });
      symbol.on("click", (event) => speak(practice, event));
      groups[practice.intake === "open" ? "open" : "closed"].addLayer(symbol);
    }
    return groups;
  }

  function resize(groups, zoom) {
    for (const group of Object.values(groups)) {
      group.eachLayer((symbol) => symbol.setStyle(style(symbol.options.intake, zoom)).setRadius(style(symbol.options.intake, zoom).radius));
    }
  }

  window.mapSymbols = { layers: layers, resize: resize, renderer: renderer };
})();
