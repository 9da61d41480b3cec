// Throw-away controller keys of each size: made once for a build folder, worth nothing anywhere.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";

/** The sizes that interoperability is proven for. */
export const SIZES = [2048, 3072, 4096, 8192];

/** The Rust tests share the same keys, see tests/support/keys.rs. */
const folder = join(process.env.CARGO_TARGET_DIR ?? new URL("../../target", import.meta.url).pathname, "tmp");

/** @param {number} bits */
export function keyPair(bits) {
  const home = join(folder, `throw-away-key-${bits}`);
  if (!existsSync(home)) make(bits, home);
  const privateKey = join(home, "tls.key");
  return { bits, privateKey, certificateFile: join(home, "tls.crt"), certificate: readFileSync(join(home, "tls.crt"), "utf8") };
}

function make(bits, home) {
  mkdirSync(folder, { recursive: true });
  const fresh = mkdtempSync(join(folder, "key-"));
  request(fresh, ["-newkey", `rsa:${bits}`]);
  try {
    renameSync(fresh, home);
  } catch {
    // Another test was first; its key is the shared one.
    rmSync(fresh, { recursive: true });
  }
}

function request(cwd, args) {
  const common = ["req", "-x509", "-nodes", "-days", "3650", "-subj", "/CN=throw-away", "-keyout", "tls.key", "-out", "tls.crt"];
  execFileSync("openssl", [...common, ...args], { cwd, stdio: "pipe" });
}
