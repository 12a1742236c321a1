// What happened just now? The newest attempts, live; older ones page by page.
import { say, sayNowAndThen } from "./announce.js";
import { getJson, parameters } from "./api.js";
import { byId, h, loaded, setText, show } from "./dom.js";
import { count, plural } from "./format.js";
import { filter, fits, isFiltered, offerModels, startFilter } from "./query_filter.js";
import { queryRow, rowHead } from "./query_row.js";

const SHOWN = 20;
const MOST_PAGES = 5; // asked for at once, where a filter leaves little of each
const MOST_HELD = 1000; // while the list is paused
const DRAW_EVERY_MS = 250; // many rows a second become one change of the page

const list = h("ol", { class: "plain" });
let shown = []; // the rows of the list, in its order
let trail = []; // cursors of the pages before this one; empty: the newest
let next = null; // the cursor that follows them; null: none, undefined: live rows moved them, ask
let paused = false;
let lost = 0;
let held = []; // live rows that are not shown yet, newest last
let timer = null;
let asked = 0; // answers of older questions are dropped
let arriving = null; // live rows that come while a page is read, which may not have them yet
let heard = { all: 0, local: 0 };

const isNewest = () => trail.length === 0;
const isLive = () => isNewest() && !paused;
const same = (a, b) => a.request_id === b.request_id && a.attempt === b.attempt;

function sayWaiting() {
  const some = held.length > 0;
  const known =
    held.length < MOST_HELD
      ? plural(held.length, "new query", "new queries")
      : `More than ${count(MOST_HELD)} new queries`;
  show("waiting", !isLive() && (some || lost > 0));
  const missed =
    lost > 0 ? ` ${plural(lost, "row was", "rows were")} too fast for this page; the ledger has them.` : "";
  setText("waiting", (some ? `${known} waiting.` : "") + missed);
}

function sayPage() {
  const page = trail.length + 1;
  setText(
    "page-text",
    isNewest() ? (paused ? "Newest queries, paused" : "Newest queries") : `Page ${count(page)}`,
  );
  byId("newest").disabled = byId("newer").disabled = isNewest();
  byId("older").disabled = next === null;
  byId("pause").setAttribute("aria-pressed", String(paused));
}

function fill(rows) {
  shown = rows;
  list.replaceChildren(...rows.map((row) => queryRow(row)));
  if (rows.length > 0) return byId("rows").replaceChildren(rowHead(), list);
  byId("rows").replaceChildren(
    h("p", { class: "hint empty" }, isFiltered() ? "No query fits the filter." : "No queries yet."),
  );
}

/** A page that is filtered may be short without being the last: what is missing is asked for. */
async function readPage(cursor) {
  const rows = [];
  let following = cursor;
  for (let pages = 0; pages < MOST_PAGES && rows.length < SHOWN && following !== null; ++pages) {
    const page = await getJson(
      `router/queries${parameters({ limit: SHOWN - rows.length, cursor: following, ...filter() })}`,
    );
    rows.push(...page.queries);
    following = page.next_cursor;
  }
  return { rows, following };
}

async function read(cursor) {
  const mine = ++asked;
  arriving = [];
  const page = await readPage(cursor).finally(() => {
    if (mine === asked) (held.push(...arriving.splice(0)), (arriving = null));
  });
  if (mine !== asked) return;
  next = page.following;
  fill(page.rows);
  offerModels(page.rows.map(({ model }) => model));
  loaded("live");
  sayPage();
  drawHeld();
}

/** Live rows come without the id that cursors are made of: the ledger knows it. */
async function cursorAfter(row) {
  if (next !== undefined) return next;
  if (row.id) return row.id;
  const page = await getJson(`router/queries${parameters({ request_id: row.request_id })}`);
  return page.queries.find((one) => same(one, row))?.id ?? "";
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
  if (
    sayNowAndThen(`${plural(heard.all, "new query", "new queries")}, ${count(heard.local)} answered locally.`)
  )
    heard = { all: 0, local: 0 };
}

/** A row that was listed as open has ended. True if the list had it. */
function replaceListed(row) {
  const index = shown.findIndex((one) => same(one, row));
  if (index < 0) return false;
  if (shown[index].status === "open") {
    shown[index] = row;
    list.children[index].replaceWith(queryRow(row, true));
  }
  return true;
}

function prepend(rows) {
  if (shown.length === 0) byId("rows").replaceChildren(rowHead(), list);
  list.prepend(...rows.slice(0, SHOWN).map((row) => queryRow(row, true)));
  const all = [...rows, ...shown];
  shown = all.slice(0, SHOWN);
  if (all.length > SHOWN) next = undefined;
  while (list.children.length > SHOWN) list.lastElementChild.remove();
  sayPage();
}

function drawHeld() {
  timer = null;
  if (!isLive() || held.length === 0) return sayWaiting();
  const rows = held
    .splice(0)
    .reverse()
    .filter((row) => !replaceListed(row));
  if (rows.length > 0) {
    prepend(rows);
    announce(rows);
  }
  sayWaiting();
}

/** A row of the event stream. */
export function addLive(row) {
  offerModels([row.model]);
  if (!fits(row)) return;
  (arriving ?? held).push(row);
  if (held.length > MOST_HELD) held.splice(0, held.length - MOST_HELD);
  timer ??= setTimeout(drawHeld, DRAW_EVERY_MS);
}

/** The stream left rows out. */
export function addGap({ lost: missed }) {
  lost += missed;
  if (isLive()) return;
  sayWaiting();
}

async function turn(change) {
  await change();
  await read(trail.at(-1) ?? "");
  say(byId("page-text").textContent);
}

const older = () => turn(async () => trail.push(await cursorAfter(shown.at(-1))));
const newer = () => (trail.length > 1 ? turn(() => trail.pop()) : readNewest());

function setPaused(on) {
  paused = on;
  sayPage();
  if (paused) say("Live rows are paused.");
  else if (isNewest()) (drawHeld(), sayWaiting());
}

export function startQueries(onError) {
  const guarded = (action) => () => action().catch(onError);
  startFilter(guarded(readNewest));
  byId("pause").addEventListener("click", () => setPaused(!paused));
  byId("older").addEventListener("click", guarded(older));
  byId("newer").addEventListener("click", guarded(newer));
  byId("newest").addEventListener("click", guarded(readNewest));
}
