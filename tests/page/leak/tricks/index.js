// Every way out that we know of: a name and a function that runs inside the page.
// It gets `to` (the attacker's address in several forms and the secret) and `put` (see run.js).
import code from "./code.js";
import forms from "./forms.js";
import frames from "./frames.js";
import links from "./links.js";
import media from "./media.js";
import navigation from "./navigation.js";
import reports from "./reports.js";
import requests from "./requests.js";
import sockets from "./sockets.js";
import styles from "./styles.js";

/** @type {Record<string, string>} */
export const tricks = Object.fromEntries(
  [requests, sockets, links, media, styles, code, frames, forms, navigation, reports]
    .flatMap(Object.entries)
    .map(([name, run]) => [name, String(run)]),
);
