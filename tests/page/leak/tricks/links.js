// A link element, and what else asks ahead of time.

const link = (rel, suffix = "", more = {}) => [rel, suffix, more];

const LINKS = {
  "stylesheet": link("stylesheet", ".css"),
  "alternate stylesheet": link("alternate stylesheet", ".css", { title: "leak" }),
  "icon": link("icon"),
  "apple-touch-icon": link("apple-touch-icon"),
  "manifest": link("manifest", ".json"),
  "search": link("search", "", { type: "application/opensearchdescription+xml" }),
  "compression-dictionary": link("compression-dictionary"),
  "prefetch": link("prefetch"),
  "prefetch, document": link("prefetch", "", { as: "document" }),
  "prerender": link("prerender"),
  "preconnect": link("preconnect"),
  "dns-prefetch": link("dns-prefetch"),
  "modulepreload": link("modulepreload", ".js"),
  "modulepreload, as our own script": link("modulepreload", "/allowed.js", { integrity: "ours", crossorigin: "" }),
  "preload, script": link("preload", ".js", { as: "script" }),
  "preload, as our own script": link("preload", "/allowed.js", { as: "script", integrity: "ours", crossorigin: "" }),
  "preload, style": link("preload", ".css", { as: "style" }),
  "preload, image": link("preload", "", { as: "image" }),
  "preload, font": link("preload", "", { as: "font", crossorigin: "" }),
  "preload, fetch": link("preload", "", { as: "fetch", crossorigin: "" }),
};

/** Every entry becomes a function that stands alone, as it has to when it is sent into the page. */
const tricks = Object.entries(LINKS).map(([name, [rel, suffix, more]]) => {
  const attributes = JSON.stringify({ rel, ...more });
  const run = `(to, put) => put("link", { ...${attributes}, href: to.url + "${suffix}" }, to)`;
  return [`link ${name}`, run];
});

export default {
  ...Object.fromEntries(tricks),
  "link preload, imagesrcset": (to, put) => put("link", { rel: "preload", as: "image", imagesrcset: `${to.url} 1x` }),
  "link in a shadow tree": (to) => {
    const host = document.body.appendChild(document.createElement("div"));
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href: `${to.url}.css` });
    host.attachShadow({ mode: "open" }).append(link);
  },
  "speculation rules, prefetch": (to, put) => {
    put("script", { type: "speculationrules" }).textContent = JSON.stringify({ prefetch: [{ urls: [to.url], eagerness: "immediate" }] });
  },
  "speculation rules, prerender": (to, put) => {
    put("script", { type: "speculationrules" }).textContent = JSON.stringify({ prerender: [{ urls: [to.url], eagerness: "immediate" }] });
  },
  "import map and import": (to, put) => {
    put("script", { type: "importmap" }).textContent = JSON.stringify({ imports: { leak: `${to.url}.js` } });
    return import("leak");
  },
};
