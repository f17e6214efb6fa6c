"use strict";
(() => {
  const errors = [];
  window.addEventListener("error", (event) => errors.push(event.message));
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  document.documentElement.classList.add("js");

  const make = (tag, text, kind) => {
    const node = document.createElement(tag);
    if (text !== undefined) node.textContent = text;
    if (kind) node.className = kind;
    return node;
  };
  const number = (units) => (units === undefined ? null : units === "Infinity" || units === "NaN" ? Infinity : units);
  const brief = (units) => (units === Infinity ? "∞" : units >= 1000 ? units.toExponential(1) : String(+units.toPrecision(2)));
  const distance = (units) => (units === Infinity ? "not a number, or must be exact" : `${brief(units)} units`);

  // --- error against position, or against the order of cases where there is no position
  function plot(results) {
    let points = [];
    for (const one of results) for (const [p, u] of one.positions) points.push([Math.abs(p), number(u)]);
    const placed = points.length > 0;
    if (!placed) points = results.filter((one) => number(one.units) !== null).map((one, n) => [n, number(one.units)]);
    if (points.length < 2) return null;
    const W = Math.min(640, Math.max(300, window.innerWidth - 64)), H = 230, L = 46, R = 20, T = 12, B = 36, low = -3;
    const finite = points.map((p) => p[1]).filter((u) => u < Infinity && u > 0);
    const high = Math.max(1.3, Math.ceil(Math.log10(Math.max(...finite, 10)) + 0.2));
    const at = (p) => (placed ? Math.log2(1 + p) : p);
    const most = Math.max(...points.map((p) => at(p[0])), 1);
    const x = (p) => L + (at(p) / most) * (W - L - R);
    const y = (u) => T + (1 - (Math.min(Math.max(u === Infinity ? high : Math.log10(u || 1e-9), low), high) - low) / (high - low)) * (H - T - B);
    let inside = "";
    const step = Math.ceil((high - low) / 6);
    for (let e = low; e <= high; e += step) {
      inside += `<line class="grid" x1="${L}" x2="${W - R}" y1="${y(10 ** e)}" y2="${y(10 ** e)}"/>`;
      inside += `<text x="${L - 6}" y="${y(10 ** e) + 4}" text-anchor="end">${e < 0 ? 10 ** e : e < 4 ? 10 ** e : "1e" + e}</text>`;
    }
    for (const [grade, u, down] of [["A", 2, 12], ["B", 8, -3]]) {
      inside += `<line class="bound" x1="${L}" x2="${W - R}" y1="${y(u)}" y2="${y(u)}"/><text x="${W - R}" y="${y(u) + down}" text-anchor="end">${grade}</text>`;
    }
    const powers = [[0, "0"], [1, "1"], [16, "16"], [256, "256"], [4096, "4096"], [65536, "65536"], [2 ** 20, "2^20"], [2 ** 24, "2^24"], [2 ** 32, "2^32"], [2 ** 48, "2^48"]];
    const ticks = placed ? powers.filter(([p]) => at(p) <= most) : [[0, "1"], [points.length - 1, String(points.length)]];
    let free = 0;
    for (const [p, said] of ticks) {
      if (x(p) - 3.5 * said.length < free) continue;
      free = x(p) + 3.5 * said.length + 6;
      inside += `<text x="${x(p)}" y="${H - B + 16}" text-anchor="middle">${said}</text>`;
    }
    inside += `<text x="${(L + W) / 2}" y="${H - 4}" text-anchor="middle">${placed ? "position" : "case"}</text>`;
    for (const [p, u] of points) inside += `<circle class="${u > 8 ? "bad" : "good"}" cx="${x(p).toFixed(1)}" cy="${y(u).toFixed(1)}" r="3"/>`;
    const figure = make("figure");
    figure.innerHTML = `<svg viewBox="0 0 ${W} ${H}" role="img" aria-label="error in units of the bound">${inside}</svg>`;
    figure.append(make("figcaption", placed ? "Largest distance at each position, in units of the bound." : "Distance of each case, in units of the bound."));
    return figure;
  }

  // --- one target in a cell: what it is, why, the plot, the call
  function article(target, results, folded) {
    const node = make("article");
    const wrong = results.filter((one) => one.wrong);
    const counts = {};
    for (const one of results) counts[one.state] = (counts[one.state] || 0) + 1;
    const title = make("h3");
    title.append(make("span", target.grade, `badge ${target.grade}`), target.target);
    node.append(title);
    const forms = `angles ${target.precision.angle}, table ${target.precision.table}, output ${target.precision.output}`;
    node.append(make("p", `${target.convention}, ${forms}: ${Object.keys(counts).sort().map((s) => `${s} ${counts[s]}`).join(", ")}`, "quiet"));
    const expected = new Set(results.filter((one) => one.expected).map((one) => `as expected: ${one.expected.reason} (${one.expected.issue})`));
    for (const said of expected) node.append(make("p", said));
    const known = results.find((one) => one.state === "known");
    if (known) node.append(make("p", `known: ${known.message}`));
    if (wrong.length) target.explanation.forEach((line, n) => node.append(make("p", line, n ? "" : "cause")));
    const size = (one) => (number(one.units) === null ? (one.wrong ? Infinity : -1) : number(one.units));
    const order = [...(wrong.length ? wrong : results)].sort((a, b) => size(b) - size(a));
    const worst = order[0];
    const found = worst.worst ? `${worst.worst} (${distance(size(worst))})` : worst.message || (size(worst) === 0 ? "exact" : worst.state);
    node.append(make("p", `${wrong.length ? "Worst" : "Farthest"}: ${worst.id}: ${found}`));
    const figure = plot(results);
    if (figure) node.append(figure);
    const shown = make("details");
    shown.open = !folded && wrong.length > 0;
    shown.append(make("summary", "The call that shows it"));
    shown.append(make("pre", `# ${worst.id}, asked in ${target.dtype}: ${found}\n${data.cases[worst.case]}`));
    if (navigator.clipboard) {
      const copy = make("button", "Copy", "copy");
      copy.addEventListener("click", () => navigator.clipboard.writeText(shown.querySelector("pre").textContent));
      shown.append(copy);
    }
    node.append(shown);
    if (target.smallest && wrong.length) node.append(make("p", `Smallest: ${target.smallest}`, "quiet"));
    for (const call of target.calls) node.append(make("p", call, "quiet"));
    if (results.length > 1) {
      const all = make("details");
      all.append(make("summary", `All ${results.length} results`));
      const list = make("ul", undefined, "cases");
      for (const one of results) {
        const units = number(one.units);
        list.append(make("li", `${one.id}: ${one.state}${units === null ? "" : `, ${distance(units)}`}${one.message ? `: ${one.message}` : ""}`));
      }
      all.append(list);
      node.append(all);
    }
    return node;
  }

  function open(button) {
    const run = data.runs[button.dataset.run], flag = button.dataset.flag;
    const operation = button.closest("tbody").dataset.operation;
    const groups = new Map();
    for (const one of run.results) {
      if (run.targets[one.target].operation !== operation || (flag && !(one.flags || []).includes(flag))) continue;
      groups.set(one.target, [...(groups.get(one.target) || []), one]);
    }
    $("detail-title").textContent = `${operation}${flag ? `, ${flag}` : ""}: ${run.label}`;
    const weight = (results) => results.filter((one) => one.wrong).length;
    const sorted = [...groups].sort((a, b) => weight(b[1]) - weight(a[1]));
    $("detail-body").replaceChildren(...sorted.map(([t, results]) => article(run.targets[t], results, sorted.length > 3)));
    $("detail").showModal();
    $("detail").scrollTop = 0;
  }

  // --- filter and folds
  const rows = [...document.querySelectorAll("tbody tr")];
  const wordsOf = (row) => [row.closest("tbody").dataset.operation, row.dataset.flag || "", ...[...row.querySelectorAll(".cell")].map((c) => c.dataset.words)].join(" ").toLowerCase();
  const words = new Map(rows.map((row) => [row, wordsOf(row)]));
  function filter() {
    const text = $("text").value.trim().toLowerCase(), wrong = $("wrong").checked;
    let shown = 0;
    for (const row of rows) {
      const fits = text.split(/\s+/).every((word) => words.get(row).includes(word));
      row.hidden = !fits || (wrong && !row.querySelector(".cell.fail"));
      shown += row.hidden ? 0 : 1;
    }
    for (const body of document.querySelectorAll("tbody")) {
      const left = [...body.rows].filter((row) => !row.hidden);
      body.hidden = left.length === 0;
      if (left.length) body.querySelector("tr.operation").hidden = false;
      if (text && left.some((row) => row.dataset.flag)) fold(body, left.length < body.rows.length || body.classList.contains("open"));
    }
    $("count").textContent = text || wrong ? `${shown} of ${rows.length} rows` : `${rows.length} rows`;
    return shown;
  }
  function fold(body, unfolded) {
    body.classList.toggle("open", unfolded);
    body.querySelector(".fold").setAttribute("aria-expanded", String(unfolded));
  }
  for (const body of document.querySelectorAll("tbody")) {
    fold(body, body.classList.contains("open"));
    body.querySelector(".fold").addEventListener("click", () => fold(body, !body.classList.contains("open")));
  }
  $("unfold").addEventListener("click", () => {
    const unfolded = $("unfold").textContent === "Unfold all";
    document.querySelectorAll("tbody").forEach((body) => fold(body, unfolded));
    $("unfold").textContent = unfolded ? "Fold all" : "Unfold all";
  });
  $("text").addEventListener("input", filter);
  $("wrong").addEventListener("change", filter);
  $("filter").addEventListener("submit", (event) => event.preventDefault());
  document.querySelector("table").addEventListener("click", (event) => {
    const button = event.target.closest(".cell");
    if (button) open(button);
  });
  $("close").addEventListener("click", () => $("detail").close());
  $("detail").addEventListener("click", (event) => event.target === $("detail") && $("detail").close());
  filter();

  // --- page.html#selftest: opens every cell and tries the filter; the title says how it went
  if (location.hash.startsWith("#selftest")) {
    let opened = 0, plots = 0;
    const cells = [...document.querySelectorAll(".cell")];
    for (const cell of cells) {
      cell.click();
      const told = $("detail").open && $("detail-body").querySelector("article p") && $("detail-body").querySelector("pre");
      opened += told ? 1 : 0;
      plots += $("detail-body").querySelectorAll("svg circle").length ? 1 : 0;
      $("close").click();
    }
    const closed = !$("detail").open;
    $("text").value = "no such row";
    const none = filter();
    $("text").value = document.querySelector("tbody").dataset.operation;
    const some = filter();
    $("text").value = "";
    const all = filter();
    const fine = opened === cells.length && closed && none === 0 && some > 0 && all === rows.length && !errors.length;
    document.title = `${fine ? "fine" : "broken"}: ${opened} of ${cells.length} cells, ${plots} plots, rows ${none} ${some} ${all}, ${errors.length} errors ${errors}`;
  }
  if (location.hash.startsWith("#open=")) document.querySelectorAll(".cell")[+location.hash.slice(6)].click();
})();
