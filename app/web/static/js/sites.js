// The page of siting questions: sites and leeway on the map, before/after/change, and a job that closes in.
(function () {
  "use strict";

  const { map, page, state, draw, popup, home, scale } = window.choiceMap;
  const data = window.map_data;
  const NEW = "#5b2a86";
  const status = document.getElementById("status");
  let chosen = 0;

  function say(text) {
    status.hidden = !text;
    status.textContent = text || "";
  }

  // ---- sites ----
  function pane(name, z) {
    map.createPane(name).style.zIndex = z;
    return name;
  }

  function svg(number) {
    return '<svg class="diamond" width="34" height="34" viewBox="-17 -17 34 34" aria-hidden="true"><rect x="-10" y="-10" width="20" height="20" transform="rotate(45)"/><text y="5">' + Number(number) + "</text></svg>";
  }

  const rings = L.layerGroup().addTo(map);
  pane("leeway", 640);
  pane("sites", 650);
  const markers = new Map();

  function place() {
    rings.clearLayers();
    markers.forEach((marker) => marker.remove());
    markers.clear();
    chosen = 0;
    for (const site of page.sites) markers.set(site.number, placed(site));
  }

  function placed(site) {
    const times = site.practices > 1 ? '<span class="times">×' + Number(site.practices) + "</span>" : "";
    const icon = L.divIcon({ className: "site-marker", html: svg(site.number) + times, iconSize: [34, 34] });
    const marker = L.marker(site.at, { icon: icon, pane: "sites", title: site.title, riseOnHover: true }).addTo(map);
    marker.getElement().setAttribute("aria-label", site.title);
    marker.on("click", (event) => {
      L.DomEvent.stopPropagation(event);
      select(site.number);
      popup(site.at, [{ title: site.title, lines: site.lines }]);
    });
    return marker;
  }

  function show(view) {
    state.layer = view;
    state.legend = legendOf(view);
    document.querySelectorAll("[data-view]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.view === view)));
    draw();
  }

  // Before and after share the legend of the surroundings, which is the first.
  function legendOf(view) {
    const known = document.querySelector('[data-legend="' + view + '"]');
    return known ? view : document.querySelector("[data-legend]").dataset.legend;
  }

  function select(number) {
    chosen = chosen === number ? 0 : number;
    rings.clearLayers();
    document.querySelectorAll("[data-site]").forEach((item) => item.classList.toggle("chosen", Number(item.dataset.site) === chosen));
    document.querySelectorAll("[data-select]").forEach((button) => button.setAttribute("aria-pressed", String(Number(button.dataset.select) === chosen)));
    const site = page.sites.find((one) => one.number === chosen);
    if (!site) return show("change");
    for (const at of site.leeway) {
      rings.addLayer(L.circleMarker(at, { pane: "leeway", radius: 4, weight: 1.8, color: NEW, fillColor: "#fff", fillOpacity: 1, interactive: false }));
    }
    return show(page.single ? "change" : "site" + chosen);
  }

  function seek(number) {
    select(number);
    if (chosen) map.setView(markers.get(number).getLatLng(), Math.max(map.getZoom(), 10), { animate: false });
  }

  place();

  // ---- another placement ----
  const SWAPPED = ["#content", ".legend", ".tools", ".inset-map"];
  let here = location.search;

  // What its own page says is put in place of what stands here; map, streets and practices stay as they are.
  async function turn() {
    const search = here = location.search, began = performance.now();
    const answer = await fetch(location.pathname + search).catch(() => null);
    const other = new DOMParser().parseFromString(answer && answer.ok ? await answer.text() : "", "text/html");
    const told = other.getElementById("page-data");
    if (search !== here) return;
    if (!told) return location.reload();
    const { sites, pictures, focus } = JSON.parse(told.textContent);
    const scrolled = document.getElementById("content").scrollTop;
    for (const name of SWAPPED) {
      const fresh = other.querySelectorAll(name);
      document.querySelectorAll(name).forEach((part, i) => part.replaceWith(fresh[i]));
    }
    document.getElementById("content").scrollTop = scrolled;
    Object.assign(page, { sites: sites, focus: focus });
    Object.assign(data.pictures, pictures);
    map.closePopup();
    place();
    show("change");
    if (!sites.every((site) => map.getBounds().contains(site.at))) home();
    document.querySelector("#content .segments [aria-current]").focus({ preventScroll: true });
    await Promise.all(Array.from(document.querySelectorAll(".cells-picture"), (image) => image.decode().catch(() => null)));
    requestAnimationFrame(() => setTimeout(() => performance.measure("solution", { start: began, end: performance.now() })));
  }

  // Pictures of the other placements are painted and fetched one by one before they are asked for.
  async function foresee() {
    for (const address of (page.others || {})[scale()] || []) await Object.assign(new Image(), { src: address }).decode().catch(() => null);
  }

  window.addEventListener("popstate", () => { if (location.search !== here) turn(); });
  document.addEventListener("click", (event) => {
    const at = (name) => event.target.closest(name);
    const other = at("#content .segments a");
    if (other && !(event.ctrlKey || event.metaKey || event.shiftKey)) {
      event.preventDefault();
      history.pushState(null, "", other.href);
      turn();
    } else if (at("[data-view]")) show(at("[data-view]").dataset.view);
    else if (at("[data-select]")) seek(Number(at("[data-select]").dataset.select));
    else if (at('[data-action="share"]')) share();
  });

  // ---- a running job ----
  const running = document.querySelector("[data-running]");
  if (running) {
    const put = (name, text) => { if (text !== undefined) running.querySelector("[data-" + name + "]").textContent = text; };
    const news = new EventSource(running.dataset.running);
    const over = () => { news.close(); location.reload(); };
    news.addEventListener("progress", (event) => {
      const told = JSON.parse(event.data);
      put("found", told.words.found);
      put("ceiling", told.words.ceiling);
      put("elapsed", told.elapsed);
    });
    for (const kind of ["queued", "running", "resumed"]) {
      news.addEventListener(kind, (event) => put("state", JSON.parse(event.data).state));
    }
    for (const kind of ["done", "stopped", "failed"]) news.addEventListener(kind, over);
  }

  // ---- sharing ----
  async function share() {
    try {
      await navigator.clipboard.writeText(location.href);
      say(page.words.shared);
    } catch (error) {
      say(location.href);
    }
  }

  if (!page.print) foresee();
  window.choiceMap.print();
  document.documentElement.dataset.map = "ready";
})();
