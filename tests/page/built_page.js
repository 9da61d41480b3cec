// The page under test, as the section `page` built it, and what is inside.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";

/** Where the page is. */
export const pageFile = process.env.SEALSMITH_PAGE ?? new URL("../../web/dist/sealsmith.html", import.meta.url).pathname;

/** The page's bytes. */
export const html = readFileSync(pageFile, "utf8");

/** Where the page is from disk. */
export const fileUrl = pathToFileURL(pageFile).href;

/** The document inside the sandboxed frame. */
export const inner = unescaped(/srcdoc='([^']*)'/.exec(html)[1]);

/** The one script of the page and its digest as a policy writes it. */
export const script = withDigest(/<script type="module">([\s\S]*?)<\/script>/.exec(inner)[1]);

/** The wasm's bytes, as the page itself unpacks them. */
export const wasm = gunzipSync(fromLetters(/id="wasm">([^<]*)</.exec(inner)[1]));

function unescaped(attribute) {
  return attribute.replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** Five letters are four bytes: from `(` on, without `<`. The last five may be cut. */
function fromLetters(text) {
  const groups = text.match(/.{1,5}/g).map((group) => [...group.padEnd(5, "}")]);
  const words = groups.map((group) => group.reduce((sum, letter) => sum * 85 + letter.charCodeAt() - 40 - (letter > "<"), 0));
  const bytes = Buffer.alloc(words.length * 4);
  words.forEach((word, at) => bytes.writeUInt32BE(word, at * 4));
  return bytes.subarray(0, Math.floor((text.length * 4) / 5));
}

function withDigest(body) {
  return { body, integrity: `sha256-${createHash("sha256").update(body).digest("base64")}` };
}
