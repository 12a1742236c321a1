// Server-sent events out of pieces of text, wherever those are cut.

/** `onEvent({event, id, data})` for every complete event; comments are passed over. */
export class SseParser {
  #rest = "";
  #event = "";
  #id = "";
  #data = [];
  #onEvent;

  constructor(onEvent) {
    this.#onEvent = onEvent;
  }

  feed(text) {
    // A carriage return at the end may be half of a line end: it waits for what follows.
    const all = this.#rest + text;
    const held = all.endsWith("\r") ? 1 : 0;
    const lines = all.slice(0, all.length - held).split(/\r\n|\n|\r/);
    this.#rest = lines.pop() + all.slice(all.length - held);
    lines.forEach((line) => this.#line(line));
  }

  #line(line) {
    if (line === "") return this.#dispatch();
    if (line.startsWith(":")) return;
    const colon = line.indexOf(":");
    const name = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? "" : line.slice(colon + 1);
    if (value.startsWith(" ")) value = value.slice(1);
    if (name === "data") this.#data.push(value);
    else if (name === "event") this.#event = value;
    else if (name === "id") this.#id = value;
  }

  #dispatch() {
    if (this.#data.length > 0)
      this.#onEvent({ event: this.#event || "message", id: this.#id, data: this.#data.join("\n") });
    this.#event = "";
    this.#data = [];
  }
}
