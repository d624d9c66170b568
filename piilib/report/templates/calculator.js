"use strict";
// The calculator of a report: the anchored what-if of piilib.analysis.whatif on the same draws.
(() => {
  const box = document.querySelector("[data-calculator]");
  if (!box) return;
  const data = JSON.parse(box.dataset.calculator);
  const { say, root, count: N } = data;

  // --- numbers -----------------------------------------------------------------------------
  const [point, group] = say.lang === "vi" ? [",", "."] : [".", ","];
  const number = (x, decimals = 2, signed = false) => {
    if (x === null || Number.isNaN(x)) return "–";
    const [whole, rest] = Math.abs(x).toFixed(decimals).split(".");
    const text = whole.replace(/\B(?=(\d{3})+$)/g, group) + (rest ? point + rest : "");
    if (!/[1-9]/.test(text)) return text;
    return (x < 0 ? "−" : signed ? "+" : "") + text;
  };
  const interval = (low, high, decimals = 2) => {
    const [a, b] = [number(low, decimals), number(high, decimals)];
    return a + ((a + b).includes("−") ? say.to : "–") + b;
  };
  const exact = (x) => {
    let decimals = 2;
    while (decimals < 6 && Math.abs(x - Number(x.toFixed(decimals))) > 1e-9) decimals += 1;
    return number(x, decimals);
  };
  // "1.234,5" in Vietnamese, "1,234.5" in English; null where it is no number.
  const plain = /^[+-]?\d+(\.\d+)?$/;
  const parse = (text) => {
    let x = text.trim().replace(/[\s\u00a0]/g, "").replace("−", "-");
    const [whole, rest, more] = x.split(point);
    if (more !== undefined || (rest !== undefined && rest.includes(group))) return null;
    if (whole.includes(group) && !new RegExp(`^[+-]?\\d{1,3}(\\${group}\\d{3})+$`).test(whole)) return null;
    x = whole.replaceAll(group, "") + (rest === undefined ? "" : `.${rest}`);
    return plain.test(x) ? Number(x) : null;
  };

  // --- the what-if -------------------------------------------------------------------------
  const bytes = Uint8Array.from(atob(data.draws), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  const read = ([size, start, step], value) => {
    if (size < 0) return value;
    const draws = new Float64Array(N).fill(start);
    if (size > 0) {
      for (let i = 0; i < N; i += 1, at += size) {
        draws[i] = size === 4 ? view.getFloat32(at, true)
          : start + step * (size === 1 ? view.getUint8(at) : view.getUint16(at, true));
      }
    }
    return draws;
  };
  const limited = (x) => Math.min(Math.max(x, 0), 100);
  const score = (x, low, high, direction) => {
    const s = high > low ? (100 * (x - low)) / (high - low) : NaN;
    return limited(direction < 0 ? 100 - s : s);
  };
  const sort = (draws) => Float64Array.from(draws, (x) => (Number.isNaN(x) ? 0 : x)).sort();
  const quantile = (draws, q, sorted = sort(draws)) => {
    const place = (N - 1) * q;
    const i = Math.floor(place);
    return sorted[i] + (place - i) * (sorted[Math.min(i + 1, N - 1)] - sorted[i]);
  };
  const summary = (draws) => {
    const sorted = sort(draws);
    return [0.5, 0.05, 0.95].map((q) => quantile(draws, q, sorted));
  };
  const indicators = new Map();
  data.indicators.forEach((row, k) => {
    const [code, value, lowest, highest, direction, lowShift, highShift, size, price] = row;
    const draws = read(data.columns[3 * k]);
    const low = read(data.columns[3 * k + 1], draws);
    const high = read(data.columns[3 * k + 2], draws);
    const now = draws.map((x, i) => (value === null ? NaN : score(x, low[i], high[i], direction)));
    indicators.set(code, { code, value, lowest, highest, direction, lowShift, highShift, size, price,
      draws, low, high, now, still: now.map((x) => x * 0), score: value === null ? NaN : quantile(now, 0.5) });
  });
  // A value that prints as a national bound is that bound.
  const drawn = (one, x) =>
    x === one.value ? one.draws
      : x === one.highest ? one.high
        : x === one.lowest && x !== 0 ? one.low
          : new Float64Array(N).fill(x);
  const carried = (changes) => {
    const nodes = new Map(changes);
    for (const [node, children, shares] of data.groups) {
      const start = data.published[node] ?? NaN;
      const parts = children.map((c) => nodes.get(c) || indicators.get(c).still);
      nodes.set(node, Float64Array.from({ length: N }, (_, i) => {
        let [sum, weight] = [0, 0];
        parts.forEach((part, j) => {
          if (!Number.isNaN(part[i])) {
            sum += shares[j] * part[i];
            weight += shares[j];
          }
        });
        return limited(start + (weight ? sum / weight : 0)) - start;
      }));
    }
    return nodes;
  };
  const cost = (u) => {
    const left = Math.max(1 - u, data.floor);
    const g = data.gamma;
    return (g === 1 ? -Math.log(left) : left ** (1 - g) / (g - 1))
      + Math.max(u - (1 - data.floor), 0) * data.floor ** -g;
  };
  const effort = (one, values) => {
    if (one.price === null || one.size === null) return NaN;
    return quantile(values.map((x, i) => {
      const span = one.high[i] - one.low[i];
      const place = (y) => (one.direction < 0 ? 1 - (y - one.low[i]) / span : (y - one.low[i]) / span);
      const u = place(one.draws[i]);
      const end = Math.min(place(x), Math.max(u, 1));
      const steps = (span / one.size) * Math.max(1 - u, data.floor) ** data.gamma * (cost(end) - cost(u));
      return one.price * (steps > 0 ? Math.max(steps, 1) : 0);
    }), 0.5);
  };
  // Every node above the changed indicators: new score, gain and net of the drift.
  const evaluate = (changes) => {
    const [here, moved, spent] = [new Map(), new Map(), {}];
    for (const [code, x] of Object.entries(changes)) {
      const one = indicators.get(code);
      const values = drawn(one, x);
      const by = (a, b) => values.map((y, i) =>
        score(y, one.low[i] + a, one.high[i] + b, one.direction) - one.now[i]);
      here.set(code, by(0, 0));
      moved.set(code, by(one.lowShift, one.highShift));
      spent[code] = effort(one, values);
    }
    const [gains, nets] = [carried(here), carried(moved)];
    const nodes = {};
    for (const [node, draws] of gains) {
      const start = indicators.has(node) ? indicators.get(node).score : data.published[node];
      const [gain, low, high] = summary(draws);
      const [net, netLow, netHigh] = summary(nets.get(node));
      nodes[node] = { published: start, new: start + gain, gain, low, high, net, netLow, netHigh };
    }
    const total = Object.values(spent).reduce((sum, x) => sum + (x || 0), 0);
    return { nodes, spent, effort: total, rank: rank(nodes[root].new) };
  };
  const rank = (x) => ["low", "middle", "high"].map((end) => {
    const place = data.rank[end].findIndex((needed) => x >= needed);
    return place < 0 ? data.rank.of : place + 1;
  });
  const single = new Map(); // the index points of one change alone, kept
  const alone = (code, x) => {
    const key = `${code}=${x}`;
    if (!single.has(key)) single.set(key, evaluate({ [code]: x }));
    return single.get(key);
  };

  // --- the page ----------------------------------------------------------------------------
  const make = (tag, properties = {}, ...children) => {
    const { aria = {}, ...rest } = properties;
    const element = Object.assign(document.createElement(tag), rest);
    for (const [name, value] of Object.entries(aria)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  const button = (text, act) => {
    const element = make("button", { type: "button", textContent: text });
    element.addEventListener("click", act);
    return element;
  };
  // Today's value as the page prints it, any other with all its decimals.
  const written = (one, x) => (x === one.value ? one.printed : exact(x));
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const changes = {};
  const rows = new Map();
  const status = make("p", { className: "calc-status", aria: { role: "status", "aria-live": "polite" } });
  const bar = make("div", { className: "calc-bar" });
  const scenario = make("div", { className: "calc-scenario" });
  let talk = 0;
  const tell = (text, wait = 0) => {
    clearTimeout(talk);
    talk = setTimeout(() => { status.textContent = text; }, wait);
  };
  const ranked = ([low, , high]) => `${low === high ? low : `${low}–${high}`}/${data.rank.of}`;
  const perEffort = (points, spent) => (spent > 0 ? number((points * say.lot) / spent, 2, true) : "–");
  const spentText = (x) => (Number.isNaN(x) ? "–" : number(x, 1));

  const results = (found) => {
    const top = found.nodes[root];
    const unknown = Object.values(found.spent).some(Number.isNaN);
    const points = (x, low, high) =>
      `${number(top.published + x)} (${number(x, 2, true)}; ${say.interval} ${interval(low, high)})`;
    const lines = [[say.index, points(top.gain, top.low, top.high)]];
    if (say.drift) lines.push([say.drift, points(top.net, top.netLow, top.netHigh)]);
    lines.push([say.rank, ranked(found.rank)]);
    lines.push([say.effort, (unknown ? "≥ " : "") + number(found.effort, 1)]);
    if (!unknown) {
      lines.push([say.per, perEffort(top.gain, found.effort)]);
      if (say.drift) lines.push([say.perDrift, perEffort(top.net, found.effort)]);
    }
    return lines;
  };
  const name = (code) => rows.get(code).name;
  const changed = () => Object.entries(changes).map(([code, x]) => {
    const found = alone(code, x);
    const one = indicators.get(code);
    const { gain } = found.nodes[root];
    return [name(code), one.printed, exact(x), number(gain, 2, true),
      spentText(found.spent[code]), perEffort(gain, found.spent[code])];
  });
  const table = (head, body) => make("table", {},
    make("thead", {}, make("tr", {}, ...head.map((text, i) =>
      make("th", { scope: "col", textContent: text, className: i ? "right" : "" })))),
    make("tbody", {}, ...body.map((cells) => make("tr", {}, ...cells.map((text, i) =>
      make(i ? "td" : "th", { textContent: text, className: i ? "right figures" : "", ...(i ? {} : { scope: "row" }) }))))));
  const figures = (found) => make("dl", { className: "calc-results" },
    ...results(found).map(([label, text]) =>
      make("div", {}, make("dt", { textContent: label }), make("dd", { textContent: text }))));

  const show = (wait = 500) => {
    const found = evaluate(changes);
    const top = found.nodes[root];
    const short = fill(say.bar, { score: number(top.new), gain: number(top.gain, 2, true),
      rank: ranked(found.rank), effort: results(found).find(([label]) => label === say.effort)[1] });
    bar.textContent = short;
    const list = changed();
    const open = scenario.querySelector("details")?.open ?? false;
    const inside = make("details", { open }, make("summary", { textContent: fill(say.changed, { count: list.length }) }),
      make("div", { className: "table-wrap", tabIndex: 0, aria: { role: "region", "aria-label": say.table } },
        table(say.heads, list)));
    scenario.replaceChildren(figures(found), ...(list.length ? [inside] : []));
    for (const [code, row] of rows) row.draw(found.nodes[code]);
    for (const cell of box.querySelectorAll("[data-node]")) {
      const node = found.nodes[cell.dataset.node];
      const text = cell.tagName === "TD" ? number(node.new) : ` → ${number(node.new)}`;
      cell.textContent = Math.abs(node.gain) < 0.005 ? "" : text;
    }
    if (wait >= 0) tell(short, wait);
    return found;
  };
  const set = (code, x, wait) => {
    if (x === indicators.get(code).value) delete changes[code];
    else changes[code] = x;
    show(wait);
  };
  const use = (values, told) => {
    for (const code of Object.keys(changes)) delete changes[code];
    for (const [code, x] of Object.entries(values)) {
      if (x !== indicators.get(code).value) changes[code] = x;
    }
    for (const row of rows.values()) row.reset();
    show(-1);
    tell(`${told} ${bar.textContent}`);
  };

  // On a phone a cell stands below its column's head.
  const headed = (row) => {
    const heads = row.closest("table").querySelectorAll("thead th");
    for (const [i, each] of [...row.cells].entries()) {
      if (i && !each.classList.contains("calc-try")) each.dataset.head = heads[i].textContent;
    }
  };

  const enhance = (row) => {
    const code = row.dataset.code;
    const one = indicators.get(code);
    const title = row.querySelector("th").dataset.name;
    const cell = make("td", { className: "calc-try" });
    const result = make("td", { className: "calc-new right figures" });
    row.append(cell, result);
    headed(row);
    if (one.value === null) {
      cell.textContent = say.missing;
      rows.set(code, { name: title, draw() {}, reset() {} });
      return;
    }
    one.printed = row.cells[1].textContent;
    const read = () => (field.value.trim() === one.printed ? one.value : parse(field.value));
    const id = `try-${code.replaceAll(".", "-")}`;
    const note = make("p", { id: `${id}-note`, className: "calc-note" });
    const field = make("input", { id, type: "text", autocomplete: "off", inputMode: one.lowest < 0 ? "text" : "decimal",
      aria: { "aria-label": fill(say.field, { name: title }), "aria-describedby": note.id } });
    const [low, high] = [Math.min(one.lowest, one.value), Math.max(one.highest, one.value)];
    const rough = 10 ** Math.floor(Math.log10((high - low) / 100 || 1));
    const step = Math.max(0.01, [1, 2, 5, 10].map((m) => m * rough).find((s) => (high - low) / s <= 200));
    const last = Math.max(Math.ceil((high - low) / step - 1e-9), 1);
    const place = (x) => Math.min(Math.max(Math.round((x - low) / step), 0), last);
    const value = (k) => (k === place(one.value) ? one.value : k === 0 ? low : k === last ? high
      : Number((low + k * step).toFixed(6)));
    const slider = make("input", { type: "range", min: 0, max: last, step: 1,
      aria: { "aria-label": fill(say.slider, { name: title }) } });
    const back = button(say.back, () => { set(code, one.value); reset(); field.focus(); });
    back.setAttribute("aria-label", fill(say.backLong, { name: title }));
    const wrong = (text) => {
      note.textContent = text;
      note.classList.toggle("calc-wrong", Boolean(text));
      field.setAttribute("aria-invalid", text ? "true" : "false");
    };
    const slide = (x) => {
      slider.value = place(x);
      slider.setAttribute("aria-valuetext", `${written(one, x)} ${say.units[code]}`);
    };
    const reset = () => {
      const x = changes[code] ?? one.value;
      field.value = written(one, x);
      slide(x);
      wrong("");
    };
    field.addEventListener("input", () => {
      const x = read();
      if (x === null) return;
      wrong("");
      slide(x);
      set(code, x);
    });
    field.addEventListener("change", () => {
      const x = read();
      if (x !== null) {
        reset();
        show();
      } else {
        wrong(fill(say.wrong, { example: one.printed, kept: written(one, changes[code] ?? one.value) }));
        tell(note.textContent);
      }
    });
    slider.addEventListener("input", () => {
      const x = value(Number(slider.value));
      field.value = written(one, x);
      wrong("");
      slide(x);
      set(code, x);
    });
    const draw = (node) => {
      const x = changes[code];
      const touched = x !== undefined;
      row.classList.toggle("calc-changed", touched);
      back.hidden = !touched;
      result.textContent = touched ? number(node.new) : "";
      if (field.getAttribute("aria-invalid") === "true") return;
      if (!touched) { note.textContent = ""; return; }
      const found = alone(code, x);
      const gain = found.nodes[root].gain;
      const parts = [fill(say.alone, { gain: number(gain, 2, true), effort: spentText(found.spent[code]),
        per: perEffort(gain, found.spent[code]) })];
      if (x > one.highest) parts.push(say.above);
      if (x < one.lowest) parts.push(say.below);
      note.textContent = parts.join(" ");
    };
    cell.append(field, slider, back, note);
    rows.set(code, { name: title, draw, reset });
    reset();
  };

  // --- the scenario outside the page -------------------------------------------------------
  const key = `${data.unit}-${data.year}`;
  const fragment = () =>
    `#scenario=${key}${Object.entries(changes).map(([code, x]) => `;${code}=${x}`).join("")}`;
  const text = () => {
    const found = evaluate(changes);
    const lines = [...(data.mark ? [data.mark] : []), say.title];
    for (const [label, today, x, gain, spent] of changed()) {
      lines.push(fill(say.line, { name: label, today, x, gain, spent }));
    }
    if (lines.length === (data.mark ? 2 : 1)) lines.push(say.unchanged);
    lines.push(...results(found).map(([label, figure]) => `${label}: ${figure}`));
    lines.push(`${say.reopen} ${fragment()}`, say.caveat);
    return lines.join("\n");
  };
  const copy = async (content, done) => {
    let good = true;
    try {
      await navigator.clipboard.writeText(content);
    } catch {
      const area = make("textarea", { value: content, readOnly: true, aria: { "aria-label": say.copy } });
      panel.append(area);
      area.select();
      good = document.execCommand("copy");
      if (good) area.remove();
    }
    tell(good ? done : say.byHand);
  };
  const print = () => {
    const mark = data.mark ? [make("p", { className: "simulated-print", textContent: data.mark })] : [];
    const list = changed();
    const paper = make("div", { className: "calc-paper" }, ...mark, make("h1", { textContent: say.title }),
      figures(evaluate(changes)), list.length ? table(say.heads, list) : make("p", { textContent: say.unchanged }),
      make("p", { textContent: `${say.reopen} ${fragment()}` }), make("p", { textContent: say.caveat }));
    document.body.append(paper);
    document.body.classList.add("calc-print");
    addEventListener("afterprint", () => {
      paper.remove();
      document.body.classList.remove("calc-print");
    }, { once: true });
    window.print();
  };
  const link = () => {
    history.replaceState(null, "", fragment());
    copy(location.href, say.linked);
  };
  const save = () => {
    const content = { "piilib-scenario": 1, unit: data.unit, year: data.year, simulated: Boolean(data.mark), changes };
    const blob = new Blob([`${JSON.stringify(content, null, 1)}\n`], { type: "application/json" });
    const anchor = make("a", { href: URL.createObjectURL(blob), download: `${key}-scenario.json` });
    anchor.click();
    setTimeout(() => URL.revokeObjectURL(anchor.href), 1000);
    tell(say.saved);
  };
  const usable = (of, values) => of === key && values.every(([code, x]) =>
    typeof x === "number" && Number.isFinite(x) && indicators.has(code) && indicators.get(code).value !== null);
  const reopen = (of, values) => {
    if (usable(of, values)) use(Object.fromEntries(values), say.opened);
    else tell(fill(say.refused, { of: key }));
  };
  const file = make("input", { type: "file", accept: ".json,application/json", hidden: true });
  file.addEventListener("change", async () => {
    let content = {};
    try {
      content = JSON.parse(await file.files[0].text());
    } catch { /* refused below */ }
    file.value = "";
    const same = content && content["piilib-scenario"] === 1 && content.simulated === Boolean(data.mark);
    reopen(same ? `${content.unit}-${content.year}` : "", Object.entries((content && content.changes) || {}));
  });
  const follow = () => {
    const [, of, list] = decodeURIComponent(location.hash).match(/^#scenario=([\w-]+)((?:;[^;]*)*)$/) || [];
    if (!of) return;
    reopen(of, list.split(";").filter(Boolean).map((part) => {
      const [code, x] = part.split("=");
      return [code, x ? Number(x) : NaN];
    }));
    panel.scrollIntoView();
  };

  // --- putting it together -----------------------------------------------------------------
  const setting = (label, ...buttons) => make("div", { className: "calc-buttons", aria: { role: "group", "aria-label": label } },
    make("span", { textContent: label, aria: { "aria-hidden": "true" } }), ...buttons);
  const panel = make("div", { className: "calc-panel" },
    setting(say.presets, button(say.today, () => use({}, say.today)),
      ...Object.entries(data.presets).map(([preset, values]) => button(say[preset], () => use(values, say[preset])))),
    scenario,
    setting(say.keep, button(say.copy, () => copy(text(), say.copied)), button(say.print, print),
      button(say.link, link), button(say.save, save), button(say.open, () => file.click()), file),
    status);
  for (const head of box.querySelectorAll("thead tr")) {
    head.append(make("th", { scope: "col", textContent: say.try }),
      make("th", { scope: "col", className: "right", textContent: say.new }));
  }
  for (const row of box.querySelectorAll("tr[data-sub]")) {
    const result = make("td", { className: "calc-new right figures" });
    result.dataset.node = row.dataset.sub;
    row.append(make("td", { className: "calc-try" }), result);
    headed(row);
  }
  for (const row of box.querySelectorAll("tr[data-code]")) enhance(row);
  for (const [tag, role] of [["table", "table"], ["thead,tbody", "rowgroup"], ["tr", "row"], ["td", "cell"]]) {
    for (const each of box.querySelectorAll(tag)) each.setAttribute("role", role);
  }
  for (const each of box.querySelectorAll("th")) {
    each.setAttribute("role", each.scope === "col" ? "columnheader" : "rowheader");
  }
  box.querySelector(".calc-static").after(panel);
  panel.before(bar);
  box.classList.add("calc-live");
  show(-1);
  addEventListener("hashchange", follow);
  follow();
  window.piiCalculator = { evaluate, parse, number, text, use, changes };
})();
