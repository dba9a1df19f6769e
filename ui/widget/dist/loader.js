/* Trade credit assistant: a chat button for any page.
   <script src="https://HOST/widget/v1/loader.js" data-language="zh" data-accent="#0f6e64" data-position="right" async></script>
   data-language: zh | en (default: the page's lang) · data-accent: #rrggbb · data-position: right | left */
(function () {
  "use strict";
  var script = document.currentScript || document.querySelector('script[src*="/widget/v1/loader.js"]');
  if (!script || window.tradeCreditAssistant) return;
  var source = new URL(script.src, document.baseURI);
  var origin = source.origin;
  var given = script.dataset;
  var language = /^(zh|en)$/.test(given.language || "")
    ? given.language
    : /^zh/i.test(document.documentElement.lang || navigator.language) ? "zh" : "en";
  var accent = /^#[0-9a-f]{6}$/i.test(given.accent || "") ? given.accent : "#0f6e64";
  var side = given.position === "left" ? "left" : "right";
  var words = language === "zh"
    ? { open: "打开贸易信用保险助手", close: "关闭助手", title: "贸易信用保险助手" }
    : { open: "Open the trade credit assistant", close: "Close the assistant", title: "Trade credit assistant" };
  var icons = {
    chat: "M4 5h16v11H9l-5 4z",
    close: "M6 6l12 12M18 6 6 18",
  };
  var narrow = window.matchMedia("(max-width: 520px)");
  var button, frame, isOpen = false;

  function style(element, rules) {
    for (var name in rules) element.style.setProperty(name, rules[name], "important");
  }

  function icon(path) {
    var svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    var line = document.createElementNS("http://www.w3.org/2000/svg", "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("width", "26");
    svg.setAttribute("height", "26");
    svg.setAttribute("aria-hidden", "true");
    line.setAttribute("d", path);
    line.setAttribute("fill", "none");
    line.setAttribute("stroke", "#fff");
    line.setAttribute("stroke-width", "2");
    line.setAttribute("stroke-linecap", "round");
    line.setAttribute("stroke-linejoin", "round");
    svg.appendChild(line);
    return svg;
  }

  function makeButton() {
    button = document.createElement("button");
    button.type = "button";
    button.id = "tca-widget-button";
    var rules = {
      position: "fixed", bottom: "20px", width: "58px", height: "58px", padding: "0", border: "0", margin: "0",
      "border-radius": "50%", background: accent, cursor: "pointer", "z-index": "2147483000", display: "flex",
      "align-items": "center", "justify-content": "center", "box-shadow": "0 6px 24px rgba(10,40,40,.3)",
    };
    rules[side] = "20px";
    style(button, rules);
    button.addEventListener("click", function () { show(!isOpen); });
    document.body.appendChild(button);
  }

  function makeFrame() {
    var url = new URL("frame", source);
    url.search = new URLSearchParams({ language: language, accent: accent, parent: location.origin }).toString();
    frame = document.createElement("iframe");
    frame.id = "tca-widget-frame";
    frame.title = words.title;
    frame.src = url.href;
    frame.setAttribute("allow", "clipboard-write");
    document.body.appendChild(frame);
    place();
  }

  function place() {
    if (!frame) return;
    var rules = {
      position: "fixed", border: "0", background: "#fff", "color-scheme": "light", "z-index": "2147483001",
      display: isOpen ? "block" : "none", "max-width": "none", "max-height": "none",
      "box-shadow": "0 18px 60px rgba(10,40,40,.28)",
      top: narrow.matches ? "0" : "auto",
      bottom: narrow.matches ? "0" : "92px",
      width: narrow.matches ? "100%" : "400px",
      height: narrow.matches ? "100%" : "min(660px, calc(100vh - 112px))",
      "border-radius": narrow.matches ? "0" : "16px",
    };
    rules[side] = narrow.matches ? "0" : "20px";
    style(frame, rules);
  }

  function show(open) {
    isOpen = open;
    if (open && !frame) makeFrame();
    place();
    button.setAttribute("aria-expanded", String(open));
    button.setAttribute("aria-label", open ? words.close : words.open);
    button.replaceChildren(icon(open ? icons.close : icons.chat));
    if (open && frame) {
      frame.focus();
      frame.contentWindow.postMessage({ type: "tca:open" }, origin);
    }
  }

  function close() {
    if (!isOpen) return;
    show(false);
    button.focus();
  }

  window.addEventListener("message", function (event) {
    if (!frame || event.origin !== origin || event.source !== frame.contentWindow) return;
    if (event.data && event.data.type === "tca:close") close();
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") close();
  });
  narrow.addEventListener("change", place);

  function start() {
    makeButton();
    show(false);
  }
  window.tradeCreditAssistant = { open: function () { show(true); }, close: close };
  if (document.body) start();
  else document.addEventListener("DOMContentLoaded", start);
})();
