// The page around the map: what a click asks, what the form switches, and an address that holds what is seen.
(function () {
  "use strict";

  const { map, page, state, draw, popup, wasClicked } = window.choiceMap;
  const status = document.getElementById("status");
  const DEFAULTS = page.defaults;
  const LOADING_AFTER = 300;
  const given = new URLSearchParams(location.search);
  if (state.own.edit) for (const name of Object.keys(state.own)) state.own[name] = given.get(name) || state.own[name];
  let asked = 0;

  function say(text, error) {
    status.hidden = !text;
    status.textContent = text || "";
    status.classList.toggle("error", Boolean(error));
  }

  // ---- address ----
  function address() {
    const query = new URLSearchParams();
    const put = (name, value) => { if (value !== null && String(value) !== String(DEFAULTS[name])) query.set(name, value); };
    put("by", state.by);
    put("area", state.area || "");
    put("layer", state.layer);
    if (page.travelled.includes(state.layer)) put("mode", state.mode);
    put("show", state.show.join(","));
    Object.entries(state.own).forEach(([name, value]) => { if (value) query.set(name, value); });
    if (state.moved) {
      const centre = map.getCenter();
      query.set("z", map.getZoom());
      query.set("lat", centre.lat.toFixed(4));
      query.set("lon", centre.lng.toFixed(4));
    }
    put("lang", page.lang);
    const text = query.toString();
    return location.pathname + (text ? "?" + text : "");
  }

  function remember(push) {
    if (page.single) return;
    history[push ? "pushState" : "replaceState"](null, "", address());
    document.querySelectorAll("[data-address]").forEach((element) => { element.textContent = location.href; });
    document.querySelectorAll('[data-action="print"]').forEach((link) => {
      const target = new URL(address(), location.origin);
      target.searchParams.set("print", "a4");
      link.href = target.pathname + target.search;
    });
    document.querySelectorAll(".tools a[hreflang]").forEach((link) => {
      const target = new URL(address(), location.origin);
      if (link.hreflang === "da") target.searchParams.delete("lang");
      else target.searchParams.set("lang", link.hreflang);
      link.href = target.pathname + target.search;
    });
  }

  // ---- a click asks about the place ----
  function areaAt(at) {
    const found = window.geo_json_municipality.getLayers().find((layer) => mapLabels.inside(layer, at));
    return found && window.map_data.areas[found.feature.id];
  }

  function offline(at) {
    const area = areaAt(at);
    if (area) popup(at, [window.cellWords?.at(at) || area]);
    return area;
  }

  async function ask(at) {
    const mine = ++asked;
    const late = setTimeout(() => say(page.words.loading), LOADING_AFTER);
    try {
      const query = new URLSearchParams({ lon: at.lng.toFixed(6), lat: at.lat.toFixed(6), lang: page.lang, outside: "answer" });
      const answer = await fetch("/api/choice?" + query, { headers: { Accept: "application/json" } });
      const body = await answer.json();
      if (mine !== asked) return;
      say("");
      if (answer.ok) popup(at, [body.popup]);
      else popup(at, [{ title: body.title, lines: [body.detail] }]);
    } catch (error) {
      if (mine === asked && !offline(at)) say(page.words.net, true);
      else if (mine === asked) say(page.words.net, true);
    } finally {
      clearTimeout(late);
      if (mine === asked && status.textContent === page.words.loading) say("");
    }
  }

  map.on("click", (event) => {
    if (wasClicked(event.originalEvent) || state.quiet) return;
    if (page.single) offline(event.latlng);
    else ask(event.latlng);
  });
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== map.getContainer() || state.quiet) return;
    if (page.single) offline(map.getCenter());
    else ask(map.getCenter());
  });
  map.on("dragend zoomend", () => {
    if (!state.ready) return;
    state.moved = true;
    remember(false);
  });

  // ---- forms ----
  function readForm(form) {
    const chosen = new FormData(form);
    state.layer = chosen.get("layer");
    state.mode = chosen.get("mode");
    state.show = chosen.getAll("show");
    form.querySelector("[data-mode-row]").hidden = !page.travelled.includes(state.layer);
  }

  function fillForm(form) {
    form.querySelectorAll('[name="layer"]').forEach((radio) => { radio.checked = radio.value === state.layer; });
    form.querySelectorAll('[name="show"]').forEach((box) => { box.checked = state.show.includes(box.value); });
    form.querySelector('[name="mode"]').value = state.mode;
    form.querySelector("[data-mode-row]").hidden = !page.travelled.includes(state.layer);
  }

  document.querySelectorAll("[data-layer-form]").forEach((form) => {
    form.addEventListener("change", () => { readForm(form); draw(); remember(true); });
    form.addEventListener("submit", (event) => event.preventDefault());
    window.addEventListener("popstate", () => {
      const query = new URLSearchParams(location.search);
      if ((query.get("area") || "") !== (state.area || "") || (query.get("by") || DEFAULTS.by) !== state.by) return location.reload();
      state.layer = query.get("layer") || DEFAULTS.layer;
      state.mode = query.get("mode") || DEFAULTS.mode;
      state.show = (query.get("show") ?? DEFAULTS.show).split(",").filter(Boolean);
      fillForm(form);
      draw();
      remember(false);
    });
  });
  document.querySelectorAll("[data-by-form] select").forEach((select) => {
    select.addEventListener("change", () => {
      state.by = select.value;
      state.area = null;
      location.assign(address());
    });
  });

  // ---- table, sharing, paper ----
  document.querySelectorAll('[data-action="show-all"]').forEach((button) => {
    const table = button.parentElement.querySelector("table");
    table.classList.add("collapsed");
    button.hidden = false;
    button.addEventListener("click", () => {
      table.classList.remove("collapsed");
      button.setAttribute("aria-expanded", "true");
      button.hidden = true;
      table.querySelector(".rest a, .rest th")?.focus?.();
    });
  });
  document.querySelectorAll('[data-action="share"]').forEach((button) => {
    button.addEventListener("click", async () => {
      state.moved = true;
      remember(false);
      const target = new URL(location.href);
      target.searchParams.set("data", page.study);
      try {
        await navigator.clipboard.writeText(target.href);
        say(page.words.shared);
      } catch (error) {
        say(target.href);
      }
    });
  });
  window.choiceMap.print();

  remember(false);
  window.choiceMap.remember = remember;
  window.choiceMap.say = say;
  state.ready = true;
  document.documentElement.dataset.map = "ready";
})();
