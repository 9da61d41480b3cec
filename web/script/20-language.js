// An element remembers the key of its text, so a change of language reaches everything.
const texts = await unpacked("lang").json();
let language = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => texts[tag]) ?? "en";

/** @type {WeakMap<Element, any[]>} what fills {0}, {1}: a text, or a function that returns one */
const fillings = new WeakMap();

function text(key, ...args) {
  return (texts[language][key] ?? key).replace(/\{(\d)\}/g, (_, at) => args[at].call?.() ?? args[at]);
}

/** Puts a text into an element, now and after each change of language. */
function say(node, key, ...args) {
  node.dataset.t = key;
  fillings.set(node, args);
  node.textContent = text(key, ...args);
  return node;
}

const spoken = (tag, ...words) => say(make(tag), ...words);

function translate(root) {
  for (const node of all("[data-t]", root)) say(node, node.dataset.t, ...(fillings.get(node) ?? []));
}

function setLanguage(next) {
  const other = next === "en" ? "ko" : "en";
  document.documentElement.lang = language = next;
  Object.assign($("language"), { textContent: texts[other].language, lang: other, onclick: () => setLanguage(other) });
  translate(document);
}

const day = (seconds) => () => new Date(seconds * 1000).toLocaleDateString(language, { dateStyle: "medium" });
const count = (number) => () => number.toLocaleString(language);
