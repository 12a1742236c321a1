// The key of the router: asked for when it is needed, kept in this tab, never in the address.
import { byId, show } from "./dom.js";

const NAME = "llm-router-key";
let inMemory = "";
let declined = false;
const listeners = new Set();

function stored() {
  try {
    return sessionStorage.getItem(NAME) ?? "";
  } catch {
    return inMemory;
  }
}

function store(key) {
  inMemory = key;
  try {
    if (key) sessionStorage.setItem(NAME, key);
    else sessionStorage.removeItem(NAME);
  } catch {
    // Storage is switched off: it holds until the page is left.
  }
}

/** The key, or "". */
export const currentKey = () => stored();

/** Runs when another key is in use, or none. */
export const onKeyChange = (listener) => listeners.add(listener);

function changed() {
  byId("key-open").textContent = stored() ? "Key: set" : "Key";
  listeners.forEach((listener) => listener());
}

/** Opens the dialog; `why` is one sentence. */
export function askForKey(why, wrong = "") {
  const dialog = byId("key-dialog");
  byId("key-why").textContent = why;
  byId("key-wrong").textContent = wrong;
  show("key-wrong", wrong !== "");
  show("key-forget", stored() !== "");
  if (dialog.open) return;
  byId("key-input").value = "";
  dialog.showModal();
}

/** The router refused a request that was sent with `used`. Asks, unless the person said no. */
export function keyRefused(used) {
  if (used !== stored() || declined) return; // another key is on its way, or none is wanted
  askForKey("This router asks for a key.", used ? "The router does not know this key." : "");
}

function use(key) {
  declined = false;
  store(key);
  byId("key-dialog").close();
  changed();
}

export function startKey() {
  const dialog = byId("key-dialog");
  byId("key-open").textContent = stored() ? "Key: set" : "Key";
  byId("key-open").addEventListener("click", () =>
    askForKey(stored() ? "A key is in use." : "A key is needed where the router has some."),
  );
  byId("key-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const key = byId("key-input").value.trim();
    if (key) use(key);
  });
  byId("key-forget").addEventListener("click", () => {
    store("");
    location.reload(); // what the key has shown goes with it
  });
  byId("key-cancel").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    byId("key-input").value = "";
    if (!stored()) declined = true;
  });
}
