// A click in a single file: the words of the 100 m cell, read from the file itself.
(function () {
  "use strict";

  const { page } = window.choiceMap;
  const source = page.cells;
  if (!source) return;
  const SIDE = 100, HALF = SIDE / 2;
  const metres = new Intl.NumberFormat(page.lang === "da" ? "da-DK" : "en-GB", { maximumFractionDigits: 0 });
  let cells = null;

  // ETRS89 / UTM zone 32N (EPSG:25832) of degrees, to the millimetre here: Krueger's series on GRS 80.
  function inside(lat, lng) {
    const a = 6378137, f = 1 / 298.257222101, n = f / (2 - f), e = Math.sqrt(f * (2 - f));
    const alpha = [n / 2 - (2 / 3) * n ** 2 + (5 / 16) * n ** 3, (13 / 48) * n ** 2 - (3 / 5) * n ** 3, (61 / 240) * n ** 3];
    const radius = (a / (1 + n)) * (1 + n ** 2 / 4 + n ** 4 / 64);
    const phi = (lat * Math.PI) / 180, lambda = ((lng - 9) * Math.PI) / 180;
    const t = Math.sinh(Math.atanh(Math.sin(phi)) - e * Math.atanh(e * Math.sin(phi)));
    const xi = Math.atan2(t, Math.cos(lambda)), eta = Math.atanh(Math.sin(lambda) / Math.hypot(1, t));
    const sum = (one, other, at) => alpha.reduce((total, factor, j) => total + factor * one(2 * (j + 1) * xi) * other(2 * (j + 1) * eta), at);
    return { x: 500000 + 0.9996 * radius * sum(Math.cos, Math.sinh, eta), y: 0.9996 * radius * sum(Math.sin, Math.cosh, xi) };
  }

  async function read() {
    const packed = Uint8Array.from(atob(source.cells), (sign) => sign.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    const bytes = await new Response(stream).arrayBuffer();
    const n = source.count;
    cells = { x: new Int32Array(bytes, 0, n), y: new Int32Array(bytes, 4 * n, n), codes: source.sentences.map((_, line) => new Uint16Array(bytes, 8 * n + 2 * n * line, n)) };
    document.documentElement.dataset.words = "ready";
  }

  // The inhabited cell whose middle is nearest to a point, and how far that is.
  function nearest(at) {
    let best = -1, least = Infinity;
    for (let i = 0; i < cells.x.length; i += 1) {
      const dx = cells.x[i] * SIDE + HALF - at.x, dy = cells.y[i] * SIDE + HALF - at.y, away = dx * dx + dy * dy;
      if (away < least) { least = away; best = i; }
    }
    const inhabited = Math.max(Math.abs(cells.x[best] * SIDE + HALF - at.x), Math.abs(cells.y[best] * SIDE + HALF - at.y)) <= HALF;
    return { cell: best, away: Math.sqrt(least), inhabited: inhabited };
  }

  // Title and lines of the place, as the service would answer; null until the cells are read.
  function words(latlng) {
    if (!cells || !cells.x.length) return null;
    const found = nearest(inside(latlng.lat, latlng.lng));
    const [title, ...lines] = source.sentences.map((known, line) => known[cells.codes[line][found.cell]]);
    if (!found.inhabited) lines[lines.length - 1] = source.nobody.replace("{m}", metres.format(found.away) + "\u00a0m");
    return { title: title, lines: lines.filter(Boolean) };
  }

  window.cellWords = { at: words, inside: inside, ready: read() };
})();
