// Markers of a scenario: dragged by the mouse with a ghost where they were, moved by arrow keys, removed by Delete.
(function () {
  "use strict";

  const { map, state } = window.choiceMap;
  const edit = window.editData;
  const SIZE = 34, METRES_A_DEGREE = 111320, STEPS_WITH_SHIFT = 10;
  const NEW = "#5b2a86", CLOSED = "#8c510a";
  const ARROWS = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
  const made = new Map();
  let ghost = null;

  map.createPane("scenario").style.zIndex = 650;

  function drawn(change) {
    return change.kind === "open" || change.kind === "move";
  }

  function shape(change, letter) {
    const open = '<svg width="34" height="34" viewBox="-17 -17 34 34" aria-hidden="true">';
    if (drawn(change)) return open + '<rect x="-10" y="-10" width="20" height="20" transform="rotate(45)" fill="' + NEW + '" stroke="#fff" stroke-width="2"/><text y="5" text-anchor="middle" font-size="14" font-weight="700" fill="#fff">' + letter + "</text></svg>";
    if (change.kind === "close") return open + '<circle r="11" fill="#fff" stroke="' + CLOSED + '" stroke-width="3"/><path d="M-5 -5L5 5M5 -5L-5 5" stroke="' + CLOSED + '" stroke-width="3"/></svg>';
    return open + '<circle r="11" fill="none" stroke="' + NEW + '" stroke-width="3"/></svg>';
  }

  function at(change) {
    return drawn(change) ? [change.lat, change.lon] : change.from;
  }

  // A place some steps north and east.
  function moved(from, north, east, metres) {
    const step = metres / METRES_A_DEGREE;
    return L.latLng(from.lat + north * step, from.lng + (east * step) / Math.cos((from.lat * Math.PI) / 180));
  }

  function haunt(from) {
    const style = { pane: "scenario", interactive: false, color: NEW, weight: 2, dashArray: "4 4", fill: false };
    ghost = { from: from, ring: L.circleMarker(from, { ...style, radius: 12 }).addTo(map), line: L.polyline([from, from], style).addTo(map) };
  }

  function layToRest() {
    ghost?.ring.remove();
    ghost?.line.remove();
    ghost = null;
  }

  function listen(marker, change, told) {
    marker.on("dragstart", () => { state.quiet = true; haunt(marker.getLatLng()); told.began(); });
    marker.on("drag", () => ghost.line.setLatLngs([ghost.from, marker.getLatLng()]));
    marker.on("dragend", () => { const began = performance.now(); layToRest(); setTimeout(() => { state.quiet = false; }); told.moved(change.id, marker.getLatLng(), { began: began }); });
    marker.getElement().addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key in ARROWS && drawn(change)) {
        marker.setLatLng(moved(marker.getLatLng(), ...ARROWS[event.key], edit.step_m * (event.shiftKey ? STEPS_WITH_SHIFT : 1)));
        told.moved(change.id, marker.getLatLng(), { keys: true });
      } else if (event.key === "Delete" || event.key === "Backspace") told.removed(change.id);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  function add(change, letter, told) {
    const icon = L.divIcon({ className: "scenario-marker" + (drawn(change) ? " drawn" : ""), html: shape(change, letter), iconSize: [SIZE, SIZE], iconAnchor: [SIZE / 2, SIZE / 2] });
    const marker = L.marker(at(change), { icon: icon, pane: "scenario", draggable: drawn(change), autoPan: drawn(change), keyboard: true, bubblingMouseEvents: false }).addTo(map);
    listen(marker, change, told);
    made.set(change.id, marker);
    return marker;
  }

  // Markers as the changes have them; one that stays keeps its element, and so the focus.
  function show(changes, letters, words, told) {
    for (const [id, marker] of made) {
      if (changes.some((one) => one.id === id)) continue;
      marker.remove();
      made.delete(id);
    }
    for (const change of changes) {
      if (!at(change)) continue;
      const letter = letters.get(change.id), marker = made.get(change.id) || add(change, letter, told);
      marker.setLatLng(at(change));
      const element = marker.getElement(), text = element.querySelector("text");
      if (text) text.textContent = letter;
      element.setAttribute("aria-label", words(change, letter));
      element.title = words(change, letter);
    }
  }

  window.scenarioMarkers = {
    show: show,
    symbol: shape,
    focus: (id) => made.get(id)?.getElement().focus({ preventScroll: true }),
    position: (id) => made.get(id)?.getLatLng(),
  };
})();
