// The map: which picture, symbols, labels and outlines are shown at this zoom and for this choice of layers.
(function () {
  "use strict";

  const DETAIL_ZOOM = 11;
  const DISTRICT_ZOOM = 12;
  const DETAILS = ["closed", "candidates"];
  const page = JSON.parse(document.getElementById("page-data").textContent);
  const map = window.map_laegevalg;
  const data = window.map_data;
  const state = page.state;
  Object.assign(data.pictures, page.pictures || {});
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const labelGroup = L.layerGroup().addTo(map);
  const lands = [window.geo_json_land, window.geo_json_outside];
  const openPoints = data.practices.filter((practice) => practice.intake === "open").map((practice) => practice.at);
  let symbols = null;

  function surface() {
    return page.travelled.includes(state.layer) ? state.layer + "_" + state.mode : state.layer;
  }

  function toggle(layer, on) {
    if (!layer) return;
    if (on) layer.addTo(map);
    else layer.remove();
  }

  // Which of the two pictures of each part this zoom shows.
  function scaleNow() {
    return map.getZoom() < DETAIL_ZOOM ? "overview" : "detail";
  }

  function drawPictures() {
    const scale = scaleNow();
    for (const part of data.parts) {
      for (const each of ["overview", "detail"]) {
        const overlay = window["image_overlay_" + part.id + "_" + each];
        if (each === scale && !state.painted) overlay.setUrl(data.pictures[surface() + "/" + part.id + "/" + each]);
        overlay.setOpacity(map.getZoom() >= 14 ? 0.7 : 1);
        toggle(overlay, each === scale && !state.painted);
      }
      if (!state.painted) document.querySelectorAll('[data-picture="' + part.id + '"]').forEach((image) => {
        image.setAttribute("href", data.pictures[surface() + "/" + part.id + "/overview"]);
      });
    }
  }

  function drawSymbols() {
    const detail = map.getZoom() >= DETAIL_ZOOM;
    mapSymbols.resize(symbols, map.getZoom());
    toggle(symbols.open, state.show.includes("open"));
    toggle(symbols.closed, detail && state.show.includes("closed"));
  }

  function drawOutlines() {
    toggle(window.geo_json_little_choice, state.show.includes("areas"));
    toggle(window.geo_json_health_council, state.by === "health_council");
    toggle(window.geo_json_city_district, state.by === "city_district" || map.getZoom() >= DISTRICT_ZOOM);
  }

  function drawLegend() {
    document.querySelectorAll("[data-legend]").forEach((part) => { part.hidden = part.dataset.legend !== (state.legend || surface()); });
    document.querySelectorAll(".symbols [data-symbol]").forEach((item) => {
      const kind = item.dataset.symbol === "dispensation" ? "closed" : item.dataset.symbol;
      item.hidden = !state.show.includes(kind) || (DETAILS.includes(kind) && map.getZoom() < DETAIL_ZOOM);
    });
    document.querySelectorAll(".inset [data-symbol]").forEach((item) => { item.toggleAttribute("hidden", !state.show.includes(item.dataset.symbol)); });
    document.querySelectorAll("[data-overview-note]").forEach((note) => { note.hidden = map.getZoom() >= DETAIL_ZOOM; });
  }

  // An island that is in view needs no inset.
  function drawInsets() {
    document.querySelectorAll(".inset [data-part]").forEach((button) => {
      button.closest(".inset").hidden = map.getBounds().contains(bounds(button.dataset.part).getCenter());
    });
  }

  function drawLabels() {
    drawInsets();
    mapLabels.draw(map, labelGroup, { labels: data.labels, lands: lands, points: state.show.includes("open") ? openPoints : [], areas: state.show.includes("areas"), speak: speakArea });
  }

  function draw() {
    drawPictures();
    drawOutlines();
    drawSymbols();
    drawLegend();
    drawLabels();
    map.fire("drawn");
  }

  // A background of somebody else's tiles, where the service is told of one: greyed, in place of our own land and roads.
  function drawBackground() {
    if (!data.background) return;
    for (const name of ["land", "outside", "roads"]) toggle(window["geo_json_" + name], false);
    L.tileLayer(data.background.url, { className: "background-tiles", maxZoom: map.getMaxZoom() }).addTo(map);
    document.querySelectorAll(".credits, .credits-line").forEach((line) => { line.textContent = data.background.credit + " · " + line.textContent; });
  }

  // A popup from plain text only: a title, lines and a foot for each paragraph.
  function popup(at, paragraphs, foot) {
    const box = document.createElement("div");
    const add = (tag, text, name) => {
      const element = document.createElement(tag);
      element.textContent = text;
      if (name) element.className = name;
      box.appendChild(element);
    };
    for (const paragraph of paragraphs) {
      add("h3", paragraph.title);
      paragraph.lines.forEach((line) => add("p", line));
    }
    if (foot) add("p", foot, "foot");
    if (page.banner) add("p", page.banner, "foot");
    return L.popup({ maxWidth: 320, autoPanPadding: [16, 16] }).setLatLng(at).setContent(box).openOn(map);
  }

  function speakArea(label) {
    const area = data.little.find((one) => one.id === label.id);
    popup(label.at, [{ title: label.text + ": " + area.people, lines: [area.reason] }]);
  }

  let clicked = null;

  // What a click on a symbol opens; the map below it is not asked.
  function speakPoint(point, event) {
    clicked = event.originalEvent;
    popup(point.at, [point]);
  }

  function speakPractice(practice, event) {
    clicked = event.originalEvent;
    map.fire("practice", { practice: practice, popup: popup(practice.at, practice.practices, practice.foot) });
  }

  function bounds(id) {
    return L.latLngBounds(data.parts.find((part) => part.id === id).bounds);
  }

  // Corners of the outlines that the first view is about, in degrees.
  function outlineCorners() {
    const sites = (page.sites || []).map((site) => L.latLng(site.at));
    if (page.focus && sites.length) return sites;
    const layers = (page.focus ? window["geo_json_" + state.by] : window.geo_json_municipality).getLayers();
    const wanted = page.focus ? layers.filter((layer) => layer.feature.id === state.area) : layers;
    const corners = wanted.flatMap((layer) => layer.getLatLngs().flat(Infinity));
    const view = L.latLngBounds(page.focus || data.parts[0].bounds);
    return corners.filter((corner) => view.contains(corner)).concat(sites);
  }

  // The place of the map where legend, inset and controls cover least of the outlines: among a few zooms and shifts.
  function leastCovered(target) {
    const size = map.getSize(), over = mapLabels.obstacles(map), corners = outlineCorners();
    const largest = map.getBoundsZoom(target, false, L.point(12, 12));
    let best = null;
    for (const zoom of [largest, largest - 0.25, largest - 0.5]) {
      const points = corners.map((corner) => map.project(corner, zoom));
      const middle = map.project(target.getCenter(), zoom);
      const spare = size.x - (map.project(target.getNorthEast(), zoom).x - map.project(target.getSouthWest(), zoom).x);
      const most = Math.max(0, spare / 2 - 6);
      for (let shift = -most; shift <= most; shift += 8) {
        const left = middle.x - size.x / 2 - shift, top = middle.y - size.y / 2;
        const covered = points.filter((point) => over.some((box) => point.x - left > box.x && point.x - left < box.x + box.w && point.y - top > box.y && point.y - top < box.y + box.h)).length;
        const cost = covered / (points.length || 1) + (largest - zoom) * 0.2 + Math.abs(shift) / 100000;
        if (!best || cost < best.cost) best = { cost: cost, zoom: zoom, centre: map.unproject(middle.subtract([shift, 0]), zoom) };
      }
    }
    return best;
  }

  function home() {
    if (state.z !== null) return map.setView([state.lat, state.lon], state.z, { animate: false });
    const target = L.latLngBounds(page.focus || data.parts[0].bounds);
    map.setView(target.getCenter(), 9, { animate: false });
    const place = leastCovered(target);
    return map.setView(place.centre, place.zoom, { animate: false });
  }

  function translate() {
    const words = page.words;
    L.control.zoom({ zoomInTitle: words.zoom_in, zoomOutTitle: words.zoom_out }).addTo(map);
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);
    const container = map.getContainer();
    container.setAttribute("role", "application");
    container.setAttribute("aria-label", words.label);
    map.on("popupopen", (event) => {
      const close = event.popup.getElement().querySelector(".leaflet-popup-close-button");
      close.setAttribute("aria-label", words.close);
      close.title = words.close;
    });
  }

  function emphasise() {
    const layer = state.area && window["geo_json_" + state.by];
    if (!layer) return;
    layer.eachLayer((outline) => {
      if (outline.feature.id === state.area) L.polygon(outline.getLatLngs(), { pane: "little-choice", interactive: false, fill: false, color: "#0b3c5d", weight: 3.5 }).addTo(map);
    });
  }

  document.addEventListener("pointerdown", () => document.documentElement.classList.add("pointing"), true);
  document.addEventListener("keydown", () => document.documentElement.classList.remove("pointing"), true);
  symbols = mapSymbols.layers(data.practices, speakPractice);
  if (still) {
    map.options.zoomAnimation = false;
    map.options.fadeAnimation = false;
  }
  translate();
  drawBackground();
  home();
  emphasise();
  draw();
  map.on("zoomend", draw);
  map.on("moveend resize", drawLabels);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !document.querySelector(".leaflet-popup")) return;
    map.closePopup();
    map.getContainer().focus({ preventScroll: true });
  });
  document.querySelectorAll("[data-part]").forEach((button) => {
    button.addEventListener("click", () => {
      map.fitBounds(bounds(button.dataset.part), { animate: !still });
    });
  });

  // A page laid out for paper is printed when its pictures are drawn.
  function print() {
    if (!page.print) return;
    const pictures = Array.from(document.querySelectorAll(".cells-picture"));
    Promise.all(pictures.map((image) => image.decode().catch(() => null))).then(() => {
      document.documentElement.dataset.ready = "print";
      window.print();
    });
  }

  window.choiceMap = {
    map: map,
    print: print,
    page: page,
    state: state,
    draw: draw,
    popup: popup,
    speakPoint: speakPoint,
    home: home,
    still: still,
    scale: scaleNow,
    wasClicked: (event) => event === clicked,
  };
})();
