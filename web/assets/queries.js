// What happened just now? The newest attempts, live; older ones page by page.
import { say, sayNowAndThen } from "./announce.js";
import { getJson, parameters } from "./api.js";
import { byId, h, loaded, setText, show } from "./dom.js";
import { count, plural } from "./format.js";
import { filter, fits, isFiltered, offerModels, startFilter } from "./query_filter.js";
import { queryRow, rowHead } from "./query_row.js";

const SHOWN = 20;
const DRAW_EVERY_MS = 250;  // many rows a second become one change of the page

const list = h("ol", { class: "plain" });
let trail = [];       // cursors of the pages before this one; empty: the newest
let next = null;      // cursor of the next page
let paused = false;
let lost = 0;
let held = [];        // live rows that are not shown yet, newest last
let timer = null;
let asked = 0;        // answers of older questions are dropped
let heard = { all: 0, local: 0 };

const isNewest = () => trail.length === 0;
const isLive = () => isNewest() && !paused;

function sayWaiting() {
  const some = held.length > 0;
  show("waiting", !isLive() && (some || lost > 0));
  const missed = lost > 0 ? ` ${plural(lost, "row was", "rows were")} too fast for this page; the ledger has them.` : "";
  setText("waiting", (some ? `${plural(held.length, "new query", "new queries")} waiting.` : "") + missed);
}

function sayPage() {
  const page = trail.length + 1;
  setText("page-text", isNewest() ? (paused ? "Newest queries, paused" : "Newest queries") : `Page ${count(page)}`);
  byId("newest").disabled = byId("newer").disabled = isNewest();
  byId("older").disabled = next === null;
  byId("pause").setAttribute("aria-pressed", String(paused));
}

function fill(rows) {
  list.replaceChildren(...rows.map((row) => queryRow(row)));
  if (rows.length > 0) return byId("rows").replaceChildren(rowHead(), list);
  byId("rows").replaceChildren(h("p", { class: "hint empty" },
    isFiltered() ? "No query fits the filter." : "No queries yet."));
}

async function read(cursor) {
  const mine = ++asked;
  // Two rows more than fit: a page that is filtered may be short without being the last.
  let page = await getJson(`router/queries${parameters({ limit: SHOWN, cursor, ...filter() })}`);
  const rows = page.queries;
  while (rows.length < SHOWN && page.next_cursor && mine === asked && rows.length < SHOWN) {
    page = await getJson(`router/queries${parameters({ limit: SHOWN - rows.length, cursor: page.next_cursor, ...filter() })}`);
    rows.push(...page.queries);
    if (page.queries.length === 0 && !isFiltered()) break;
  }
  if (mine !== asked) return;
  next = page.next_cursor;
  fill(rows);
  offerModels(rows.map(({ model }) => model));
  loaded("live");
  sayPage();
  sayWaiting();
}

/** The newest rows again, with what the filter says. */
export async function readNewest() {
  trail = [];
  held = [];
  lost = 0;
  await read("");
}

function announce(rows) {
  heard.all += rows.length;
  heard.local += rows.filter(({ local }) => local).length;
  if (sayNowAndThen(`${plural(heard.all, "new query", "new queries")}, ${count(heard.local)} answered locally.`))
    heard = { all: 0, local: 0 };
}

function drawHeld() {
  timer = null;
  if (!isLive() || held.length === 0) return sayWaiting();
  const rows = held.splice(0).reverse().filter(({ id }) => !list.querySelector(`[data-id="${Number(id)}"]`));
  if (rows.length === 0) return;
  if (!list.isConnected) fill([]), byId("rows").replaceChildren(rowHead(), list);
  list.prepend(...rows.slice(0, SHOWN).map((row) => queryRow(row, true)));
  while (list.children.length > SHOWN) {
    next = list.lastElementChild.dataset.id;
    list.lastElementChild.remove();
    next = String(Number(next) + 1);
  }
  byId("older").disabled = next === null;
  announce(rows);
}

/** A row of the event stream. */
export function addLive(row) {
  offerModels([row.model]);
  if (!fits(row)) return;
  held.push(row);
  if (held.length > 10_000) held.splice(0, 1000);
  timer ??= setTimeout(drawHeld, DRAW_EVERY_MS);
}

/** The stream left rows out. */
export function addGap({ lost: missed }) {
  lost += missed;
  if (isLive()) return;
  sayWaiting();
}

async function turn(change) {
  change();
  await read(trail.at(-1) ?? "");
  say(byId("page-text").textContent);
}

function setPaused(on) {
  paused = on;
  sayPage();
  if (paused) say("Live rows are paused.");
  else if (isNewest()) drawHeld(), sayWaiting();
}

export function startQueries(onError) {
  const guarded = (action) => () => action().catch(onError);
  startFilter(guarded(readNewest));
  byId("pause").addEventListener("click", () => setPaused(!paused));
  byId("older").addEventListener("click", guarded(() => turn(() => trail.push(next))));
  byId("newer").addEventListener("click", guarded(() => (trail.length > 1 ? turn(() => trail.pop()) : readNewest())));
  byId("newest").addEventListener("click", guarded(readNewest));
}
