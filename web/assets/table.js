// Tables with their heads, for people and screen readers.
import { h } from "./dom.js";

/**
 * columns: [{title, value(row), number?, minor?, metered?, hint?}]; the first column heads its row. `value` gives a text or
 * an element, or several. What is minor is left out where the page is narrow.
 */
export function table(columns, rows, caption) {
  const cellClass = (column) =>
    [column.number && "number", column.minor && "minor"].filter(Boolean).join(" ") || null;
  const head = h(
    "tr",
    {},
    columns.map((column) =>
      h(
        "th",
        {
          scope: "col",
          class: [cellClass(column), column.metered && "metered"].filter(Boolean).join(" ") || null,
          title: column.hint,
        },
        column.title,
      ),
    ),
  );
  const body = rows.map((row) =>
    h(
      "tr",
      {},
      columns.map((column, index) =>
        h(
          index === 0 ? "th" : "td",
          { class: cellClass(column), scope: index === 0 ? "row" : null },
          ...[column.value(row)].flat(),
        ),
      ),
    ),
  );
  return h(
    "table",
    {},
    caption ? h("caption", { class: "unseen" }, caption) : null,
    h("thead", {}, head),
    h("tbody", {}, body),
  );
}

/** Where a model runs, as a shape and a word: colour is never alone. */
export const place = (local) =>
  h(
    "span",
    { class: `place ${local ? "is-local" : "is-external"}` },
    h("span", { class: "mark", "aria-hidden": "true" }),
    local ? "local" : "external",
  );

/** A figure with a bar beside it. */
export function meter(part, all, text) {
  const bar = h("span", { class: "meter-fill" });
  bar.style.inlineSize = `${all > 0 ? (100 * part) / all : 0}%`;
  return h(
    "span",
    { class: "meter" },
    h("span", {}, text),
    h("span", { class: "meter-track", "aria-hidden": "true" }, bar),
  );
}
