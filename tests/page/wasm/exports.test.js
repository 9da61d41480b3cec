// The page's wasm offers these functions and no other: none of them opens a sealed value or takes a private key.
import assert from "node:assert/strict";
import { test } from "node:test";
import { wasm } from "../built_page.js";

/** What the page can ask for. */
const OURS = {
  certificates: ["readCertificates"],
  sealing: ["sealer_new", "sealer_seal"],
  "a Secret": [
    "draft_form", "draft_identify", "draft_manifest", "draft_sealNext", "draft_sealedValues", "draft_secrets",
    "draft_setAnnotation", "draft_setLabel", "draft_setType", "draft_setValue", "draft_unsealed",
  ],
  "an existing SealedSecret": ["edit_describe", "edit_new", "edit_seal", "edit_text", "edit_useNamespace"],
  "what is typed": ["checkName", "inspect", "warnings"],
};

/** What the glue of wasm-bindgen needs: memory, objects of the page, and the end of an object's life. */
const GLUE = [
  "__abort_handler", "__externref_drop_slice", "__externref_table_alloc", "__externref_table_dealloc", "__instance_terminated",
  "__wbg_draft_free", "__wbg_edit_free", "__wbg_sealer_free", "__wbindgen_exn_store", "__wbindgen_externrefs", "__wbindgen_free",
  "__wbindgen_malloc", "__wbindgen_realloc", "__wbindgen_start", "memory",
];

/** What it asks of the page, without the hashes in the names. */
const ASKED = ["__wbg___wbindgen_throw", "__wbg_draft_new", "__wbg_getRandomValues", "__wbindgen_generic", "__wbindgen_init_externref_table"];

const module = new WebAssembly.Module(wasm);

test("the exports are those of sealing and of the glue", () => {
  const found = WebAssembly.Module.exports(module).map(({ name }) => name);
  assert.deepEqual(found.sort(), [...Object.values(OURS).flat(), ...GLUE].sort());
});

test("it asks for randomness, and for nothing that could send", () => {
  const found = WebAssembly.Module.imports(module).map(({ name }) => name.replace(/_[0-9a-f]{16}$/, ""));
  assert.deepEqual([...new Set(found)].sort(), ASKED);
});
