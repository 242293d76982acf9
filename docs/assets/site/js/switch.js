// Changing language keeps the reader's place, and a page without a language points at the reader's own.
// The keyboard can open and close what Material opens by a label or by hovering.
(() => {
  "use strict";

  const heading = (h2) => h2.getBoundingClientRect();
  const headerBottom = () => Math.max(0, document.querySelector(".md-header")?.getBoundingClientRect().bottom ?? 0);

  function named() {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch { return ""; }
    const target = id && document.querySelector(`.md-content [id="${CSS.escape(id)}"]`);
    if (!target) return "";
    const { top, bottom } = heading(target);
    return bottom > headerBottom() && top < innerHeight ? id : "";
  }

  // The section under the reader's eyes: the last heading above a line a fifth down the window.
  function read() {
    if (scrollY < 8) return "";
    const line = headerBottom() + (innerHeight - headerBottom()) / 5;
    const above = [...document.querySelectorAll(".md-content h2[id]")]
      .filter((h2) => h2.getClientRects().length && heading(h2).top <= line);
    return above.at(-1)?.id ?? "";
  }

  function keepPlace(event) {
    const link = event.target.closest?.("a.md-select__link[hreflang]");
    if (!link) return;
    link.hash = named() || read();
    // Material would take the click, look the page up in a sitemap of its own, and lose the place.
    event.stopPropagation();
  }

  // Also before the middle button and the menu's "open in a new tab".
  for (const kind of ["click", "auxclick", "contextmenu"]) document.addEventListener(kind, keepPlace, true);

  const language = (tag) => {
    const short = tag.toLowerCase().split("-")[0];
    return short === "no" || short === "nn" ? "nb" : short;
  };
  // The list of languages: Escape closes it, and the next look at it opens it.
  for (const select of document.querySelectorAll(".md-select")) {
    const button = select.querySelector("button");
    const open = () => select.classList.remove("is-closed");
    select.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      button.focus();
      select.classList.add("is-closed");
    });
    select.addEventListener("focusin", open);
    select.addEventListener("focusout", open);
    select.addEventListener("mouseleave", open);
    button.addEventListener("click", open);
  }

  // The search: Tab goes from hit to hit, past the last one out of it. Material closes the search at any Tab, and what has
  // the focus then is somewhere else on the page.
  const search = document.querySelector("[data-md-component='search']");
  search?.addEventListener("keydown", (event) => {
    if (event.key === "Shift") event.stopPropagation(); // at which Material gives the focus back to the field
    if (event.key !== "Tab") return;
    const stops = [...search.querySelectorAll(".md-search__input, .md-search__output :is(a[href], summary)")]
      .filter((one) => one.checkVisibility({ visibilityProperty: true }));
    const next = stops[stops.indexOf(document.activeElement) + (event.shiftKey ? -1 : 1)];
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    next.focus();
  });

  // The menu of a narrow or zoomed window.
  const menu = document.querySelector(".md-header label[for='__drawer']");
  const drawer = document.getElementById("__drawer");
  if (menu && drawer) {
    const said = document.querySelector(".md-nav--primary")?.ariaLabel;
    if (said) menu.setAttribute("aria-label", said);
    menu.setAttribute("role", "button");
    menu.tabIndex = 0;
    const tell = () => menu.setAttribute("aria-expanded", drawer.checked);
    const first = () => [...document.querySelectorAll(".md-sidebar--primary :is(a, label[tabindex])")]
      .find((one) => one.checkVisibility({ visibilityProperty: true }));
    tell();
    drawer.addEventListener("change", () => {
      tell();
      if (drawer.checked && document.activeElement === menu) requestAnimationFrame(() => first()?.focus());
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== " ") return; // Enter is Material's: it clicks the label that has the focus
      event.preventDefault();
      menu.click();
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !drawer.checked) return;
      drawer.click();
      menu.focus();
    });
  }

  for (const list of document.querySelectorAll("ul.languages")) {
    const links = [...list.querySelectorAll("a[hreflang]")];
    const yours = (navigator.languages ?? [navigator.language])
      .map((tag) => links.find((a) => language(a.hreflang) === language(tag))).find(Boolean);
    yours?.classList.add("is-yours");
  }
})();
