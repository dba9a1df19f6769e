/* The chat API, seen from the widget. Nothing here touches the page. */

const base = location.pathname.replace(/\/widget\/v1\/.*$/, "");
const TOKEN = "X-Visitor-Token";
let memory = {};

/** The frame's own storage; browsers may refuse it inside another site's page, then it lasts for the visit. */
export const kept = {
  get(name) {
    try { return localStorage.getItem(`tca.${name}`) ?? memory[name] ?? null; } catch { return memory[name] ?? null; }
  },
  set(name, value) {
    memory[name] = value;
    try { localStorage.setItem(`tca.${name}`, value); } catch { /* kept in memory */ }
  },
  remove(name) {
    delete memory[name];
    try { localStorage.removeItem(`tca.${name}`); } catch { /* kept in memory */ }
  },
};

export class Refused extends Error {
  constructor(status, problem, retryAfter) {
    super(problem.detail || `HTTP ${status}`);
    this.status = status;
    this.code = problem.code || "";
    this.detail = problem.detail || "";
    this.retryAfter = retryAfter;
  }
}

export async function conversation(id) {
  return (await send(`/v1/conversations/${encodeURIComponent(id)}`)).json();
}

export async function document_(id, language) {
  return (await send(`/v1/documents/${encodeURIComponent(id)}?language=${language}`)).json();
}

/** Events of one answer: {event, data}. */
export async function* ask(message, conversationId) {
  const body = JSON.stringify({ message, conversation_id: conversationId, persona: "visitor", stream: true });
  const response = await send("/v1/chat", { method: "POST", body, headers: { "Content-Type": "application/json" } });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  for (;;) {
    const { done, value } = await reader.read();
    buffer += done ? "\n\n" : value;
    buffer = buffer.replace(/\r\n/g, "\n");
    for (let end = buffer.indexOf("\n\n"); end >= 0; end = buffer.indexOf("\n\n")) {
      const event = parsed(buffer.slice(0, end));
      buffer = buffer.slice(end + 2);
      if (event) yield event;
    }
    if (done) return;
  }
}

function parsed(block) {
  let event = "message", data = [];
  for (const line of block.split("\n")) {
    if (line.startsWith("event:")) event = line.slice(6).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
  }
  return data.length ? { event, data: JSON.parse(data.join("\n")) } : null;
}

async function send(path, options = {}, isRetry = false) {
  const headers = { ...options.headers, "Accept-Language": kept.get("language") || "en" };
  const token = kept.get("visitor");
  if (token) headers[TOKEN] = token;
  const response = await fetch(base + path, { ...options, headers, credentials: "omit", cache: "no-store" });
  const given = response.headers.get(TOKEN);
  if (given) kept.set("visitor", given);
  if (response.ok) return response;
  let problem = {};
  try { problem = await response.json(); } catch { /* a proxy's page, not ours */ }
  if (problem.code === "bad_visitor_token" && !isRetry) {
    kept.remove("visitor");
    return send(path, options, true);
  }
  throw new Refused(response.status, problem, Number(response.headers.get("Retry-After")) || 0);
}
