// Script asks for an address outright.

export default {
  "fetch": (to) => fetch(to.url),
  "fetch, POST": (to) => fetch(to.url, { method: "POST", body: to.secret }),
  "fetch, no-cors": (to) => fetch(to.url, { mode: "no-cors" }),
  "fetch, keepalive": (to) => fetch(to.url, { method: "POST", keepalive: true, body: to.secret, mode: "no-cors" }),
  "fetchLater": (to) => fetchLater(to.url, { activateAfter: 0 }),
  "XMLHttpRequest": (to) => {
    const request = new XMLHttpRequest();
    request.open("GET", to.url);
    request.send();
  },
  "XMLHttpRequest, synchronous": (to) => {
    const request = new XMLHttpRequest();
    request.open("GET", to.url, false);
    request.send();
  },
  "sendBeacon": (to) => navigator.sendBeacon(to.url, to.secret),
  "EventSource": (to) => new EventSource(`${to.url}.events`),
  "window.Image": (to) => { new Image().src = to.url; },
  "window.Audio": (to) => { new Audio(to.url).load(); },
  "FontFace": (to) => new FontFace("leak", `url("${to.url}")`).load(),
  "createImageBitmap of a fetched blob": async (to) => createImageBitmap(await (await fetch(to.url)).blob()),
  "WebAssembly.instantiateStreaming": (to) => WebAssembly.instantiateStreaming(fetch(to.url)),
  "PaymentRequest": (to) => new PaymentRequest([{ supportedMethods: to.url }], { total: { label: "leak", amount: { currency: "EUR", value: "1" } } }).show(),
  "registerProtocolHandler": (to) => {
    navigator.registerProtocolHandler("web+leak", `${to.url}?%s`);
    location.href = "web+leak:secret";
  },
};
