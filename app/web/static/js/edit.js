// The what-if page: placing, moving, closing and opening practices, undone and redone, and their effect at once.
(function () {
  "use strict";

  const { map, page, state, remember } = window.choiceMap;
  const edit = window.editData, words = edit.words;
  const model = window.scenarioChanges, service = window.scenarioService, markers = window.scenarioMarkers;
  const shown = window.scenarioEffect, { say, element } = shown;
  const byId = (id) => document.getElementById(id);
  const KEYS_PAUSE = 120, ANNOUNCE_AFTER_KEYS = 400, PLACE_ZOOM = 12, LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const steps = model.history(edit.steps);
  const listeners = [];
  let good = [], answer = null, asked = 0, waiting = null, keysAt = 0, keysId = null, placing = false;

  // ---- words ----
  const announce = (() => {
    let later = null;
    return (text, wait) => {
      clearTimeout(later);
      later = setTimeout(() => { byId("edit-status").textContent = text; }, wait || 0);
    };
  })();

  function practiceOf(nr) {
    for (const symbol of window.map_data.practices) {
      const found = symbol.practices.find((one) => one.nr === nr);
      if (found) return { at: symbol.at, title: found.title, intake: found.intake };
    }
    return null;
  }

  function positionOf(nr) {
    return practiceOf(nr)?.at || null;
  }

  function placeName(lat, lon) {
    const there = L.latLng(lat, lon);
    const named = window.map_data.labels.filter((label) => !["little", "sea", "station"].includes(label.kind));
    const distance = (label) => there.distanceTo(label.at);
    return named.reduce((best, label) => (!best || distance(label) < distance(best) ? label : best), null)?.text || "";
  }

  function saidOf(change) {
    const slots = { nr: change.nr, n: change.capacities, place: change.lat === undefined ? "" : placeName(change.lat, change.lon) };
    if (change.kind === "open") return say("said_new", slots);
    if (change.kind === "move") return say(model.counts(change) ? "said_move" : "said_moving", slots);
    if (change.kind === "close") return say("said_close", slots);
    if (change.kind === "capacity") return say("said_capacity", slots);
    return say(change.to === "open" ? "said_open" : "said_shut", slots);
  }

  function letters() {
    return new Map(steps.now.map((change, i) => [change.id, LETTERS[i % LETTERS.length] + (i < LETTERS.length ? "" : Math.floor(i / LETTERS.length))]));
  }

  // ---- errors, where the user is ----
  function trouble(problem, again) {
    const box = byId("edit-error");
    box.hidden = !problem;
    box.replaceChildren();
    if (!problem) return;
    if (problem.title) box.append(element("strong", problem.title));
    box.append(element("p", problem.detail));
    if (!again) return;
    const button = element("button", words.again, { type: "button", class: "button" });
    button.addEventListener("click", again);
    box.append(button);
  }

  function problemOf(error) {
    if (!error.status) return { detail: words.net };
    if (error.type.endsWith("-outside")) return { title: error.title, detail: words.outside };
    return { title: error.title, detail: error.detail };
  }

  // ---- drawing ----
  function drawList() {
    const named = letters(), list = byId("changes");
    byId("changes-title").textContent = say("changes", { n: steps.now.length });
    byId("clear-row").hidden = steps.now.length === 0;
    list.replaceChildren(...steps.now.map((change) => {
      const line = element("li"), said = saidOf(change), letter = named.get(change.id);
      const mark = element("span", undefined, { class: "mark" });
      mark.innerHTML = markers.symbol(change, letter).replace('width="34" height="34"', 'width="24" height="24"');
      const remove = element("button", words.remove, { type: "button", class: "plain link", "aria-label": say("remove_what", { what: said }) });
      remove.addEventListener("click", () => removed(change.id));
      line.append(mark, element("span", letter + " " + said, { class: "what" }), remove);
      return line;
    }));
    byId("undo").disabled = steps.past === 0;
    byId("redo").disabled = steps.future === 0;
    const label = (change, letter) => say(["open", "move"].includes(change.kind) ? "marker" : "marker_fixed", { letter: letter, what: saidOf(change) });
    markers.show(steps.now, named, label, { began: () => byId("effect").classList.add("dim"), moved: moved, removed: removed });
  }

  function viewNow() {
    return state.own.view || (steps.now.some(model.counts) ? "change" : "before");
  }

  function drawView() {
    const view = viewNow();
    state.legend = view === "change" ? "change" : "choice";
    document.querySelectorAll("[data-view]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.view === view)));
    document.querySelectorAll("[data-legend]").forEach((part) => { part.hidden = part.dataset.legend !== state.legend; });
    window.editCells.look(view);
  }

  function drawEffect() {
    byId("effect").classList.remove("dim");
    shown.headline(answer);
    if (!listeners.some((drawn) => drawn())) {
      if (answer) shown.table(answer);
      else shown.hide();
    }
  }

  // ---- asking ----
  async function ask(began, wait) {
    const mine = ++asked, document = model.documentOf(steps.now, page.study), changes = steps.now;
    if (!document.changes.length) {
      service.drop();
      return show(null, changes);
    }
    try {
      const found = await service.effect(document);
      if (mine !== asked) return null;
      trouble(null);
      show(found, changes, began);
      announce(found.sentences.join(" "), wait);
    } catch (error) {
      if (mine !== asked || error.name === "AbortError") return null;
      byId("effect").classList.remove("dim");
      if (error.status >= 400 && error.status < 500 && error.status !== 429) {
        steps.refuse(good);
        changed({ silent: true });
      }
      trouble(problemOf(error), error.status && error.status < 500 ? null : () => ask());
    }
    return null;
  }

  function show(found, changes, began) {
    good = changes;
    answer = found;
    drawView();
    window.editCells.put(found && found.cells);
    drawEffect();
    if (began === undefined) return;
    requestAnimationFrame(() => setTimeout(() => performance.measure("what-if", { start: began, end: performance.now() })));
  }

  // After every change of the list: draw it, remember it, ask what it does.
  function changed(how) {
    const { began, keys, silent } = how || {};
    drawList();
    drawView();
    keep();
    clearTimeout(waiting);
    if (silent) return;
    if (keys) waiting = setTimeout(() => ask(undefined, ANNOUNCE_AFTER_KEYS - KEYS_PAUSE), KEYS_PAUSE);
    else ask(began);
  }

  function keep() {
    window.scenarioSaved.mark();
    service.remember({ ...service.remembered(), changes: steps.now, study: page.study });
    remember(false);
  }

  function commit(changes, how) {
    trouble(null);
    steps.put(changes, how?.joined);
    changed(how);
  }

  // ---- what can be done ----
  function place(at, how) {
    leavePlacing();
    const change = model.make("open", { lat: at.lat, lon: at.lng });
    commit([...steps.now, change], how);
    markers.focus(change.id);
  }

  function moved(id, at, how) {
    const soon = how.keys && keysId === id && performance.now() - keysAt < ANNOUNCE_AFTER_KEYS * 2;
    keysAt = how.keys ? performance.now() : 0;
    keysId = how.keys ? id : null;
    const there = { lat: Number(at.lat.toFixed(5)), lon: Number(at.lng.toFixed(5)) };
    commit(steps.now.map((one) => (one.id === id ? { ...one, ...there } : one)), { ...how, joined: soon });
  }

  function removed(id) {
    const index = steps.now.findIndex((one) => one.id === id);
    commit(steps.now.filter((one) => one.id !== id));
    const next = steps.now[Math.min(index, steps.now.length - 1)];
    if (next) markers.focus(next.id);
    else byId("place").focus();
  }

  function practice(kind, nr) {
    const at = positionOf(nr), began = performance.now();
    const fields = { nr: nr, from: at };
    if (kind === "move") Object.assign(fields, { lat: at[0], lon: at[1] });
    if (kind === "intake") fields.to = "open";
    const change = model.make(kind, fields);
    map.closePopup();
    bring(at);
    commit(model.withPractice(steps.now, change), { began: began });
    markers.focus(change.id);
  }

  function bring(at) {
    if (!map.getBounds().pad(-0.1).contains(at)) map.setView(at, Math.max(map.getZoom(), PLACE_ZOOM), { animate: false });
  }

  function undo() {
    steps.undo();
    trouble(null);
    announce(words.undone);
    changed();
  }

  function redo() {
    steps.redo();
    trouble(null);
    announce(words.redone);
    changed();
  }

  // ---- placing ----
  function startPlacing() {
    placing = state.quiet = true;
    map.closePopup();
    byId("place").setAttribute("aria-pressed", "true");
    document.documentElement.classList.add("edit-placing");
    window.choiceMap.say(words.placing);
    map.getContainer().focus({ preventScroll: true });
  }

  function leavePlacing() {
    if (!placing) return;
    placing = false;
    byId("place").setAttribute("aria-pressed", "false");
    document.documentElement.classList.remove("edit-placing");
    window.choiceMap.say("");
    setTimeout(() => { state.quiet = false; });
  }

  byId("place").addEventListener("click", () => (placing ? leavePlacing() : startPlacing()));
  map.on("click", (event) => { if (placing) place(event.latlng, { began: performance.now() }); });
  map.getContainer().addEventListener("keydown", (event) => {
    if (event.key === "Enter" && placing && event.target === map.getContainer()) place(map.getCenter());
  });

  // ---- an existing practice ----
  function actions(one) {
    const box = element("div", undefined, { class: "popup-actions", role: "group", "aria-label": one.title });
    const add = (key, kind) => {
      const button = element("button", words[key], { type: "button" });
      button.addEventListener("click", () => practice(kind, one.nr));
      box.append(button);
    };
    const mine = steps.now.filter((change) => change.nr === one.nr);
    const has = (kind) => mine.some((change) => change.kind === kind);
    if (!has("close")) add("close", "close");
    if (!has("move")) add("move", "move");
    if (one.intake !== "open" && !has("intake")) add("open", "intake");
    return box;
  }

  map.on("practice", (event) => {
    if (placing) return place(L.latLng(event.practice.at), { began: performance.now() });
    const box = event.popup.getContent(), heads = [...box.querySelectorAll("h3"), box.querySelector(".foot")];
    event.practice.practices.forEach((one, i) => box.insertBefore(actions(one), heads[i + 1] || null));
    event.popup.update();
    return null;
  });

  // ---- place by text ----
  function hit(one) {
    const line = element("li"), what = element("span", one.name, { class: "what" });
    if (one.about) what.append(element("span", one.about, { class: "cause" }));
    line.append(what);
    if (one.kind === "practice") line.append(actions({ nr: one.ydernummer, title: one.name, intake: one.intake }));
    else {
      const button = element("button", words.place_here, { type: "button", class: "button" });
      button.addEventListener("click", () => {
        bring([one.lat, one.lon]);
        place(L.latLng(one.lat, one.lon), { began: performance.now() });
      });
      line.append(button);
    }
    return line;
  }

  byId("find").addEventListener("submit", async (event) => {
    event.preventDefault();
    const typed = byId("find-text").value.trim(), list = byId("found");
    if (!typed) return;
    try {
      const { found } = await service.find(typed);
      trouble(found.length ? null : { detail: say("find_none", { q: typed }) });
      list.replaceChildren(...found.map(hit));
      list.hidden = !found.length;
      if (found.length) announce(say("found_n", { n: found.length }));
    } catch (error) {
      trouble(problemOf(error));
    }
  });

  // ---- undo, redo, clear, views ----
  byId("undo").addEventListener("click", undo);
  byId("redo").addEventListener("click", redo);
  byId("clear").addEventListener("click", () => {
    if (!window.confirm(say("clear_ask", { n: steps.now.length }))) return;
    commit([]);
    byId("place").focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leavePlacing();
    if (!(event.ctrlKey || event.metaKey) || event.target.matches("input, textarea, select")) return;
    const key = event.key.toLowerCase();
    if (key === "z" && !event.shiftKey) undo();
    else if (key === "y" || key === "z") redo();
    else return;
    event.preventDefault();
  });
  document.querySelectorAll("[data-view]").forEach((button) => {
    button.addEventListener("click", () => {
      state.own.view = button.dataset.view;
      drawView();
      remember(true);
    });
  });
  byId("edit-by").addEventListener("change", (event) => {
    state.by = event.target.value;
    window.choiceMap.draw();
    drawEffect();
    remember(true);
  });

  window.scenarioEditor = {
    changes: () => steps.now,
    document: () => model.documentOf(steps.now, page.study),
    // Put a scenario's changes in the place of those on screen, which can be undone.
    load: (document, how) => {
      const changes = model.changesOf(document, positionOf);
      if (how?.first) steps.restore(changes);
      else steps.put(changes);
      trouble(null);
      changed();
    },
    restore: (changes) => {
      steps.restore(changes.map(({ id, kind, ...fields }) => model.make(kind, fields)));
      changed();
    },
    onDraw: (drawn) => listeners.push(drawn),
    drawEffect: drawEffect,
    drawView: drawView,
    announce: announce,
    trouble: (error) => trouble(error && problemOf(error)),
  };
  window.editCells.ready.then(() => window.editCells.put(answer && answer.cells), () => trouble({ detail: words.net }));
})();
