// The 100 m cell under a resting pointer, in words: read from the one small vector tile it lies in, never drawn.
(function () {
  "use strict";

  const { map, page, state } = window.choiceMap;
  const FROM_ZOOM = 11, TILE_ZOOM = 13, SIDE = 256, REST_MS = 80, KEPT = 64;
  const tiles = new Map();
  let reader = null, waiting = 0, asked = 0;
  const tooltip = L.tooltip({ className: "cell-tip", offset: [14, 0], direction: "right" });

  function needReader() {
    if (!reader) {
      reader = new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = page.hover.reader;
        script.onload = () => resolve(window.Pbf.PbfReader);
        script.onerror = reject;
        document.head.append(script);
      });
    }
    return reader;
  }

  // ---- a tile's layer (MVT 2.1): keys, values and features with their tags and geometry ----
  function readValue(pbf) {
    let value = null;
    pbf.readMessage((field, _, from) => {
      value = field === 1 ? from.readString() : field === 2 ? from.readFloat() : field === 3 ? from.readDouble()
        : field === 7 ? from.readBoolean() : field === 6 ? from.readSVarint() : from.readVarint(true);
    }, null);
    return value;
  }

  function readFeature(field, feature, pbf) {
    if (field === 2) feature.tags = pbf.readPackedVarint();
    else if (field === 4) feature.geometry = pbf.readPackedVarint();
  }

  function readLayer(field, layer, pbf) {
    if (field === 2) layer.features.push(pbf.readMessage(readFeature, { tags: [], geometry: [] }));
    else if (field === 3) layer.keys.push(pbf.readString());
    else if (field === 4) layer.values.push(readValue(pbf));
    else if (field === 5) layer.extent = pbf.readVarint();
  }

  function readTile(bytes, Reader) {
    const layer = { features: [], keys: [], values: [], extent: 4096 };
    if (bytes.byteLength) {
      new Reader(new Uint8Array(bytes)).readFields((field, tile, pbf) => { if (field === 3) pbf.readMessage(readLayer, tile); }, layer);
    }
    return layer;
  }

  // Corners of a square's ring: moves and lines as zigzag steps.
  function corners(geometry) {
    const found = [];
    let x = 0, y = 0, at = 0;
    while (at < geometry.length) {
      const command = geometry[at] & 7, count = geometry[at] >> 3;
      at += 1;
      if (command === 7) continue;
      for (let i = 0; i < count; i += 1, at += 2) {
        x += (geometry[at] >> 1) ^ -(geometry[at] & 1);
        y += (geometry[at + 1] >> 1) ^ -(geometry[at + 1] & 1);
        found.push({ lat: y, lng: x });
      }
    }
    return found;
  }

  function cellAt(layer, x, y) {
    const at = { lat: y * layer.extent, lng: x * layer.extent };
    const feature = layer.features.find((one) => mapLabels.inRing(corners(one.geometry), at));
    if (!feature) return null;
    const cell = {};
    for (let i = 0; i < feature.tags.length; i += 2) cell[layer.keys[feature.tags[i]]] = layer.values[feature.tags[i + 1]];
    return cell;
  }

  async function tileAt(x, y) {
    const key = x + "/" + y;
    if (!tiles.has(key)) {
      if (tiles.size >= KEPT) tiles.delete(tiles.keys().next().value);
      tiles.set(key, (async () => {
        const [answer, Reader] = await Promise.all([fetch(page.hover.tiles + TILE_ZOOM + "/" + key + ".mvt?v=" + page.study.slice(0, 8)), needReader()]);
        if (!answer.ok) throw new Error(String(answer.status));
        return readTile(await answer.arrayBuffer(), Reader);
      })());
    }
    return tiles.get(key);
  }

  // ---- words ----
  const whole = new Intl.NumberFormat(page.lang === "da" ? "da-DK" : "en-GB");
  const tenth = new Intl.NumberFormat(page.lang === "da" ? "da-DK" : "en-GB", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

  function counted(words, n) {
    return words[Math.min(n, 2)].replace("{n}", whole.format(n));
  }

  function lines(cell) {
    const words = page.hover.words;
    const count = counted(words.open, cell.open_within_limit);
    const said = [words.title.replace("{count}", count).replace("{limit}", whole.format(cell.limit_m / 1000) + "\u00a0km")];
    if (cell.nearest_open_m !== undefined) said.push(words.nearest.replace("{d}", tenth.format(cell.nearest_open_m / 1000) + "\u00a0km"));
    if (cell.residents !== undefined) said.push(counted(words.residents, cell.residents));
    return said;
  }

  function show(at, cell) {
    const box = document.createElement("div");
    lines(cell).forEach((line) => {
      const part = document.createElement("div");
      part.textContent = line.charAt(0).toUpperCase() + line.slice(1);
      box.append(part);
    });
    tooltip.setContent(box).setLatLng(at);
    if (!map.hasLayer(tooltip)) map.openTooltip(tooltip);
  }

  async function rest(at, mine) {
    const point = map.project(at, TILE_ZOOM).divideBy(SIDE);
    const x = Math.floor(point.x), y = Math.floor(point.y);
    try {
      const cell = cellAt(await tileAt(x, y), point.x - x, point.y - y);
      if (mine !== asked) return;
      if (cell) show(at, cell);
      else map.closeTooltip(tooltip);
    } catch (error) {
      tiles.delete(x + "/" + y);
    }
  }

  function leave() {
    asked += 1;
    clearTimeout(waiting);
    map.closeTooltip(tooltip);
  }

  if (page.single || !page.hover || state.own.edit) return;
  map.on("mousemove", (event) => {
    leave();
    if (map.getZoom() < FROM_ZOOM || document.querySelector(".leaflet-popup, .leaflet-tooltip:not(.cell-tip)")) return;
    const mine = asked;
    waiting = setTimeout(() => rest(event.latlng, mine), REST_MS);
  });
  map.on("mouseout movestart zoomstart popupopen", leave);
})();
