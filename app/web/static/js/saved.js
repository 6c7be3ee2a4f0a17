// Saved scenarios: kept by the service under the hash of their content, shared by a link, compared side by side.
(function () {
  "use strict";

  const { page, state, remember } = window.choiceMap;
  const edit = window.editData, words = edit.words, service = window.scenarioService, model = window.scenarioChanges;
  const { say, element, comparison } = window.scenarioEffect;
  const byId = (id) => document.getElementById(id);
  const SHORT = 16, LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  let saved = [], comparing = false, columns = null;

  function current() {
    const now = model.content(window.scenarioEditor.document());
    return saved.find((one) => one.same && model.content(one.document) === now) || null;
  }

  function mark() {
    const one = window.scenarioEditor && window.scenarioEditor.changes().length ? current() : null;
    state.own.scenario = one ? one.hash.slice(0, SHORT) : "";
    if (window.scenarioEditor) byId("save-name").placeholder = usualName();
    return one;
  }

  function usualName() {
    const used = saved.map((one) => one.name);
    return [...LETTERS].map((letter) => say("name_usual", { letter: letter })).find((name) => !used.includes(name)) || "";
  }

  function chosen() {
    return saved.filter((one) => one.compare && one.same);
  }

  function keep() {
    service.remember({ ...service.remembered(), saved: saved });
    state.own.against = comparing ? chosen().map((one) => one.hash.slice(0, SHORT)).join(",") : "";
  }

  // Take a scenario of the service into the list of this tab.
  function take(block) {
    const known = saved.find((one) => one.hash === block.hash);
    if (known) return known;
    const name = block.name || block.hash.slice(0, 8);
    const one = { hash: block.hash, name: name, document: block.scenario, same: block.same_study, data: block.links.collections[0] || "", compare: block.same_study && chosen().length < edit.compared };
    saved.push(one);
    return one;
  }

  // ---- the list ----
  function line(one) {
    const item = element("li"), label = element("label"), box = element("input", undefined, { type: "checkbox", "aria-label": say("compare_what", { name: one.name }) });
    box.checked = one.compare;
    box.disabled = !one.same;
    box.addEventListener("change", () => tick(one, box));
    label.append(box, element("span", one.name, { class: "what" }));
    const show = element("button", say("show", { name: one.name }), { type: "button", class: "plain link" });
    show.addEventListener("click", () => open(one));
    item.append(label, show);
    if (one.data) item.append(element("a", say("data", { name: one.name }), { href: one.data + (page.lang === "da" ? "" : "?lang=" + page.lang) }));
    return item;
  }

  function tick(one, box) {
    if (box.checked && chosen().length >= edit.compared) {
      box.checked = false;
      return window.choiceMap.say(say("compare_most", { n: edit.compared }));
    }
    one.compare = box.checked;
    return draw();
  }

  function draw() {
    byId("saved-section").hidden = !saved.length;
    byId("saved").replaceChildren(...saved.map(line));
    byId("compare").disabled = !chosen().length;
    if (!chosen().length) comparing = false;
    byId("compare").setAttribute("aria-pressed", String(comparing));
    mark();
    keep();
    remember(false);
    return compare();
  }

  // ---- one scenario ----
  function open(one) {
    window.scenarioEditor.load(one.document);
    if (state.own.view === "before") state.own.view = "";
    window.scenarioEditor.drawView();
  }

  async function save() {
    const typed = byId("save-name").value.trim() || usualName();
    const block = await service.save(typed, window.scenarioEditor.document());
    const one = take(block);
    if (one.name === typed) byId("save-name").value = "";
    draw();
    window.scenarioEditor.trouble(null);
    window.choiceMap.say(one.name === typed ? say("saved_as", { name: typed }) : say("saved_known", { name: one.name }));
    return one;
  }

  byId("save").addEventListener("submit", async (event) => {
    event.preventDefault();
    await save().catch(window.scenarioEditor.trouble);
  });

  // ---- sharing ----
  async function share() {
    try {
      if (!mark() && window.scenarioEditor.changes().length) await save();
    } catch (error) {
      return window.scenarioEditor.trouble(error);
    }
    state.moved = true;
    remember(false);
    try {
      await navigator.clipboard.writeText(location.href);
      return window.choiceMap.say(words.shared);
    } catch (error) {
      return window.choiceMap.say(say("shared_as", { link: location.href }));
    }
  }

  document.querySelectorAll('[data-action="share-scenario"]').forEach((button) => button.addEventListener("click", share));

  // ---- side by side ----
  function heads(one, shown) {
    const button = element("button", one ? one.name : words.base, { type: "button", "aria-pressed": String(shown) });
    button.addEventListener("click", () => {
      if (one) return open(one);
      state.own.view = "before";
      window.scenarioEditor.drawView();
      return drawComparison();
    });
    return button;
  }

  function drawComparison() {
    if (!comparing || !columns) return false;
    const before = state.own.view === "before", now = before ? null : current();
    comparison(heads(null, before), columns.map(({ one, answer }) => ({ button: heads(one, one === now), answer: answer })));
    return true;
  }

  async function compare() {
    if (comparing) {
      try {
        columns = await Promise.all(chosen().map(async (one) => ({ one: one, answer: await service.effectOf(one.hash, one.document) })));
      } catch (error) {
        comparing = false;
        window.scenarioEditor.trouble(error);
      }
    }
    window.scenarioEditor.drawEffect();
  }

  byId("compare").addEventListener("click", () => {
    comparing = !comparing;
    draw();
  });

  // ---- a link that was made on other data ----
  function old(block) {
    const box = byId("old-scenario"), day = new Intl.DateTimeFormat(page.lang === "da" ? "da-DK" : "en-GB", { dateStyle: "long" }).format(new Date(block.saved));
    const button = element("button", words.old_show, { type: "button", class: "button" });
    button.addEventListener("click", () => {
      box.hidden = true;
      window.scenarioEditor.load(block.scenario);
      byId("place").focus();
    });
    box.replaceChildren(element("p", say("old", { date: day })), button);
    box.hidden = false;
  }

  async function start() {
    const before = service.remembered(), wanted = state.own.scenario;
    saved = before.saved || [];
    state.own.view = edit.view;
    const against = state.own.against.split(",").filter(Boolean).slice(0, edit.compared);
    try {
      for (const hash of against) take(await service.saved(hash)).compare = true;
      comparing = against.length > 0;
      if (wanted) {
        const block = await service.saved(wanted);
        if (block.same_study) {
          take(block);
          window.scenarioEditor.load(block.scenario, { first: true });
        } else old(block);
      } else if (before.changes?.length) window.scenarioEditor.restore(before.changes);
      else window.scenarioEditor.drawView();
    } catch (error) {
      window.scenarioEditor.trouble(error);
    }
    await draw();
    document.documentElement.dataset.edit = "ready";
  }

  window.scenarioSaved = { mark: mark };
  window.scenarioEditor.onDraw(drawComparison);
  start();
})();
