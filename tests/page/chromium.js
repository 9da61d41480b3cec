// How Chromium is started for every test.

/** Programs of a test are told by the shell around it, see tests/tools/browser.sh. */
const executablePath = process.env.SEALSMITH_CHROMIUM ?? "/usr/bin/chromium";

/** A name that is not localhost, so that a page from it is no secure context: plain http as in a company's network. */
export const PAGE_HOST = "page.test";

const MAPPED = [`MAP ${PAGE_HOST} 127.0.0.1`];

/**
 * Options for Playwright's launch.
 * @param {object} [more]
 * @param {string[]} [more.args] further arguments
 * @param {string[]} [more.mapped] further names, as `--host-resolver-rules` wants them
 */
export function launchOptions({ args = [], mapped = [] } = {}) {
  return {
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-component-update",
      "--disable-sync",
      `--host-resolver-rules=${[...MAPPED, ...mapped].join()}`,
      ...args,
    ],
  };
}
