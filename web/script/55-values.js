/** @type {{node: Element, key: Element, field: Element, kind: string, bytes: ?Uint8Array, touched: boolean}[]} */
const rows = [];
const keyOf = ({ key }) => key.value.trim();

function addRow(name = "", readOnly = false) {
  const node = $("row").content.firstElementChild.cloneNode(true);
  const [key, field] = all(".field input", node);
  const row = { node, key, field };
  Object.assign(key, { value: name, readOnly, oninput: () => checkRow(row) });
  rows.push(row);
  $("rows").append(node);
  translate(node);
  listen(row);
  setKind(row, "line");
  number();
  return row;
}

function listen(row) {
  const [show, remove] = all(".link", row.node);
  const name = `kind${++ids}`;
  for (const radio of all("[type=radio]", row.node)) {
    Object.assign(radio, { name, onchange: () => setKind(row, radio.value, row.bytes ? "" : row.field.value) });
  }
  show.onclick = () => reveal(row, !row.shown);
  remove.onclick = () => (removeRow(row), $("add").focus());
  takeFiles(row.node, (bytes, name) => {
    setKind(row, "file");
    touch(Object.assign(row, { bytes, name }));
  });
}

/** Swaps the field: one masked line, masked lines, or a file. */
function setKind(row, kind, value = "") {
  if (value.includes("\n")) kind = "text";
  row.bytes?.fill(0);
  const field = make(kind === "text" ? "textarea" : "input", kind === "text" ? { rows: 5, wrap: "off" } : { type: kind });
  if (kind !== "file") Object.assign(field, { value, oninput: () => touch(row), onpaste: (event) => keepLines(row, event) });
  row.field.replaceWith(plain(field));
  Object.assign(row, { kind, field, bytes: null });
  row.node.querySelector(`[value=${kind}]`).checked = true;
  reveal(row, false);
  checkRow(row);
}

function plain(field) {
  return Object.assign(field, { spellcheck: false, autocomplete: "off", autocapitalize: "off" });
}

/** One line would join pasted lines, and so break a private key without a word. */
function keepLines(row, event) {
  const pasted = event.clipboardData.getData("text");
  if (row.kind !== "line" || !pasted.trim().includes("\n")) return;
  event.preventDefault();
  setKind(row, "text", pasted);
  row.field.focus();
  touch(row);
}

function touch(row) {
  row.touched = true;
  checkRow(row);
}

function reveal(row, shown) {
  row.shown = shown;
  say(row.node.querySelector(".link"), shown ? "hide" : "show").hidden = row.kind === "file";
  if (row.kind === "line") row.field.type = shown ? "text" : "password";
  row.field.classList.toggle("masked", row.kind === "text" && !shown);
}

function removeRow(row) {
  setKind(row, "line");
  marks.delete(row.key);
  marks.delete(row.field);
  rows.splice(rows.indexOf(row), 1);
  row.node.remove();
  number();
  showConcerns();
  showReplaceable();
}

function number() {
  rows.forEach(({ node }, at) => say(node.querySelector("legend"), "nth", at + 1));
}

/** Lends a copy of the value's bytes, and wipes it. */
function lend(row, use) {
  const bytes = row.bytes?.slice() ?? encode(row.field.value);
  try {
    return use(bytes);
  } finally {
    bytes.fill(0);
  }
}

/** Rows that say something. */
function filled() {
  return rows.filter((row) => keyOf(row) || row.bytes || row.field.value);
}

function checkRow(row) {
  const key = keyOf(row);
  const seen = key || row.touched;
  const codes = seen ? JSON.parse(lend(row, (bytes) => warnings(key, bytes))) : [];
  const length = lend(row, (bytes) => bytes.length);
  const size = row.bytes ? [message("info", "size", row.name, count(length))] : [];
  const found = oddities(key, length, codes, entryOf(inHand()));
  mark(row.field, [...size, ...found.map((one) => ({ ...one, quiet: !row.touched }))]);
  mark(row.key, seen ? keyErrors(row, key) : []);
}

/** What may be wrong with a value: by itself, and by what the policy expects. */
function oddities(key, length, codes, entry) {
  const expected = entry?.keys.find((known) => known.key === key)?.bytes ?? [];
  const found = codes.map((code) => message("warning", code));
  if (length && expected[0] && !expected.includes(length)) found.push(message("warning", "length", expected, count(length)));
  return found.map((one) => ({ ...one, of: `${key}: ` }));
}

function keyErrors(row, key) {
  const twice = rows.some((other) => other !== row && keyOf(other) === key);
  return twice ? [message("error", "error.duplicate-key")] : nameErrors("key", key);
}
