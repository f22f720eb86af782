"use strict";
(() => {
  // More services than these begin folded into their namespaces.
  const UNFOLDED = 40;
  // More rows than these of the table are left out, and it is said how many.
  const ROWS = 300;
  // Of more lines than these only those in view are drawn.
  const LINES = 250;
  const SVG = "http://www.w3.org/2000/svg";
  const data = JSON.parse(document.getElementById("data").textContent);
  const at = (id) => document.getElementById(id);
  const errors = [];
  const note = (error) => {
    errors.push(String(error));
    document.body.dataset.errors = errors.length;
  };
  window.addEventListener("error", (event) => note(event.message));
  document.body.dataset.errors = 0;

  const state = { context: 0, query: "", off: new Set(), told: false, open: new Set(), all: null, chosen: null };

  // Elements are made of text only: nothing that a manifest says is ever parsed.
  const make = (tag, props, ...children) => {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(props || {})) {
      if (key === "class") element.className = value;
      else if (key === "text") element.textContent = value;
      else element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
  };
  const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;

  const some = (names) => names.slice(0, 5).join(", ") + (names.length > 5 ? ` and ${names.length - 5} more` : "");

  const graph = () => data.contexts[state.context] || { clients: [], services: [], edges: [] };

  // What an edge is found by, made once.
  const haystacks = new WeakMap();
  const haystack = (edge) => {
    let text = haystacks.get(edge);
    if (text === undefined) {
      const client = graph().clients[edge.client];
      const parts = [client.name, data.outcomes[edge.outcome][0], ...client.members, ...graph().services[edge.service], ...edge.policies, ...edge.rules];
      text = [...parts, ...edge.told.map((told) => told[0]), ...edge.ways].join("\n").toLowerCase();
      haystacks.set(edge, text);
    }
    return text;
  };

  const found = () => {
    const words = state.query.toLowerCase().split(/\s+/).filter(Boolean);
    return graph().edges.filter((edge) =>
      !state.off.has(edge.outcome) &&
      (!state.told || edge.told.length > 0) &&
      words.every((word) => haystack(edge).includes(word)));
  };

  const isChosen = (edge) => {
    const chosen = state.chosen;
    if (!chosen) return true;
    if (chosen.kind === "client") return edge.client === chosen.index;
    if (chosen.kind === "service") return edge.service === chosen.index;
    return graph().services[edge.service][1] === chosen.index;
  };
  const choose = (kind, index) => {
    const same = state.chosen && state.chosen.kind === kind && state.chosen.index === index;
    state.chosen = same ? null : { kind, index };
    draw();
  };

  const isOpen = (namespace, services) => {
    if (state.open.has(namespace)) return true;
    if (state.open.has("-" + namespace)) return false;
    return state.all === null ? services <= UNFOLDED : state.all;
  };
  const toggle = (namespace, open) => {
    state.open.delete(namespace);
    state.open.delete("-" + namespace);
    state.open.add(open ? namespace : "-" + namespace);
    draw();
  };

  const node = (name, title, kind, index, isNear, ...extra) => {
    const chosen = state.chosen && state.chosen.kind === kind && state.chosen.index === index;
    const button = make("button", {
      type: "button", class: isNear ? "node" : "node far", title, "aria-pressed": Boolean(chosen),
      "data-kind": kind, "data-index": index,
    }, make("span", { class: "name", text: name }), ...extra);
    button.addEventListener("click", () => choose(kind, index));
    return button;
  };

  const dots = (edges) => {
    const outcomes = [...new Set(edges.map((edge) => edge.outcome))].sort();
    const words = outcomes.map((index) => data.outcomes[index][0]).join(", ");
    return make("span", { class: "dots", role: "img", title: words, "aria-label": words },
      ...outcomes.map((index) => make("i", { class: "b" + index })));
  };

  // The ends of the edges: where each client, service or folded namespace stands.
  let ends = { client: new Map(), service: new Map() };
  let shown = [];

  const group = (edges, key) => {
    const groups = new Map();
    for (const edge of edges) {
      const name = key(edge);
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push(edge);
    }
    return groups;
  };

  const drawClients = (edges) => {
    const list = at("clients");
    list.replaceChildren();
    const of = group(edges, (edge) => edge.client);
    for (const index of [...of.keys()].sort((one, other) => one - other)) {
      const client = graph().clients[index];
      const more = client.count - client.members.length;
      const title = client.members.length ? client.members.join("\n") + (more > 0 ? `\nand ${more} more` : "") : client.name;
      const button = node(client.name, title, "client", index, of.get(index).some(isChosen), dots(of.get(index)));
      ends.client.set(index, button);
      list.append(make("li", {}, button));
    }
  };

  const drawServices = (edges) => {
    const box = at("services");
    box.replaceChildren();
    const total = new Set(edges.map((edge) => edge.service)).size;
    let folded = 0;
    const of = group(edges, (edge) => graph().services[edge.service][1]);
    const names = [...of.keys()].sort((one, other) => one < other ? -1 : one > other ? 1 : 0);
    for (const name of names) {
      const services = group(of.get(name), (edge) => edge.service);
      const open = isOpen(name, total);
      const isNear = of.get(name).some(isChosen);
      const head = make("button", {
        type: "button", class: isNear ? "node" : "node far", "aria-expanded": open, "data-kind": "namespace",
      }, make("span", { class: "chevron", "aria-hidden": "true", text: "›" }), make("span", { class: "name", text: name }),
      dots(of.get(name)), make("span", { class: "count", text: plural(services.size, "service") }));
      head.addEventListener("click", () => toggle(name, !open));
      const section = make("div", { class: "namespace" }, head);
      if (open) {
        const list = make("ul", { role: "list" });
        for (const index of [...services.keys()].sort((one, other) => one - other)) {
          const [service, , host] = graph().services[index];
          const own = services.get(index);
          const button = node(service, host, "service", index, own.some(isChosen), dots(own));
          ends.service.set(index, button);
          list.append(make("li", {}, button));
        }
        section.append(list);
      } else {
        folded += services.size;
        for (const index of services.keys()) ends.service.set(index, head);
      }
      box.append(section);
    }
    return folded;
  };

  const middle = (element, frame) => {
    const box = element.getBoundingClientRect();
    return { left: box.left - frame.left, right: box.right - frame.left, y: box.top + box.height / 2 - frame.top };
  };

  // A line for each pair of ends and outcome, however many services are folded into an end.
  const drawEdges = () => {
    const svg = at("edges");
    const frame = at("graph").getBoundingClientRect();
    const column = at("clients").parentElement.getBoundingClientRect();
    const places = new Map();
    const place = (element) => {
      if (!places.has(element)) places.set(element, middle(element, frame));
      return places.get(element);
    };
    const lines = new Map();
    for (const edge of shown) {
      const from = ends.client.get(edge.client);
      const to = ends.service.get(edge.service);
      let of = lines.get(to);
      if (!of) lines.set(to, of = new Map());
      const key = edge.client * data.outcomes.length + edge.outcome;
      const line = of.get(key) || { from, to, outcome: edge.outcome, told: false, near: false };
      line.told = line.told || edge.told.length > 0;
      line.near = line.near || isChosen(edge);
      of.set(key, line);
    }
    // Of many lines only those are drawn whose service is in view, and those of what is selected.
    const every = [...lines.values()].flatMap((of) => [...of.values()]);
    const isSeen = (line) => {
      const y = place(line.to).y + frame.top;
      return (y > -60 && y < window.innerHeight + 60) || (state.chosen && line.near);
    };
    const all = every.length > LINES ? every.filter(isSeen) : every;
    const unseen = every.length - all.length;
    at("unseen").textContent = unseen ? `${plural(unseen, "line")} to services out of view not drawn` : "";
    // Lines that share an end stand side by side there, in the order of their other ends.
    const spread = (end, other, field) => {
      for (const siblings of group(all, (line) => line[end]).values()) {
        siblings.sort((one, two) => place(one[other]).y - place(two[other]).y || one.outcome - two.outcome);
        const step = Math.min(6, 22 / siblings.length);
        siblings.forEach((line, index) => { line[field] = (index - (siblings.length - 1) / 2) * step; });
      }
    };
    spread("from", "to", "start");
    spread("to", "from", "end");
    const paths = all.map((line) => {
      const a = place(line.from);
      const b = place(line.to);
      // Clients that are scrolled out of their column end at its rim.
      const y = Math.min(Math.max(a.y, column.top - frame.top), column.bottom - frame.top) + line.start;
      const z = b.y + line.end;
      const bend = (b.left - a.right) / 2;
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", `M${a.right} ${y}C${a.right + bend} ${y} ${b.left - bend} ${z} ${b.left} ${z}`);
      path.setAttribute("class", `o${line.outcome}${line.told ? " told" : ""}${line.near ? "" : " far"}`);
      return [line.near, line.outcome, path];
    });
    // What matters more is drawn above the rest.
    paths.sort((one, other) => one[0] - other[0] || one[1] - other[1]);
    svg.replaceChildren(...paths.map((entry) => entry[2]));
    document.body.dataset.lines = paths.length;
  };

  const drawDetails = () => {
    const box = at("details");
    box.replaceChildren();
    const edges = shown.filter(isChosen).sort((one, other) => other.outcome - one.outcome);
    if (!edges.length) return;
    const table = make("table", {});
    const titles = ["Outcome", "Client", "Service", "Ports", "Sends", "Policy", "DestinationRule", "Told so"];
    table.append(make("thead", {}, make("tr", {}, ...titles.map((text) => make("th", { scope: "col", text })))));
    const rows = edges.slice(0, ROWS).map((edge) => {
      const [, namespace, host] = graph().services[edge.service];
      const cells = [
        graph().clients[edge.client].name, host.replace(/\.svc\..*$/, ""), edge.ways.join(", "), edge.sends.join(", "),
        edge.policies.join(", "), edge.rules.join(", "), some(edge.told.map((told) => `${told[0]} (${told[1]})`)),
      ];
      return make("tr", { title: namespace }, make("td", { class: `outcome t${edge.outcome}`, text: data.outcomes[edge.outcome][0] }),
        ...cells.map((text) => make("td", { text: text || "–" })));
    });
    table.append(make("tbody", {}, ...rows));
    const hidden = edges.length - rows.length;
    box.append(make("h2", { text: `Connections: ${edges.length}` }), make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Connections" }, table));
    if (hidden > 0) box.append(make("p", { class: "hidden", text: `${hidden} more are not in this table: select a node, or search` }));
  };

  const draw = () => {
    const focused = document.activeElement && document.activeElement.dataset;
    const again = focused && focused.kind ? [focused.kind, focused.index, document.activeElement.textContent] : null;
    shown = found();
    ends = { client: new Map(), service: new Map() };
    drawClients(shown);
    const folded = drawServices(shown);
    const services = new Set(shown.map((edge) => edge.service)).size;
    const all = graph().services.length;
    const parts = [
      services === all ? plural(all, "service") : `${services} of ${plural(all, "service")}`,
      shown.length === graph().edges.length ? plural(shown.length, "connection") : `${shown.length} of ${plural(graph().edges.length, "connection")}`,
    ];
    if (folded) parts.push(`${folded} folded into their namespaces`);
    at("summary").textContent = parts.join(" · ");
    at("unfold").textContent = folded ? "Unfold all" : "Fold all";
    at("unfold").dataset.open = folded > 0;
    if (!shown.length) at("services").append(make("p", { class: "empty", text: "Nothing matches." }));
    Object.assign(document.body.dataset, { edges: shown.length, services, folded });
    drawEdges();
    drawDetails();
    if (again) {
      const [kind, index, text] = again;
      const same = [...document.querySelectorAll(`[data-kind="${kind}"]`)]
        .find((element) => kind === "namespace" ? element.textContent === text : element.dataset.index === index);
      if (same) same.focus({ preventScroll: true });
    }
    remember();
  };

  // What is shown stands in the address, so that it can be sent to others.
  const remember = () => {
    const hash = new URLSearchParams();
    if (state.query) hash.set("q", state.query);
    if (state.off.size) hash.set("only", data.outcomes.map((outcome) => outcome[1]).filter((_, index) => !state.off.has(index)).join(","));
    if (state.told) hash.set("told", "1");
    if (state.context) hash.set("cluster", graph().name);
    if (state.all !== null) hash.set("open", state.all ? "all" : "none");
    const text = hash.toString();
    try {
      history.replaceState(null, "", text ? "#" + text : location.pathname + location.search);
    } catch (error) {
      // A sandboxed frame may not change its address.
    }
  };
  const recall = () => {
    const hash = new URLSearchParams(location.hash.slice(1));
    state.query = hash.get("q") || "";
    const only = hash.get("only");
    state.off = new Set(only === null ? [] : data.outcomes.map((_, index) => index).filter((index) => !only.split(",").includes(data.outcomes[index][1])));
    state.told = hash.get("told") === "1";
    state.context = Math.max(0, data.contexts.findIndex((context) => context.name === hash.get("cluster")));
    state.all = hash.has("open") ? hash.get("open") === "all" : null;
    at("query").value = state.query;
    at("told").checked = state.told;
    at("context").value = state.context;
    for (const box of at("outcomes").querySelectorAll("input")) box.checked = !state.off.has(Number(box.value));
  };

  const setUp = () => {
    data.outcomes.forEach(([words], index) => {
      const box = make("input", { type: "checkbox", value: index });
      box.addEventListener("change", () => {
        if (box.checked) state.off.delete(index);
        else state.off.add(index);
        draw();
      });
      const sample = document.createElementNS(SVG, "svg");
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("d", "M0 5H30");
      path.setAttribute("class", `told o${index}`);
      sample.setAttribute("aria-hidden", "true");
      sample.append(path);
      at("outcomes").append(make("label", {}, box, " ", sample, " " + words));
    });
    data.contexts.forEach((context, index) => at("context").append(make("option", { value: index, text: context.name })));
    at("contexts").hidden = data.contexts.length < 2;
    at("context").addEventListener("change", (event) => {
      Object.assign(state, { context: Number(event.target.value), chosen: null });
      state.open.clear();
      draw();
    });
    at("query").addEventListener("input", (event) => {
      Object.assign(state, { query: event.target.value, chosen: null });
      draw();
    });
    at("told").addEventListener("change", (event) => {
      state.told = event.target.checked;
      draw();
    });
    at("unfold").addEventListener("click", () => {
      state.open.clear();
      state.all = at("unfold").dataset.open === "true";
      draw();
    });
    document.addEventListener("keydown", (event) => {
      const isTyping = event.target.matches("input[type=search], select");
      if (event.key === "/" && !isTyping) {
        event.preventDefault();
        at("query").focus();
      } else if (event.key === "Escape") {
        if (state.chosen) state.chosen = null;
        else state.query = at("query").value = "";
        draw();
      } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.matches(".node")) {
        event.preventDefault();
        const nodes = [...event.target.closest(".column").querySelectorAll(".node")];
        const next = nodes[nodes.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1)];
        if (next) next.focus();
      }
    });
    let isWaiting = false;
    const later = () => {
      if (isWaiting) return;
      isWaiting = true;
      requestAnimationFrame(() => {
        isWaiting = false;
        document.documentElement.style.setProperty("--top", document.querySelector("header").offsetHeight + 8 + "px");
        drawEdges();
      });
    };
    window.addEventListener("resize", later);
    window.addEventListener("scroll", later, { passive: true });
    at("clients").parentElement.addEventListener("scroll", later, { passive: true });
    window.addEventListener("hashchange", () => {
      recall();
      draw();
    });
    later();
  };

  setUp();
  recall();
  draw();
})();
