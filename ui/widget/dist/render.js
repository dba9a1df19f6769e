/* Answers as elements. Text only ever enters the page as text nodes. */

import { words } from "./words.js";

export function element(tag, className = "", text = null) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== null) made.textContent = text;
  return made;
}

/** A text part: paragraphs, lists, bold words, and footnotes that call `openCitation(number)`. */
export function textPart(part, openCitation) {
  const box = element("div", part.role);
  let list = null, paragraph = null;
  for (const line of marked(part).split("\n")) {
    if (line.startsWith("- ")) {
      paragraph = null;
      list ??= box.appendChild(element("ul"));
      inline(list.appendChild(element("li")), line.slice(2), openCitation);
    } else if (!line.trim()) {
      list = paragraph = null;
    } else {
      list = null;
      if (paragraph) paragraph.append(document.createElement("br"));
      paragraph ??= box.appendChild(element("p"));
      inline(paragraph, line, openCitation);
    }
  }
  return box;
}

/** The part's text with \ue000n\ue001 where footnotes stand; offsets count code points. */
function marked(part) {
  const points = Array.from(part.text);
  const marks = new Set(part.evidence.filter((item) => item.source.startsWith("citation:"))
    .map((item) => `${item.end}:${item.source.slice(9)}`));
  [...marks].map((mark) => mark.split(":").map(Number)).sort((a, b) => b[0] - a[0] || b[1] - a[1])
    .forEach(([end, number]) => points.splice(end, 0, `\ue000${number}\ue001`));
  return points.join("");
}

function inline(parent, text, openCitation) {
  for (const piece of text.split(/(\*\*[^*]+\*\*|\ue000\d+\ue001)/)) {
    const note = /^\ue000(\d+)\ue001$/.exec(piece);
    if (note && openCitation) {
      const button = element("button", "foot", note[1]);
      button.type = "button";
      button.setAttribute("aria-label", `[${note[1]}]`);
      button.addEventListener("click", () => openCitation(Number(note[1])));
      parent.append(button);
    } else if (note) {
      parent.append(element("sup", "", note[1]));
    } else if (/^\*\*.+\*\*$/.test(piece)) {
      parent.append(element("b", "", piece.slice(2, -2)));
    } else {
      parent.append(piece);
    }
  }
}

/** A compact card, or null for a kind whose words say enough. */
export function card(name, data, language) {
  const w = words[language], c = w.cards, box = element("section", "card");
  const heading = (figure = "") => {
    const title = box.appendChild(element("h2", "", c[name]));
    if (figure) title.append(element("strong", "", figure));
  };
  const rows = (pairs) => {
    const list = box.appendChild(element("dl"));
    for (const [term, value] of pairs) if (value) list.append(element("dt", "", term), element("dd", "", value));
  };
  const sum = (value) => money(value, language);
  switch (name) {
    case "premium_estimate":
      if (!data.mid) return null;
      heading(`${sum(data.low)} – ${sum(data.high)}`);
      rows([[c.mid, sum(data.mid)], [c.rate, `${data.rate_pct}%`], [c.minimum, sum(data.minimum_premium)]]);
      return box;
    case "indemnity": {
      if (!data.indemnity) return null;
      heading(sum(data.indemnity));
      const paid = data.indemnity.amount, above = data.uninsured?.amount ?? 0, own = data.own_share?.amount ?? 0;
      const bar = box.appendChild(element("div", "bar"));
      bar.setAttribute("aria-hidden", "true");
      for (const [amount, color] of [[paid, "var(--accent)"], [own, "#e0a100"], [above, "#c4523f"]]) {
        if (amount > 0) bar.appendChild(element("span")).style.cssText = `flex:${amount} 0 0;background:${color}`;
      }
      rows([[c.paid, sum(data.indemnity)], [c.own, own > 0 && sum(data.own_share)], [c.uninsured, above > 0 && sum(data.uninsured)]]);
      return box;
    }
    case "deadlines":
      heading();
      rows([...data.rows].sort((a, b) => (a.date < b.date ? -1 : 1)).map((row) => [
        w.duties[row.duty] || row.duty.replaceAll("_", " "), `${day(row.date, language)}${left(row.days_left, w)}`]));
      return box;
    case "checklist": {
      const papers = [...data.items].sort((a, b) => a.held - b.held || b.required - a.required);
      const line = (item) => element("li", item.held ? "held" : item.required ? "" : "open", item.title[language]);
      heading(`${papers.filter((item) => item.held).length} / ${papers.length}`);
      box.appendChild(element("ul", "checks")).append(...papers.slice(0, 6).map(line));
      if (papers.length > 6) {
        const rest = box.appendChild(element("details"));
        rest.append(element("summary", "", w.more.replace("{n}", papers.length - 6)));
        rest.appendChild(element("ul", "checks")).append(...papers.slice(6).map(line));
      }
      return box;
    }
    case "coverage":
      heading();
      rows(["met", "not_met", "unknown"].map((state) => [
        c[state], String(data.conditions.filter((item) => item.state === state).length)]));
      return box;
    case "buyer":
      if (!data.candidates.length) return null;
      heading();
      rows(data.candidates.map((item) => [item.name, item.country]));
      return box;
    case "assessment":
      heading();
      rows([[c.score, figure(data.score)], [c.grade, figure(data.grade)], [c.pd, data.pd_12m_pct != null && `${data.pd_12m_pct}%`]]);
      return box;
    case "interest":
      heading(sum(data.total));
      rows([[c.interest_rate, `${data.rate_pct}%`], [c.interest_sum, sum(data.interest)], [c.total, sum(data.total)]]);
      return box;
    case "receivables":
      heading();
      rows(["dso_days", "working_capital_ratio", "quick_ratio", "cei_pct"].map((key) => [c[key], figure(data[key])]));
      return box;
    default:
      return null;
  }
}

export function money(value, language) {
  if (!value) return "";
  const amount = new Intl.NumberFormat("en", { maximumFractionDigits: 2 }).format(value.amount);
  if (!value.currency || value.currency === "XXX") return amount;
  return language === "zh" && value.currency === "CNY" ? `${amount} 元` : language === "zh" ? `${amount} ${value.currency}` : `${value.currency} ${amount}`;
}

function figure(value) {
  return value === null || value === undefined ? "" : String(value);
}

function day(iso, language) {
  const [year, month, date] = iso.split("-").map(Number);
  if (language === "zh") return `${year}年${month}月${date}日`;
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" })
    .format(Date.UTC(year, month - 1, date));
}

function left(days, w) {
  if (days === null || days === undefined) return "";
  return ` · ${days === 0 ? w.today : (days > 0 ? w.days : w.passed).replace("{n}", Math.abs(days))}`;
}
