// How Chromium is started for every test.

/** Programs of a test are told by the shell around it, see tests/tools/browser.sh. */
const executablePath = process.env.SEALSMITH_CHROMIUM ?? "/usr/bin/chromium";

/** A name that is not localhost, so that a page from it is no secure context: plain http as in a company's network. */
export const PAGE_HOST = "page.test";

/** Nobody answers for names below this one, so a page that uses one has the browser ask its resolver. */
export const UNKNOWN_HOST = "unknown.test";

/** Whoever would like to have the secret. */
export const ATTACKER_HOST = "attacker.test";

const LOOPBACK = `MAP ${PAGE_HOST} 127.0.0.1, MAP ${ATTACKER_HOST} 127.0.0.1`;

/**
 * Options for Playwright's launch.
 * @param {string[]} [more] further arguments
 */
export function launchOptions(more = []) {
  return {
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-component-update",
      "--disable-sync",
      // The recorder is on loopback, where WebRTC does not go by itself.
      "--allow-loopback-in-peer-connection",
      `--host-resolver-rules=${LOOPBACK}`,
      ...more,
    ],
  };
}
