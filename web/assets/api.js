// Requests to the router. Addresses are relative to this file, so that a prefix of a proxy stays.
import { currentKey, keyRefused } from "./key.js";

const root = new URL("../", import.meta.url);

/** What the router answered instead: message, code and status. */
class ApiError extends Error {
  constructor(message, status, code) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

async function toError(answer) {
  let message = `The router answered ${answer.status}`;
  try {
    message = (await answer.json()).error.message ?? message;
  } catch {
    // Not JSON: the status has to do.
  }
  return new ApiError(message, answer.status, answer.headers.get("x-router-error") ?? "");
}

/** The answer of a request that went well; else throws an ApiError, or a TypeError without network. */
export async function request(path, options = {}) {
  const key = currentKey();
  const headers = { ...options.headers };
  if (key) headers.Authorization = `Bearer ${key}`;
  const answer = await fetch(new URL(path, root), {
    cache: "no-store",
    credentials: "omit",
    ...options,
    headers,
  });
  if (answer.ok) return answer;
  if (answer.status === 401) keyRefused(key);
  throw await toError(answer);
}

export const getJson = async (path, options) => (await request(path, options)).json();

export async function sendJson(method, path, body, options = {}) {
  const headers = { "Content-Type": "application/json", ...options.headers };
  return (await request(path, { ...options, method, headers, body: JSON.stringify(body) })).json();
}

/** "?a=1&b=2" without what is empty. */
export function parameters(values) {
  const given = Object.entries(values).filter(
    ([, value]) => value !== "" && value !== null && value !== undefined,
  );
  return given.length ? `?${new URLSearchParams(given)}` : "";
}

/** Where clients find this router: "http://localhost:11435". */
export const origin = root.href.replace(/\/$/, "");
