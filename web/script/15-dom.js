const $ = (id) => document.getElementById(id);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const encode = (text) => new TextEncoder().encode(text);

/** Makes an element with properties and children. */
function make(tag, properties, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

/** Fills a select; nobody is asked when there is nothing to choose. */
function offer(id, names, pick) {
  $(id).replaceChildren(...names.map((name, value) => make("option", { value }, name)));
  $(id).onchange = () => pick($(id).value);
  $(id).parentElement.hidden = names.length < 2;
}
