/** @type {{node: Element, key: Element, field: Element, kind: string, bytes: ?Uint8Array, touched: boolean}[]} */
const rows = [];
const keyOf = ({ key }) => key.value.trim();

function addRow(name = "", readOnly = false) {
  const node = $("row").content.firstElementChild.cloneNode(true);
  const [key, field] = all("input:not([type=radio])", node);
  const row = { node, key, field, bytes: null };
  Object.assign(key, { value: name, readOnly });
  rows.push(row);
  $("rows").append(node);
  listen(row);
  translate(node);
  setKind(row, "line");
  number();
  return row;
}

function listen(row) {
  const [show, remove] = all(".link", row.node);
  const group = `kind${++ids}`;
  for (const radio of all("[type=radio]", row.node)) {
    Object.assign(radio, { name: group, onchange: () => setKind(row, radio.value, row.bytes ? "" : row.field.value) });
  }
  row.key.oninput = () => checkRow(row);
  show.onclick = () => reveal(row, row.hidden);
  remove.onclick = () => (removeRow(row), $("add").focus());
  takeFiles(row.node, (bytes, name) => takeValue(row, bytes, name));
}

/** Swaps the field: one masked line, masked text, or a file. */
function setKind(row, kind, value = "") {
  if (value.includes("\n")) kind = "text";
  row.bytes?.fill(0);
  Object.assign(row, { kind, bytes: null });
  const field = kind === "text" ? make("textarea", { rows: 5, wrap: "off" }) : make("input", { type: kind === "file" ? kind : "password" });
  if (kind !== "file") Object.assign(field, { value, oninput: () => touch(row), onpaste: (event) => keepLines(row, event) });
  plain(field);
  row.field.replaceWith(field);
  row.field = field;
  row.node.querySelector(`[value=${kind}]`).checked = true;
  reveal(row, false);
  checkRow(row);
}

function plain(field) {
  Object.assign(field, { spellcheck: false, autocomplete: "off", autocapitalize: "off" });
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

function takeValue(row, bytes, name) {
  setKind(row, "file");
  Object.assign(row, { bytes, name });
  touch(row);
}

function touch(row) {
  row.touched = true;
  checkRow(row);
}

function reveal(row, on) {
  row.hidden = !on;
  const show = say(row.node.querySelector(".link"), on ? "hide" : "show");
  show.hidden = row.kind === "file";
  if (row.kind === "line") row.field.type = on ? "text" : "password";
  row.field.classList.toggle("masked", row.kind === "text" && !on);
}

function removeRow(row) {
  setKind(row, "line");
  rows.splice(rows.indexOf(row), 1);
  row.node.remove();
  number();
  showConcerns();
  showReplaceable();
}

function number() {
  rows.forEach(({ node }, at) => say(node.querySelector("legend"), "value.number", at + 1));
}

/** A copy of the value's bytes; who asks wipes it. */
function valueOf(row) {
  return row.bytes?.slice() ?? encode(row.field.value);
}

/** Rows that say something. */
function filled() {
  return rows.filter((row) => keyOf(row) || row.bytes || row.field.value);
}

function checkRow(row) {
  const key = keyOf(row);
  const bytes = valueOf(row);
  const codes = key || row.touched ? JSON.parse(warnings(key, bytes)) : [];
  const size = row.bytes ? [message("info", "size", row.name, count(bytes.length))] : [];
  const found = oddities(key, bytes.length, codes, entryOf(inHand()));
  mark(row.field, [...size, ...found.map((one) => ({ ...one, quiet: !row.touched }))]);
  mark(row.key, key || row.touched ? keyErrors(row, key) : []);
  bytes.fill(0);
}

/** What may be wrong with a value: by itself, and by what the policy expects. */
function oddities(key, length, codes, entry) {
  const expected = entry?.keys.find((known) => known.key === key)?.bytes ?? [];
  const found = codes.map((code) => message("warning", code));
  if (length && expected.length && !expected.includes(length)) found.push(message("warning", "length", expected, count(length)));
  return found.map((one) => ({ ...one, of: key }));
}

function keyErrors(row, key) {
  const twice = rows.some((other) => other !== row && keyOf(other) === key);
  return twice ? [message("error", "error.duplicate-key")] : nameErrors("key", key);
}
