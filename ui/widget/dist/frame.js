/* The chat inside the widget's frame. */

import { ask, conversation, document_, kept, Refused } from "./api.js";
import { card, element, textPart } from "./render.js";
import { words } from "./words.js";

const asked = new URLSearchParams(location.search);
const part = (id) => document.getElementById(id);
const log = part("log"), input = part("message"), clause = part("clause");
let language = ["zh", "en"].find((code) => code === (kept.get("language") || asked.get("language"))) || "en";
let conversationId = kept.get("conversation");
let isBusy = false;

start();

async function start() {
  const accent = asked.get("accent") || "";
  if (/^#[0-9a-f]{6}$/i.test(accent)) document.documentElement.style.setProperty("--accent", accent);
  part("composer").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  input.addEventListener("keydown", onKey);
  input.addEventListener("input", fit);
  part("language").addEventListener("click", () => use(language === "zh" ? "en" : "zh"));
  part("new").addEventListener("click", startAnew);
  part("close").addEventListener("click", close);
  part("clause-close").addEventListener("click", () => clause.close());
  clause.addEventListener("click", (event) => { if (event.target === clause) clause.close(); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !clause.open && !event.isComposing) close();
  });
  window.addEventListener("message", (event) => {
    if (event.source === window.parent && event.data?.type === "tca:open") input.focus();
  });
  use(language);
  await resume();
  input.focus();
}

function use(code) {
  language = code;
  kept.set("language", code);
  const w = words[code];
  document.documentElement.lang = code === "zh" ? "zh-CN" : "en";
  document.title = part("title").textContent = w.title;
  part("language").textContent = w.other;
  part("language").setAttribute("aria-label", w.otherLabel);
  part("language").lang = code === "zh" ? "en" : "zh-CN";
  for (const [id, label] of [["new", w.fresh], ["close", w.close], ["send", w.send], ["clause-close", w.close]]) {
    part(id).setAttribute("aria-label", label);
    part(id).title = label;
  }
  part("message-label").textContent = w.label;
  input.placeholder = w.placeholder;
  part("small").textContent = w.small;
  if (!conversationId && !isBusy) welcome();
}

function welcome() {
  const w = words[language], box = element("div", "answer");
  box.append(element("p", "", w.hello), chips(w.starters));
  log.replaceChildren(box);
}

async function resume() {
  if (!conversationId) return;
  try {
    const stored = await conversation(conversationId);
    log.replaceChildren();
    stored.turns.forEach((turn, position) => {
      log.append(element("div", "user", turn.message));
      log.append(answerBox(turn.answer, position === stored.turns.length - 1));
    });
    scroll();
  } catch (error) {
    if (error instanceof Refused && error.status < 500 && error.status !== 429) startAnew();
    else log.append(faultBox(error, () => { log.replaceChildren(); resume(); }));
  }
}

function startAnew() {
  if (isBusy) return;
  conversationId = null;
  kept.remove("conversation");
  welcome();
  input.focus();
}

/* Enter sends; not while an input method is composing, where it picks a candidate. */
function onKey(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  submit();
}

function submit() {
  const message = input.value.trim();
  if (!message || isBusy) return;
  input.value = "";
  fit();
  say(message);
}

async function say(message) {
  if (!conversationId) log.replaceChildren();
  log.querySelectorAll(".chips").forEach((old) => old.remove());
  const mine = log.appendChild(element("div", "user", message));
  const box = log.appendChild(element("div", "answer"));
  const waiting = box.appendChild(element("div", "busy"));
  waiting.append(element("i"), words[language].busy);
  busy(true);
  scroll();
  try {
    const answer = await listen(message, box, waiting);
    const whole = answerBox(answer, true);
    box.replaceWith(whole);
    part("said").textContent = plain(answer);
    conversationId = answer.conversation_id;
    kept.set("conversation", conversationId);
    mine.scrollIntoView({ block: "start" });
  } catch (error) {
    const again = () => { mine.remove(); fault.remove(); say(message); };
    const fault = faultBox(error, again);
    box.replaceWith(fault);
    part("said").textContent = fault.firstChild.textContent;
    if (error instanceof Refused && error.status === 404) { conversationId = null; kept.remove("conversation"); }
    if (error instanceof Refused && error.status === 413) { input.value = message; fit(); }
    scroll();
  } finally {
    busy(false);
    input.focus();
  }
}

/** Draws parts as they come; the whole answer at the end. */
async function listen(message, box, waiting) {
  let code = language, answer = null;
  for await (const { event, data } of ask(message, conversationId)) {
    if (event === "answer.start") code = data.language;
    if (event === "part") {
      const drawn = partBox(data, code, null);
      if (drawn) waiting.before(drawn);
      scroll();
    }
    if (event === "answer.end") answer = data.answer;
    if (event === "error") throw new Refused(data.status || 500, data, 0);
  }
  if (!answer) throw new Refused(500, {}, 0);
  return answer;
}

function answerBox(answer, isLast) {
  const w = words[answer.language], box = element("article", "answer");
  box.lang = answer.language === "zh" ? "zh-CN" : "en";
  for (const item of answer.parts) {
    const drawn = partBox(item, answer.language, (number) => openClause(answer, number));
    if (drawn) box.append(drawn);
  }
  if (answer.handoff) box.append(element("div", "next", w.handoff + answer.handoff.summary));
  if (answer.assumptions.length) {
    const details = box.appendChild(element("details"));
    details.append(element("summary", "", w.assumptions));
    const list = details.appendChild(element("ul", "fine"));
    for (const note of answer.assumptions) list.append(element("li", "", note.text || note.parameter));
  }
  box.append(element("div", "fine", answer.notices.join(" ")));
  if (isLast) {
    const replies = answer.questions.flatMap((question) => w.replies[question.slot] || []);
    const offers = [...replies, ...answer.suggestions];
    if (offers.length) box.append(chips(offers));
  }
  return box;
}

function partBox(item, code, openCitation) {
  return item.type === "text" ? textPart(item, openCitation) : card(item.card, item.data, code);
}

function chips(offers) {
  const row = element("div", "chips");
  for (const offer of offers) {
    const chip = row.appendChild(element("button", "chip", offer));
    chip.type = "button";
    chip.addEventListener("click", () => { if (!isBusy) say(offer); });
  }
  return row;
}

function faultBox(error, again) {
  const w = words[language], box = element("div", "fault");
  let text = w.offline;
  if (error instanceof Refused) {
    text = error.status === 429 ? w.tooOften.replace("{s}", error.retryAfter || 60)
      : error.status === 413 ? w.tooLarge : error.detail || w.broken;
  }
  box.append(element("div", "", text));
  if (!(error instanceof Refused) || error.status >= 500 || error.status === 429) {
    const button = box.appendChild(element("button", "chip", w.retry));
    button.type = "button";
    button.addEventListener("click", again);
  }
  return box;
}

/** The clause around the quoted words; the quote alone when the document cannot be read. */
async function openClause(answer, number) {
  const citation = answer.citations.find((item) => item.id === number);
  if (!citation) return;
  const w = words[answer.language], text = part("clause-text");
  part("clause-title").textContent = citation.title;
  part("clause-where").textContent = w.where.replace("{clause}", citation.clause).replace("{edition}", citation.edition);
  text.replaceChildren(element("mark", "", citation.quote));
  clause.showModal();
  try {
    const whole = Array.from((await document_(citation.document, citation.language)).text);
    const [from, to] = around(whole, citation.start, citation.end);
    const cut = (start, end) => whole.slice(start, end).join("");
    const quoted = element("mark", "", cut(citation.start, citation.end));
    text.replaceChildren(...headings(cut(from, citation.start)), quoted, ...headings(cut(citation.end, to)));
  } catch (error) {
    if (!(error instanceof Refused || error instanceof TypeError)) throw error;
  }
}

/** Text with the document's headings in bold. */
function headings(text) {
  return text.split(/^#{1,6} (.*)$/m).map((piece, at) => (at % 2 ? element("b", "", piece) : piece));
}

function around(points, start, end) {
  const isGap = (at) => points[at] === "\n" && points[at - 1] === "\n";
  let from = start, to = end;
  while (from > 0 && start - from < 500 && !isGap(from - 1)) from -= 1;
  while (to < points.length && to - end < 500 && !isGap(to)) to += 1;
  return [from, to];
}

function plain(answer) {
  return answer.parts.filter((item) => item.type === "text").map((item) => item.text).join("\n");
}

function busy(state) {
  isBusy = state;
  part("send").disabled = state;
  log.setAttribute("aria-busy", String(state));
}

function fit() {
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight + 2}px`;
}

function scroll() {
  log.scrollTop = log.scrollHeight;
}

function close() {
  const parentOrigin = asked.get("parent");
  if (window.parent !== window && parentOrigin) window.parent.postMessage({ type: "tca:close" }, parentOrigin);
}
