// The changes of a scenario as a list that can be undone: no map, no page, no network.
(function () {
  "use strict";

  const DECIMALS = 5;
  const KINDS = ["open", "close", "move", "intake", "capacity"];
  let next = 1;

  function rounded(value) {
    return Number(value.toFixed(DECIMALS));
  }

  function make(kind, fields) {
    const one = { id: next++, kind: kind, ...fields };
    if (one.lat !== undefined) Object.assign(one, { lat: rounded(one.lat), lon: rounded(one.lon) });
    return one;
  }

  // Whether a change says something to the service: a practice that is to be moved and still lies where it was does not.
  function counts(change) {
    return change.kind !== "move" || !change.from || rounded(change.from[0]) !== change.lat || rounded(change.from[1]) !== change.lon;
  }

  function body(change) {
    const { nr, lon, lat } = change;
    if (change.kind === "open") return { open: { lon: lon, lat: lat, capacity: change.capacity ?? 1, listed_patients: change.listed_patients ?? 0 } };
    if (change.kind === "move") return { move: { ydernummer: nr, lon: lon, lat: lat } };
    if (change.kind === "intake") return { intake: { ydernummer: nr, to: change.to } };
    if (change.kind === "capacity") return { capacity: { ydernummer: nr, capacities: change.capacities } };
    return { close: { ydernummer: nr } };
  }

  function documentOf(changes, base) {
    return { base: base, changes: changes.filter(counts).map(body) };
  }

  // The same for the same changes, in whatever order.
  function content(document) {
    return document.changes.map((one) => JSON.stringify(one)).sort().join("\n");
  }

  // Changes of a document; `where` gives the position of a practice.
  function changesOf(document, where) {
    return document.changes.map((one) => {
      const kind = KINDS.find((name) => name in one), { ydernummer, ...fields } = one[kind];
      const at = ydernummer ? where(ydernummer) : null;
      return make(kind, { ...fields, nr: ydernummer, from: at });
    });
  }

  // A practice that closes has no other change; any other change is made once.
  function withPractice(changes, change) {
    const others = changes.filter((one) => one.nr !== change.nr || (change.kind !== "close" && one.kind !== "close" && one.kind !== change.kind));
    return [...others, change];
  }

  // The past and the future of a list, `most` steps long.
  function history(most) {
    const past = [], future = [];
    let now = [];
    return {
      get now() { return now; },
      get past() { return past.length; },
      get future() { return future.length; },
      put: (changes, joined) => {
        if (!joined) past.push(now);
        if (past.length > most) past.shift();
        future.length = 0;
        now = changes;
      },
      undo: () => { if (past.length) { future.push(now); now = past.pop(); } },
      redo: () => { if (future.length) { past.push(now); now = future.pop(); } },
      // As if the last step had never been.
      refuse: (good) => { past.pop(); now = good; },
      restore: (changes) => { now = changes; },
    };
  }

  window.scenarioChanges = { make: make, counts: counts, documentOf: documentOf, content: content, changesOf: changesOf, withPractice: withPractice, history: history };
})();
