// Style sheets and the addresses in them.

export default {
  "css background": (to, put) => put("div", { style: `background: url("${to.url}"); height: 9px` }),
  "css background by script": (to, put) => {
    Object.assign(put("div").style, { backgroundImage: `url("${to.url}")`, height: "9px" });
  },
  "css list-style-image": (to, put) => { put("li").style.listStyleImage = `url("${to.url}")`; },
  "css content": (to, put) => { put("div").style.content = `url("${to.url}")`; },
  "css cursor": (to) => { document.body.style.cursor = `url("${to.url}"), auto`; },
  "css border-image": (to, put) => Object.assign(put("div").style, { border: "9px solid", borderImage: `url("${to.url}") 9` }),
  "css mask-image": (to, put) => Object.assign(put("div").style, { maskImage: `url("${to.url}")`, height: "9px" }),
  "css filter": (to, put) => Object.assign(put("div").style, { filter: `url("${to.url}.svg#leak")`, height: "9px" }),
  "css image-set": (to, put) => Object.assign(put("div").style, { background: `image-set("${to.url}" 1x)`, height: "9px" }),
  "css @import": (to, put) => { put("style").textContent = `@import url("${to.url}.css");`; },
  "css @font-face": (to, put) => {
    put("style").textContent = `@font-face { font-family: leak; src: url("${to.url}") } body { font-family: leak }`;
  },
  "css of a constructed sheet": (to, put) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`body { background: url("${to.url}") }`);
    document.adoptedStyleSheets = [sheet];
  },
  "css rule inserted into our sheet": (to, put) => {
    const sheet = document.styleSheets[0] ?? put("style").sheet;
    sheet.insertRule(`body { background: url("${to.url}") !important }`);
  },
  "css by an attribute selector": (to, put) => {
    put("input", { value: "secret" });
    put("style").textContent = `input[value^="s"] { background: url("${to.url}") }`;
  },
};
