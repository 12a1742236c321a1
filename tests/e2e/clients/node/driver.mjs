// Runs one operation of a client for each line read: {"client", "operation", "url", "given"}, and
// writes {"result"} or {"error"}. One process for all tests, as starting one takes most of the time.
import readline from "node:readline";

const clients = { openai: await import("./openai.mjs"), ollama: await import("./ollama.mjs") };

function describe(error) {
  return {
    type: error.constructor.name,
    message: String(error.message),
    status: error.status ?? error.status_code ?? null,
    code: error.code ?? null,
    retry_after: error.headers?.get?.("retry-after") ?? null,
    text: error.textBefore ?? null,
  };
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { client, operation, url, given } = JSON.parse(line);
  let answer;
  try {
    answer = { result: await clients[client][operation](url, given) };
  } catch (error) {
    answer = { error: describe(error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
