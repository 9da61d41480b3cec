// Another document inside the page.

export default {
  "iframe": (to, put) => put("iframe", { src: to.url }),
  "iframe, sandbox loosened": (to, put) => put("iframe", { src: to.url, sandbox: "allow-scripts allow-same-origin allow-top-navigation" }),
  "iframe srcdoc": (to, put) => put("iframe", { srcdoc: `<img src="${to.url}">` }),
  "iframe srcdoc with a meta refresh": (to, put) => put("iframe", { srcdoc: `<meta http-equiv="refresh" content="0; url=${to.url}">` }),
  "iframe of a data: address": (to, put) => put("iframe", { src: `data:text/html,<img src="${to.url}">` }),
  "iframe of a javascript: address": (to, put) => put("iframe", { src: `javascript:location.href="${to.url}"` }),
  "iframe of a blob": (to, put) => {
    put("iframe", { src: URL.createObjectURL(new Blob([`<img src="${to.url}">`], { type: "text/html" })) });
  },
  "iframe navigated by script": (to, put) => { put("iframe").contentWindow.location = to.url; },
  "iframe, weaker policy of its own": (to, put) => put("iframe", { csp: "default-src *", src: to.url }),
  "frame of a frameset": (to) => {
    const frames = document.createElement("frameset");
    document.body.replaceWith(frames);
    frames.append(Object.assign(document.createElement("frame"), { src: to.url }));
  },
  "fencedframe": (to, put) => { put("fencedframe").config = new FencedFrameConfig(to.url); },
  "portal": (to, put) => put("portal", { src: to.url }),
  "object": (to, put) => put("object", { data: to.url }),
  "object, type of an image": (to, put) => put("object", { data: to.url, type: "image/svg+xml" }),
  "embed": (to, put) => put("embed", { src: to.url }),
  "applet": (to, put) => put("applet", { archive: to.url, codebase: to.url, code: "leak" }),
};
