// Code from elsewhere, code out of text, and code that runs beside the page.

export default {
  "script src": (to, put) => put("script", { src: `${to.url}.js` }),
  "script src, as our own script": (to, put) => put("script", { src: `${to.url}/allowed.js`, integrity: "ours", crossorigin: "" }, to),
  "script src, nonce guessed": (to, put) => put("script", { src: `${to.url}.js`, nonce: "" }),
  "module script src": (to, put) => put("script", { type: "module", src: `${to.url}.js` }),
  "inline script": (to, put) => { put("script").textContent = `new Image().src = "${to.url}"`; },
  "event handler attribute": (to, put) => put("img", { src: "data:,", onerror: `new Image().src = "${to.url}"` }),
  "import()": (to) => import(`${to.url}.js`),
  "import() of a data: address": (to) => import(`data:text/javascript,import "${to.url}.js"`),
  "import() of a blob": (to) => import(URL.createObjectURL(new Blob([`import "${to.url}.js"`], { type: "text/javascript" }))),
  "eval": (to) => (0, eval)(`new Image().src = "${to.url}"`),
  "new Function": (to) => new Function(`new Image().src = "${to.url}"`)(),
  "setTimeout with text": (to) => { setTimeout(`new Image().src = "${to.url}"`, 0); },
  "worker from a blob": (to) => {
    new Worker(URL.createObjectURL(new Blob([`fetch("${to.url}", { mode: "no-cors" })`])));
  },
  "worker from a data: address": (to) => new Worker(`data:text/javascript,fetch("${to.url}", { mode: "no-cors" })`),
  "worker from the attacker": (to) => new Worker(`${to.url}.js`),
  "worker that imports": (to) => new Worker(URL.createObjectURL(new Blob([`importScripts("${to.url}.js")`]))),
  "shared worker": (to) => {
    new SharedWorker(URL.createObjectURL(new Blob([`fetch("${to.url}", { mode: "no-cors" })`])));
  },
  "service worker": (to) => navigator.serviceWorker.register(`${to.url}.js`),
  "audio worklet": (to) => new AudioContext().audioWorklet.addModule(`${to.url}.js`),
  "paint worklet": (to) => CSS.paintWorklet.addModule(`${to.url}.js`),
  "layout worklet": (to) => CSS.layoutWorklet.addModule(`${to.url}.js`),
  "shared storage worklet": (to) => sharedStorage.createWorklet(`${to.url}.js`),
};
