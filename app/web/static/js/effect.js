// What a scenario does, in the panel: the large number, sentences, and the table of areas, alone or side by side.
(function () {
  "use strict";

  const { page, state } = window.choiceMap;
  const edit = window.editData, words = edit.words;
  const MINUS = "\u2212", EN_DASH = "\u2013", NBSP = "\u00a0", DOWN = "\u25bc", UP = "\u25b2";
  const plain = new Intl.NumberFormat(page.lang === "da" ? "da-DK" : "en-GB");
  const byId = (id) => document.getElementById(id);

  function number(value) {
    return plain.format(value).replace("-", MINUS);
  }

  function change(value) {
    return value > 0 ? "+" + number(value) : number(value);
  }

  // A text with its slots filled.
  function say(key, slots) {
    return words[key].replace(/\{(\w+)\}/g, (_, name) => slots[name]);
  }

  function element(tag, text, attributes) {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    Object.entries(attributes || {}).forEach(([name, value]) => made.setAttribute(name, value));
    return made;
  }

  // A count of an area as the table shows it: small ones and those that would tell them are not shown.
  function count(area, name) {
    if (area[name] !== null) return number(area[name]);
    return area.suppressed.includes(name) ? "<" + NBSP + number(edit.smallest) : words.hidden;
  }

  function moves(area) {
    return area.lifted !== 0 || area.falling !== 0;
  }

  function difference(area) {
    if (area.before === null || area.after === null) return EN_DASH;
    return change(area.after - area.before);
  }

  function row(head, cells, where) {
    const line = element("tr");
    line.append(element("th", head, { scope: "row" }), ...cells.map((text) => element("td", text, { class: "num" })));
    where.append(line);
  }

  function heads(first, others) {
    const line = element("tr");
    line.append(element("th", first, { scope: "col" }));
    for (const other of others) {
      const cell = element("th", typeof other === "string" ? other : undefined, { scope: "col", class: "num" });
      if (typeof other !== "string") cell.append(other);
      line.append(cell);
    }
    return line;
  }

  function clear() {
    const table = byId("areas-table");
    const parts = ["thead", "tbody", "tfoot"].map((name) => table.querySelector(name));
    parts.forEach((part) => part.replaceChildren());
    byId("areas-before-after").hidden = false;
    return parts;
  }

  function kindOfArea() {
    return byId("edit-by").selectedOptions[0].dataset.one;
  }

  function region(answer) {
    return answer.areas.find((area) => area.kind === "region");
  }

  // Areas of the chosen kind in which somebody is lifted or falls, the largest change first.
  function changed(answer) {
    const size = (area) => Math.abs((area.after ?? 0) - (area.before ?? 0));
    return answer.areas.filter((area) => area.kind === state.by && moves(area)).sort((one, other) => size(other) - size(one));
  }

  // Before, after and change; rows that change, then the region.
  function table(answer) {
    const [head, body, foot] = clear();
    head.append(heads(kindOfArea(), [words.before, words.after, words.change]));
    const rows = changed(answer);
    for (const area of rows) row(area.name, [count(area, "before"), count(area, "after"), difference(area)], body);
    if (!rows.length) {
      const line = element("tr");
      line.append(element("td", words.same_everywhere, { colspan: 4 }));
      body.append(line);
    }
    const all = region(answer);
    row(words.total, [count(all, "before"), count(all, "after"), difference(all)], foot);
  }

  // Today and up to three scenarios side by side; `columns` are { name, button, answer }.
  function comparison(base, columns) {
    const [head, body, foot] = clear();
    head.append(heads(kindOfArea(), [base, ...columns.map((column) => column.button)]));
    const rows = new Map();
    for (const column of columns) for (const area of changed(column.answer)) rows.set(area.code, area);
    const after = (answer, area) => {
      const found = answer.areas.find((one) => one.kind === area.kind && one.code === area.code);
      return found ? count(found, "after") : count(area, "before");
    };
    for (const area of rows.values()) row(area.name, [count(area, "before"), ...columns.map((column) => after(column.answer, area))], body);
    const all = columns.length && region(columns[0].answer);
    if (all) row(words.total, [count(all, "before"), ...columns.map((column) => after(column.answer, all))], foot);
  }

  function paragraph(text, mark) {
    const made = element("p", text);
    if (mark) made.prepend(element("span", mark + " ", { "aria-hidden": "true" }));
    return made;
  }

  // The large number and the sentences; null for no change.
  function headline(answer) {
    const big = byId("effect-big"), box = byId("effect-words");
    big.hidden = !answer;
    if (!answer) return box.replaceChildren(paragraph(words.nothing));
    const all = region(answer);
    const gain = all.lifted !== 0, loss = !gain && all.falling !== 0;
    big.textContent = (gain ? "+" : loss ? MINUS : "") + (gain ? count(all, "lifted") : count(all, "falling"));
    big.className = "big" + (gain ? " gain" : loss ? " loss" : "");
    const marks = [...(gain ? [UP] : []), ...(all.falling !== 0 ? [DOWN] : [])];
    return box.replaceChildren(...answer.sentences.map((sentence, i) => paragraph(sentence, marks[i])));
  }

  window.scenarioEffect = { number: number, change: change, say: say, element: element, headline: headline, table: table, comparison: comparison, hide: () => { byId("areas-before-after").hidden = true; } };
})();
