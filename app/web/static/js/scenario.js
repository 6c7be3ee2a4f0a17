// What the page asks of the service, and what this tab remembers: effects, saved scenarios, places.
(function () {
  "use strict";

  const { page } = window.choiceMap;
  const LANG = "lang=" + page.lang;
  const KEY = "laegevalg.scenario." + location.pathname;
  const known = new Map();
  let going = null;

  // An answer, or its problem: title, detail, status; status 0 where there is no connection.
  async function ask(address, options) {
    let answer;
    try {
      answer = await fetch(address, { headers: { Accept: "application/json", "Content-Type": "application/json" }, ...options });
    } catch (error) {
      throw error.name === "AbortError" ? error : { status: 0 };
    }
    const body = await answer.json().catch(() => ({}));
    if (!answer.ok) throw { status: answer.status, title: body.title || "", detail: body.detail || "", type: body.type || "" };
    return body;
  }

  function post(address, body, signal) {
    return ask(address + "?" + LANG, { method: "POST", body: JSON.stringify(body), signal: signal });
  }

  // The effect of the changes on screen; the question before is dropped when another comes.
  function effect(document) {
    going?.abort();
    going = new AbortController();
    return post("/api/what-if", document, going.signal);
  }

  // The effect of a saved scenario, asked once.
  async function effectOf(hash, document) {
    if (!known.has(hash)) known.set(hash, await post("/api/what-if", document));
    return known.get(hash);
  }

  function remember(content) {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(content));
    } catch (error) {
      // A tab without storage forgets.
    }
  }

  function remembered() {
    try {
      return JSON.parse(sessionStorage.getItem(KEY)) || {};
    } catch (error) {
      return {};
    }
  }

  window.scenarioService = {
    effect: effect,
    drop: () => going?.abort(),
    effectOf: effectOf,
    save: (name, document) => post("/api/scenarios", { name: name, ...document }),
    saved: (hash) => ask("/api/scenarios/" + encodeURIComponent(hash) + "?" + LANG),
    find: (typed) => ask("/api/find?" + new URLSearchParams({ q: typed, lang: page.lang })),
    remember: remember,
    remembered: remembered,
  };
})();
