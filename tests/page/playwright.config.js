import { launchOptions } from "./chromium.js";

/** Flows run twice: from disk, and from a server on plain http. The rest says by itself where its pages come from. */
export default {
  testDir: ".",
  workers: 2,
  forbidOnly: true,
  // A guard against a hang, not a measure: machines differ.
  timeout: 300_000,
  expect: { timeout: 20_000 },
  reporter: [["list"], ["./report.js"]],
  outputDir: process.env.SEALSMITH_PAGE_OUTPUT ?? "test-results",
  use: { launchOptions: launchOptions(), screenshot: "off", trace: "off" },
  projects: [
    { name: "leak", testMatch: "leak/*.spec.js" },
    { name: "wasm", testMatch: "wasm/*.spec.js" },
    { name: "once", testMatch: "once/*.spec.js", use: { over: "file" } },
    { name: "file", testMatch: "flow/*.spec.js", use: { over: "file" } },
    { name: "http", testMatch: "flow/*.spec.js", use: { over: "http" } },
  ],
};
