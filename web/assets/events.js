// The router's live events, over fetch: EventSource cannot send a key.
import { request } from "./api.js";
import { onKeyChange } from "./key.js";
import { SseParser } from "./sse_parser.js";

/** The router tells its status every two seconds: after this long without a byte it is gone. */
const SILENCE_MS = 15_000;
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;

const listeners = { query: new Set(), status: new Set(), gap: new Set(), connection: new Set() };
let attempt = 0;
let running = null;
let waiting = null;

/** `kind`: query, status, gap (data of the event), or connection ("connecting", "live", "lost", "refused"). */
export const on = (kind, listener) => listeners[kind].add(listener);

const tell = (kind, data) => listeners[kind]?.forEach((listener) => listener(data));

function deliver({ event, data }) {
  if (!listeners[event]) return;
  attempt = 0;
  tell(event, JSON.parse(data));
}

async function read(controller) {
  let silence = null;
  const alive = () => {
    clearTimeout(silence);
    silence = setTimeout(() => controller.abort(), SILENCE_MS);
  };
  try {
    alive();
    const answer = await request("router/events", { signal: controller.signal });
    tell("connection", "live");
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    const parser = new SseParser(deliver);
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      alive();
      parser.feed(value);
    }
  } finally {
    clearTimeout(silence);
  }
}

async function connect() {
  const controller = new AbortController();
  running = controller;
  let state = "lost";
  try {
    await read(controller);
  } catch (error) {
    if (error.status === 401 || error.status === 403) state = "refused";
  }
  if (running !== controller) return; // another connection took over
  tell("connection", state);
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt++);
  waiting = setTimeout(connect, wait * (0.75 + Math.random() / 2));
}

/** Now, not after the wait. */
function reconnect() {
  clearTimeout(waiting);
  const before = running;
  running = null;
  before?.abort();
  attempt = 0;
  connect();
}

export function startEvents() {
  onKeyChange(reconnect);
  addEventListener("online", reconnect);
  connect();
}
