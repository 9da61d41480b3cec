// Who does the same work in the same browser: one value for the scope namespace-wide, sealed for a 4096-bit key.
import { readFileSync } from "node:fs";
import { script, wasm } from "../built_page.js";

const packages = new URL("node_modules/", import.meta.url);
const source = (path) => readFileSync(new URL(path, packages), "utf8");
const [glue] = script.body.split("export { initSync");

/**
 * By name, a function that runs in a blank page. It gets `code` (of its package), the certificate and its public key
 * as PEM, and returns a function from a text to the sealed value.
 */
export const contenders = {
  "Sealsmith (wasm)": {
    code: { glue: `${glue}export { initSync };`, wasm: wasm.toString("base64") },
    start: async ({ code, certificate, namespace }) => {
      const module = await import(`data:text/javascript,${encodeURIComponent(code.glue)}`);
      module.initSync({ module: Uint8Array.from(atob(code.wasm), (letter) => letter.charCodeAt(0)) });
      const sealer = new module.Sealer(new TextEncoder().encode(certificate), Math.floor(Date.now() / 1000));
      return (text) => sealer.seal("namespace-wide", namespace, "name", new TextEncoder().encode(text));
    },
  },
  "WebCrypto": {
    code: "",
    start: async ({ publicKey, namespace }) => {
      const der = Uint8Array.from(atob(publicKey.replace(/-----.*?-----|\s/g, "")), (letter) => letter.charCodeAt(0));
      const key = await crypto.subtle.importKey("spki", der, { name: "RSA-OAEP", hash: "SHA-256" }, false, ["encrypt"]);
      const label = new TextEncoder().encode(namespace);
      return async (text) => {
        const session = crypto.getRandomValues(new Uint8Array(32));
        const wrapped = new Uint8Array(await crypto.subtle.encrypt({ name: "RSA-OAEP", label }, key, session));
        const aes = await crypto.subtle.importKey("raw", session, "AES-GCM", false, ["encrypt"]);
        const body = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, aes, new TextEncoder().encode(text)));
        const bytes = new Uint8Array(2 + wrapped.length + body.length);
        bytes.set([wrapped.length >> 8, wrapped.length & 255]);
        bytes.set(wrapped, 2);
        bytes.set(body, 2 + wrapped.length);
        let letters = "";
        for (let at = 0; at < bytes.length; at += 8192) letters += String.fromCharCode(...bytes.subarray(at, at + 8192));
        return btoa(letters);
      };
    },
  },
  "@linode/kubeseal-encrypt": {
    code: source("@linode/kubeseal-encrypt/dist/index.js"),
    start: async ({ code, publicKey, namespace }) => {
      const { encryptSecretItem } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
      return (text) => encryptSecretItem(publicKey, namespace, text);
    },
  },
  "node-forge": {
    code: source("node-forge/dist/forge.min.js"),
    start: async ({ code, certificate, namespace }) => {
      (0, eval)(code);
      const key = forge.pki.certificateFromPem(certificate).publicKey;
      const md = () => forge.md.sha256.create();
      return (text) => {
        const session = forge.random.getBytesSync(32);
        const wrapped = key.encrypt(session, "RSA-OAEP", { md: md(), mgf1: { md: md() }, label: namespace });
        const cipher = forge.cipher.createCipher("AES-GCM", session);
        cipher.start({ iv: "\0".repeat(12) });
        cipher.update(forge.util.createBuffer(text, "utf8"));
        cipher.finish();
        const length = String.fromCharCode(wrapped.length >> 8, wrapped.length & 255);
        return forge.util.encode64(length + wrapped + cipher.output.getBytes() + cipher.mode.tag.getBytes());
      };
    },
  },
};
