// Premises and candidate sites as squares and diamonds, on the canvas of the practices; asked for when first switched on.
(function () {
  "use strict";

  const { map, page, state, speakPoint, scale } = window.choiceMap;
  const LOOKS = {
    premises: { side: 9, turned: false, colour: "#1b2a36", detail: false },
    candidates: { side: 7, turned: true, colour: "#5b2a86", detail: true },
  };
  const HIT = 9, NAME_ZOOM = 12;
  const layers = {};

  const Square = L.CircleMarker.extend({
    _updatePath: function () {
      const pen = this._renderer._ctx, look = this.options.look, side = look.side, point = this._point;
      if (!this._renderer._drawing || this._empty()) return;
      pen.save();
      pen.translate(point.x, point.y);
      if (look.turned) pen.rotate(Math.PI / 4);
      pen.fillStyle = this.options.hollow ? "#fff" : look.colour;
      pen.strokeStyle = this.options.hollow ? look.colour : "#fff";
      pen.lineWidth = this.options.hollow ? 1.8 : 1.2;
      pen.fillRect(-side / 2, -side / 2, side, side);
      pen.strokeRect(-side / 2, -side / 2, side, side);
      pen.restore();
    },
    _containsPoint: function (point) {
      return point.distanceTo(this._point) <= HIT;
    },
  });

  function symbol(point, name) {
    const made = new Square(point.at, {
      renderer: window.mapSymbols.renderer, pane: "practices", radius: 7, hollow: point.hollow, look: LOOKS[name], bubblingMouseEvents: false,
    });
    made.on("mouseover", () => {
      made.unbindTooltip();
      if (map.getZoom() < NAME_ZOOM) return;
      const words = document.createElement("div");
      words.textContent = name === "candidates" ? point.title + ": " + point.lines[0] : point.title;
      made.bindTooltip(words, { direction: "top", offset: [0, -6] }).openTooltip();
    });
    made.on("click", (event) => speakPoint(point, event));
    return made;
  }

  async function read(name) {
    const source = page.points[name];
    if (typeof source !== "string") return source;
    const answer = await fetch(source);
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  async function load(name) {
    layers[name] = L.layerGroup();
    try {
      (await read(name)).forEach((point) => layers[name].addLayer(symbol(point, name)));
      show();
      document.documentElement.dataset[name] = "ready";
    } catch (error) {
      delete layers[name];
      window.choiceMap.say(page.words.net, true);
    }
  }

  function show() {
    for (const [name, look] of Object.entries(LOOKS)) {
      const on = state.show.includes(name) && (!look.detail || scale() === "detail");
      if (on && !layers[name]) load(name);
      else if (on) layers[name].addTo(map);
      else if (layers[name]) layers[name].remove();
    }
  }

  if (!page.points) return;
  map.on("drawn", show);
  show();
})();
