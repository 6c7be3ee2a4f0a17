// Premises on the map: a dark square with its rank; the best keep their number at every zoom.
(function () {
  "use strict";

  const { map, page, state, popup } = window.choiceMap;
  const NUMBER_ZOOM = 11, SHOW_ZOOM = 13;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const group = L.layerGroup().addTo(map);
  const byId = new Map();

  function icon(one, large) {
    const named = one.rank && (large || one.rank <= page.top);
    const side = named ? 26 : 12;
    const box = document.createElement("span");
    box.textContent = named ? String(one.rank) : "";
    return L.divIcon({ className: "premises-mark" + (one.rank ? "" : " failing") + (named ? " named" : ""), html: box, iconSize: [side, side] });
  }

  function draw() {
    const large = map.getZoom() >= NUMBER_ZOOM;
    byId.forEach((marker, id) => marker.setIcon(icon(marker.options.one, large)));
  }

  function speak(one) {
    popup(one.at, [{ title: one.title, lines: one.lines }]);
    state.own.premises = one.id;
    document.querySelectorAll(".premises-card").forEach((card) => card.classList.toggle("chosen", card.id === "premises-" + one.id));
    map.fire("chosen");
  }

  page.premises.forEach((one, index) => {
    const marker = L.marker(one.at, { one: one, icon: icon(one, false), pane: "premises", keyboard: false, title: one.title, zIndexOffset: index, bubblingMouseEvents: false });
    marker.on("click", () => speak(one));
    byId.set(one.id, marker);
    group.addLayer(marker);
  });

  document.querySelectorAll("[data-premises]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const one = byId.get(button.dataset.premises).options.one;
      map.setView(one.at, Math.max(map.getZoom(), SHOW_ZOOM), { animate: !still });
      speak(one);
    });
  });

  document.querySelectorAll('[data-action="show-rest"]').forEach((button) => {
    const list = button.parentElement.querySelector(".premises-list");
    list.classList.add("collapsed");
    button.hidden = false;
    button.addEventListener("click", () => {
      list.classList.remove("collapsed");
      button.setAttribute("aria-expanded", "true");
      button.hidden = true;
      list.querySelector(".rest summary")?.focus();
    });
  });

  map.on("zoomend", draw);
  draw();
  const first = state.own.premises && byId.get(state.own.premises);
  if (first) {
    if (state.z === null) map.setView(first.options.one.at, SHOW_ZOOM, { animate: false });
    speak(first.options.one);
  }
})();
