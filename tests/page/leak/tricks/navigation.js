// The page, its parent or a new window goes to an address.

export default {
  "location.href": (to) => { location.href = to.url; },
  "location.href, https": (to) => { location.href = to.https; },
  "location.assign": (to) => location.assign(to.url),
  "location.replace": (to) => location.replace(to.url),
  "location of the parent": (to) => { parent.location = to.url; },
  "location of the top": (to) => { top.location = to.url; },
  "location.replace of the top": (to) => top.location.replace(to.url),
  "javascript: address": (to) => { location.href = `javascript:fetch("${to.url}",{mode:"no-cors"})`; },
  "data: address": (to) => { location.href = `data:text/html,<img src="${to.url}">`; },
  "blob: address": (to) => {
    location.href = URL.createObjectURL(new Blob([`<img src="${to.url}">`], { type: "text/html" }));
  },
  "navigation.navigate": (to) => navigation.navigate(to.url),
  "history.pushState": (to) => {
    history.pushState(null, "", to.url);
    location.reload();
  },
  "document.open and a base": (to) => {
    document.open();
    document.write(`<base href="${to.url}"><img src="leak">`);
    document.close();
  },
  "base and a relative image": (to, put) => {
    document.head.append(Object.assign(document.createElement("base"), { href: to.url }));
    put("img", { src: "leak" });
  },
  "meta refresh": (to, put) => put("meta", { "http-equiv": "refresh", content: `0; url=${to.url}` }),
  "meta refresh, parsed": (to) => {
    document.write(`<meta http-equiv="refresh" content="0; url=${to.url}">`);
  },
  "a, click": (to, put) => put("a", { href: to.url }).click(),
  "a, ping": (to, put) => put("a", { href: "#here", ping: to.url }).click(),
  "a, download": (to, put) => put("a", { href: to.url, download: "leak" }).click(),
  "a, into a new window": (to, put) => put("a", { href: to.url, target: "_blank" }).click(),
  "a, into the top window": (to, put) => put("a", { href: to.url, target: "_top" }).click(),
  "a, attributionsrc": (to, put) => put("a", { href: "#here", attributionsrc: to.url }).click(),
  "area, click": (to, put) => put("area", { href: to.url }).click(),
  "svg a, click": (to, put) => {
    put("svg:a", { href: to.url }).dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  },
  "window.open": (to) => window.open(to.url),
  "window.open, noopener": (to) => window.open(to.url, "_blank", "noopener"),
  "window.open, _top": (to) => window.open(to.url, "_top"),
  "window.open, _self": (to) => window.open(to.url, "_self"),
  "window.open, then its location": (to) => { window.open("about:blank").location = to.url; },
  "window.open, image in it": (to) => { window.open("about:blank").document.write(`<img src="${to.url}">`); },
};
