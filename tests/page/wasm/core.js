// The wasm of the built page, in Node, through the page's own glue.
import { script, wasm } from "../built_page.js";

/** Where the glue ends and the page's own script begins. */
const END = "export { initSync, __wbg_init as default };";

/** A fresh instance each time, since one that trapped is of no use any more. */
let copies = 0;

/** @returns every function and class that the page can call */
export async function core() {
  const [glue, own] = script.body.split(END);
  if (own === undefined) throw new Error("the script does not begin with the glue of wasm-bindgen");
  copies += 1;
  const source = `${glue}${END}\n// copy ${copies}`;
  const module = await import(`data:text/javascript;base64,${Buffer.from(source).toString("base64")}`);
  module.initSync({ module: wasm });
  return module;
}

/** Now, as the page says it. */
export const now = Math.floor(Date.now() / 1000);
