// /admin/: starts Decap with this page's configuration, in the reader's language, and stops a save that would put
// personal data into the repository. What is typed leaves this page only by saving.
(() => {
  "use strict";

  window.CMS_MANUAL_INIT = true; // or Decap starts by itself, and looks for a file config.yml
  const { config, contacts, languages } = JSON.parse(document.getElementById("cms").textContent);
  const bar = document.querySelector(".bar");

  // The language of the page -------------------------------------------------------------------------------------

  const STORED = "tillit.cms.language"; // not in the address: signing in at a Git host loses what stands there

  function chosen() {
    const wishes = [localStorage.getItem(STORED), ...navigator.languages].filter(Boolean);
    const named = (wish) => languages.find((one) => one.codes.includes(wish.toLowerCase().split("-")[0]));
    return wishes.map(named).find(Boolean) ?? languages[0];
  }

  const said = chosen();

  function choose(event) {
    localStorage.setItem(STORED, event.currentTarget.lang);
    location.reload();
  }

  function showBar() {
    document.documentElement.lang = said.id;
    document.title = said.title;
    say(said.next);
    bar.querySelector(".bar__languages").append(...languages.map((one) => {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", lang: one.id, textContent: one.name, onclick: choose });
      button.setAttribute("aria-pressed", one === said);
      return button;
    }));
  }

  // Before a save ------------------------------------------------------------------------------------------------

  const isMap = (value) => typeof value?.keySeq === "function" && !Array.isArray(value.toJS());
  const isEmpty = (value) => value === "" || value === null || value === undefined || (isMap(value) && value.size === 0);

  // What nobody filled in is left out of the file; an emptied list stays, for "none" is an answer.
  function tidy(value) {
    if (typeof value?.toJS !== "function") return value;
    return value.map(tidy).filter((inner) => !isEmpty(inner));
  }

  const NONE = "none:"; // before the name of a list: the box that says it is empty

  function written(data) {
    let found = tidy(data);
    for (const box of [...data.keys()].filter((name) => name.startsWith(NONE))) {
      const list = box.slice(NONE.length);
      if (data.get(box) === true && !found.get(list)?.size) found = found.set(list, data.clear().toList());
      found = found.delete(box);
    }
    return found.set("body", `\n${(data.get("body") ?? "").trim()}\n`);
  }

  function texts(value) {
    if (typeof value === "string") return [value];
    return value && typeof value === "object" ? Object.values(value).flatMap(texts) : [];
  }

  // The certain kinds only: what is a guess is told by `tillit check`, where a guess can be answered.
  function personal(data) {
    const known = (data.not_personal ?? []).map((one) => one.found);
    return texts(data).flatMap((text) => Tillit.privacy.find(text, contacts))
      .filter((hit) => hit.level === "error" && !known.includes(hit.value));
  }

  function beforeSave({ entry }) {
    if (!window.Tillit?.privacy) throw say(said["no-privacy"]);
    const data = written(entry.get("data"));
    const hits = personal(data.toJS());
    if (hits.length) throw say(said.stopped, hits.map((hit) => `${said.kinds[hit.kind] ?? hit.kind}: ${hit.value}`));
    say(said.next);
    return data;
  }

  // What stands in the bar: what happens next, or why nothing was saved.
  function say(words, lines = []) {
    const list = document.createElement("ul");
    list.append(...[...new Set(lines)].map((line) => Object.assign(document.createElement("li"), { textContent: line })));
    bar.querySelector(".bar__says").replaceChildren(words, ...(lines.length ? [list] : []));
    bar.classList.toggle("is-stopped", words !== said.next);
    return Object.assign(new Error(words), { name: "" }); // Decap shows the name too
  }

  // What Decap does not have -------------------------------------------------------------------------------------

  // A day, and an hour where one is known: "2026-03-14" or "2026-03-14 09:30".
  const moment = () => createClass({
    change(day, hour) {
      this.props.onChange(day && hour ? `${day} ${hour}` : day);
    },
    render() {
      const { forID, classNameWrapper, field, setActiveStyle: onFocus, setInactiveStyle: onBlur, value } = this.props;
      const [day = "", hour = ""] = String(value ?? "").split(/[ T]/);
      const typed = (how) => ({ target }) => how(target.value);
      const label = `${field.get("label")}: ${said.hour}`;
      return h("div", { className: `${classNameWrapper} moment` },
        h("input", { id: forID, type: "date", value: day, onFocus, onBlur, onChange: typed((to) => this.change(to, hour)) }),
        h("input", { "aria-label": label, type: "time", value: hour, disabled: !day, onFocus, onBlur,
          onChange: typed((to) => this.change(day, to)) }));
    },
  });

  // A heading between fields; it holds nothing.
  const group = () => createClass({
    render() {
      return h("h2", { id: this.props.forID, className: "group" }, this.props.field.get("label"));
    },
  });

  // Decap's own translations lack some words, and call a field that a later stage asks for "optional".
  function phrases() {
    const whole = structuredClone(CMS.getLocale(said.locale));
    for (const [path, words] of Object.entries(said.phrases)) {
      const names = path.split(".");
      const last = names.pop();
      names.reduce((table, name) => (table[name] ??= {}), whole)[last] = words;
    }
    return whole;
  }

  const noMedia = { name: "none", init: () => ({ show() {}, hide() {}, enableStandalone: () => false }) };

  addEventListener("DOMContentLoaded", () => {
    showBar();
    CMS.registerWidget("moment", moment());
    CMS.registerWidget("group", group());
    CMS.registerMediaLibrary(noMedia);
    CMS.registerLocale(said.locale, phrases());
    CMS.registerEventListener({ name: "preSave", handler: beforeSave });
    const own = (one) => one.name.endsWith(`-${said.id}`);
    const collections = [...config.collections].sort((a, b) => own(b) - own(a));
    CMS.init({ config: { ...config, collections, locale: said.locale } });
  });
})();
