"use strict";
(() => {
  const root = document.documentElement;
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  const cards = all(".card");
  const nodes = new Map(all(".node").map((node) => [node.getAttribute("href"), node]));
  const search = byId("search");
  const filters = all("[data-filter]");
  let wanted = null;

  // What was chosen before, if the browser keeps it for a file.
  const keep = (name, value) => {
    try { localStorage.setItem(`kenzan-${name}`, value); } catch { /* not kept */ }
  };
  const kept = (name) => {
    try { return localStorage.getItem(`kenzan-${name}`); } catch { return null; }
  };

  // Language
  const speak = (lang) => {
    root.lang = lang;
    for (const element of all("[aria-label][data-en]")) {
      element.setAttribute("aria-label", element.dataset[lang]);
    }
    document.title = document.querySelector("title").dataset[lang];
    count();
  };
  byId("language").addEventListener("click", () => {
    const lang = root.lang === "en" ? "ja" : "en";
    keep("lang", lang);
    speak(lang);
  });

  // Light and dark
  const dark = matchMedia("(prefers-color-scheme: dark)");
  byId("theme").addEventListener("click", () => {
    const now = root.dataset.theme ?? (dark.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
    keep("theme", root.dataset.theme);
  });

  // Search and filter
  const texts = new Map();
  const textOf = (card) => {
    if (!texts.has(card)) {
      texts.set(card, `${card.dataset.find} ${card.textContent.toLowerCase()}`);
    }
    return texts.get(card);
  };
  const show = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const card of cards) {
      const fits = (wanted === null || card.dataset.verdict === wanted)
        && words.every((word) => textOf(card).includes(word));
      card.hidden = !fits;
      nodes.get(`#${card.id}`)?.classList.toggle("dim", !fits);
    }
    for (const group of all(".group")) {
      group.hidden = all(".card", group).every((card) => card.hidden);
    }
    for (const button of filters) {
      button.setAttribute("aria-pressed", String(button.dataset.filter === wanted));
    }
    root.classList.toggle("filtered", wanted !== null);
    root.classList.toggle("asked", wanted !== null || words.length > 0);
    const list = byId("equations");
    if (root.matches(".asked") && list.getBoundingClientRect().top < 0) { list.scrollIntoView(); }
    byId("none").hidden = shown().length > 0;
    count();
  };
  const shown = () => cards.filter((card) => !card.hidden);
  function count() {
    const some = shown().length;
    const words = byId("shown").dataset[root.lang];
    byId("shown").textContent = some === cards.length
      ? "" : words.replace("{shown}", some).replace("{all}", cards.length);
  }
  search.addEventListener("input", show);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { shown()[0]?.focus(); }
  });
  for (const button of filters) {
    button.addEventListener("click", () => {
      wanted = wanted === button.dataset.filter ? null : button.dataset.filter;
      show();
    });
  }

  // A link leads to a card even if the card was filtered away.
  const go = () => {
    const target = byId(decodeURIComponent(location.hash.slice(1)));
    if (!target) { return; }
    if (!target.checkVisibility()) { wanted = null; search.value = ""; show(); }
    const folded = target.closest("details");
    if (folded) { folded.open = true; }
    target.scrollIntoView();
    if (target.matches(".card")) { target.focus({ preventScroll: true }); }
  };
  addEventListener("hashchange", go);
  addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.getAttribute("href") === location.hash) { go(); }
  });

  // The graph: what an equation uses, and what uses it
  for (const [href, node] of nodes) {
    const near = all(".edges path").filter((p) => p.dataset.used === href || p.dataset.by === href);
    const mark = (on) => near.forEach((path) => path.classList.toggle("near", on));
    for (const name of ["mouseenter", "focus"]) { node.addEventListener(name, () => mark(true)); }
    for (const name of ["mouseleave", "blur"]) { node.addEventListener(name, () => mark(false)); }
  }

  // Proofs
  const fold = (proofs, open) => proofs.forEach((proof) => { proof.open = open; });
  const unfold = byId("unfold");
  unfold.addEventListener("click", () => {
    const open = unfold.getAttribute("aria-pressed") !== "true";
    fold(all(".proof"), open);
    unfold.setAttribute("aria-pressed", String(open));
  });
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    fold(folded, true);
  });
  addEventListener("afterprint", () => fold(folded, false));

  // Keyboard
  const help = byId("help");
  byId("keys").addEventListener("click", () => help.showModal());
  const step = (by) => {
    const list = shown();
    const here = list.indexOf(document.activeElement.closest(".card"));
    const next = list[here < 0 ? (by > 0 ? 0 : list.length - 1) : here + by];
    next?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: "nearest" });
  };
  const keys = {
    "/": () => search.focus(),
    "?": () => help.showModal(),
    j: () => step(1),
    k: () => step(-1),
    o: () => {
      const proofs = all(".proof", document.activeElement.closest(".card") ?? document.createElement("p"));
      fold(proofs, proofs.some((proof) => !proof.open));
    },
  };
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) { return; }
    if (event.key === "Escape") {
      search.value = "";
      wanted = null;
      search.blur();
      show();
    } else if (document.activeElement !== search && Object.hasOwn(keys, event.key)) {
      event.preventDefault();
      keys[event.key]();
    }
  });

  if (kept("theme")) { root.dataset.theme = kept("theme"); }
  if (["en", "ja"].includes(kept("lang"))) { speak(kept("lang")); }
  if (location.hash) { go(); }
})();
