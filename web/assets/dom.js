// Making elements. Text goes in as text nodes only: names of models and errors are not ours.

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/**
 * h("td", {class: "number", title: "x"}, "text", child...). A property whose value is null, undefined or false
 * is left out, true stands for an empty attribute, and a function is a listener ("onclick").
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

/** Writes text only where it differs, so that screen readers and selections are left in peace. */
export function setText(target, text) {
  const element = typeof target === "string" ? byId(target) : target;
  if (element.textContent !== text) element.textContent = text;
}

export function show(target, visible) {
  const element = typeof target === "string" ? byId(target) : target;
  element.hidden = !visible;
}

/** The section has its first figures. */
export const loaded = (id) => byId(id).removeAttribute("aria-busy");

/** [label, value, title?] each, for a <dl class="facts">. */
export function facts(entries) {
  return entries.map(([label, value, title]) => h("div", { title }, h("dt", {}, label), h("dd", {}, value)));
}
