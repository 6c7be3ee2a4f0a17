// Cells painted by the browser: which pixel shows which cell is fetched once, then a change of class needs no picture.
(function () {
  "use strict";

  const { map, state } = window.choiceMap;
  const edit = JSON.parse(document.getElementById("edit-data").textContent);
  const HEAD = 12, NOBODY = 0;
  const layers = {}, insets = {};
  let before = null, after = null, shades = null, view = "before";

  const CanvasOverlay = L.ImageOverlay.extend({
    initialize: function (canvas, bounds, options) {
      this._canvas = canvas;
      L.ImageOverlay.prototype.initialize.call(this, "", bounds, options);
    },
    _initImage: function () {
      this._image = this._canvas;
      L.DomUtil.addClass(this._image, "leaflet-image-layer cells-canvas" + (this._zoomAnimated ? " leaflet-zoom-animated" : ""));
    },
  });

  async function bytes(address) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(address);
    return answer.arrayBuffer();
  }

  // Bytes of a colour as canvas memory holds them.
  function pixel(colour) {
    const parts = [1, 3, 5].map((i) => parseInt(colour.slice(i, i + 2), 16));
    return new Uint32Array(new Uint8Array([...parts, 255]).buffer)[0];
  }

  const palettes = Object.fromEntries(Object.entries(edit.colours).map(([name, colours]) => [name, colours.map(pixel)]));

  // Where each run of pixels ends and the number of its cell (app/publish/cell_runs.py says how it is written).
  function unpack(buffer) {
    const [columns, rows, runs] = new Uint32Array(buffer, 0, 3);
    const lengths = new Uint16Array(buffer, HEAD, runs);
    const cells = new Int32Array(buffer, HEAD + 2 * (runs + (runs % 2)), runs).slice();
    const ends = new Uint32Array(runs);
    for (let i = 0, end = 0, cell = 0; i < runs; i++) {
      ends[i] = end += lengths[i];
      cells[i] = cell += cells[i];
    }
    return { columns: columns, rows: rows, ends: ends, cells: cells };
  }

  async function load(name) {
    if (name in layers) return;
    layers[name] = null;
    try {
      const [part, scale] = name.split("/");
      const runs = unpack(await bytes(edit.cells[name]));
      const canvas = document.createElement("canvas");
      canvas.width = runs.columns;
      canvas.height = runs.rows;
      canvas.setAttribute("aria-hidden", "true");
      canvas.dataset.cells = name;
      const image = new ImageData(runs.columns, runs.rows);
      const overlay = new CanvasOverlay(canvas, window["image_overlay_" + part + "_" + scale].getBounds(), { pane: "cells" });
      layers[name] = { ...runs, part: part, overview: scale === "overview", pen: canvas.getContext("2d"), canvas: canvas, image: image, pixels: new Uint32Array(image.data.buffer), overlay: overlay, stale: true };
      show();
    } catch (error) {
      delete layers[name];
    }
  }

  // The colour of every cell for what is shown; number 0 is no cell, and clear.
  function shade() {
    const count = before.length;
    if (!shades) shades = new Uint32Array(count + 1);
    shades[NOBODY] = 0;
    const choice = palettes.choice, change = palettes.change;
    for (let i = 0; i < count; i++) {
      const now = view === "before" ? before[i] : after[i];
      shades[i + 1] = view === "change" ? change[edit.change[before[i]][now]] : choice[now];
    }
  }

  function paint(layer) {
    const { ends, cells, pixels } = layer;
    for (let i = 0, at = 0; i < ends.length; i++) {
      const colour = shades[cells[i]];
      for (; at < ends[i]; at++) pixels[at] = colour;
    }
    layer.pen.putImageData(layer.image, 0, 0);
    layer.stale = false;
    if (layer.overview) copyToInset(layer);
  }

  // The inset shows the same cells, a moment later.
  function copyToInset(layer) {
    const image = document.querySelector('[data-picture="' + layer.part + '"]');
    if (!image) return;
    clearTimeout(insets[layer.part]);
    insets[layer.part] = setTimeout(() => image.setAttribute("href", layer.canvas.toDataURL()), 200);
  }

  // Cells true to scale are fetched for a part that is looked at; the overview for all, since insets show it.
  function seen(part, scale) {
    return scale === "overview" || map.getBounds().intersects(part.bounds);
  }

  // Show what this zoom asks for; while it is on its way, what there is stays.
  function show() {
    if (!before) return;
    const scale = window.choiceMap.scale(), other = scale === "overview" ? "detail" : "overview";
    for (const part of window.map_data.parts) {
      const name = part.id + "/" + scale, layer = layers[name];
      if (!layer) {
        if (seen(part, scale)) load(name);
        continue;
      }
      if (layer.stale) paint(layer);
      layer.overlay.setOpacity(map.getZoom() >= 14 ? 0.7 : 1);
      if (!map.hasLayer(layer.overlay)) layer.overlay.addTo(map);
      layers[part.id + "/" + other]?.overlay.remove();
    }
    if (!state.painted && window.map_data.parts.every((part) => layers[part.id + "/" + scale] || !seen(part, scale))) {
      state.painted = true;
      window.choiceMap.draw();
      document.documentElement.dataset.cells = "ready";
    }
  }

  function repaint() {
    if (!before) return;
    shade();
    for (const layer of Object.values(layers)) if (layer) layer.stale = true;
    show();
  }

  function numbers(text, Kind) {
    return new Kind(Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)).buffer);
  }

  // Paint an effect's cells; null for none.
  function put(changed) {
    if (!before) return;
    after.set(before);
    if (changed) {
      const cell = numbers(changed.cell, Int32Array), now = numbers(changed.after, Uint8Array);
      for (let i = 0; i < cell.length; i++) after[cell[i]] = now[i];
    }
    repaint();
  }

  function look(name) {
    if (view === name) return;
    view = name;
    repaint();
  }

  async function start() {
    before = new Uint8Array(await bytes(edit.classes));
    after = before.slice();
    shade();
    show();
  }

  map.on("moveend zoomend", show);
  window.editData = edit;
  window.editCells = { put: put, look: look, ready: start() };
})();
