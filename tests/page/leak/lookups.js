// Which of the attacker's names the browser's log says were looked up.
import { readFileSync } from "node:fs";
import { attackerAddress } from "./attacker.js";

/** What Chromium calls a question to its resolver. A name that is mapped stands there as its address. */
const QUESTION = "HOST_RESOLVER_MANAGER_REQUEST";

/**
 * @param {string} file written by `--log-net-log`
 * @returns {(number: number) => boolean} whether the name of this trick was asked for
 */
export function lookups(file) {
  const { constants, events } = parsed(readFileSync(file, "utf8"));
  const type = constants.logEventTypes[QUESTION];
  const hosts = new Set(events.filter((event) => event.type === type && event.params?.host).map(({ params }) => hostName(params.host)));
  return (number) => hosts.has(attackerAddress(number));
}

/** `http://127.1.0.7:8080` or `127.1.0.7:8080`. */
function hostName(host) {
  return host.replace(/^\w+:\/\//, "").replace(/:\d+$/, "");
}

/** A browser that was closed in haste leaves the list of events open. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse(`${text.trimEnd().replace(/,$/, "")}]}`);
  }
}
