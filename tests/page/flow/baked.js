// The page with environments in it, as `sealsmith page` writes it.
import { html } from "../built_page.js";

const EMPTY = '<script type="application/json" id="baked">{}</script>';

/** @param {object} knowledge */
export function baked(knowledge) {
  if (html.split(EMPTY).length !== 2) throw new Error("the page has no one place for environments");
  const escaped = JSON.stringify(knowledge).replace(/[<&'\u2028\u2029]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return html.replace(EMPTY, () => EMPTY.replace("{}", () => escaped));
}
