// Sealing: check, seal in slices, then wipe and show.
const slice = 30;
/** @type {"" | "sealing" | "cancelled"} */
let state = "";

/** Lets the browser draw and listen. No timer, since timers sleep in hidden tabs. */
function pause() {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(port1.close());
    port2.postMessage(0);
  });
}

/** A pause in which the work may be cancelled. */
async function breathe() {
  await pause();
  if (state === "cancelled") throw state;
}

/** Takes every step, and never keeps the page busy for long; what comes before and after is not part of a slice. */
async function inSlices(steps) {
  for (let done = 0; done < steps.length; ) {
    await breathe();
    const end = performance.now() + slice;
    while (done < steps.length) {
      steps[done++]();
      if (performance.now() > end) break;
    }
    $("progress").value = done / steps.length;
  }
  await breathe();
}

async function seal() {
  if (state || !ready()) return;
  setState("sealing");
  try {
    await breathe();
    const list = await (mode() === "edit" ? sealEdit() : sealDrafts());
    wipe();
    await pause();
    setState("");
    showResults(list);
  } catch (error) {
    setState("");
    if (error === "cancelled") say($("status"), error);
    else complain($("problem"), failure(error));
  }
}

/** While it works, what it works on stays as it is. */
function setState(next) {
  state = next;
  for (const part of all("section > :not(#busy, #status)")) part.inert = next;
  $("seal").hidden = next;
  $("busy").hidden = !next;
  $(next ? "cancel" : "seal").focus();
  if (next) say($("status"), next);
}

/** Says what is missing, and goes there. */
function ready() {
  show("problem");
  if (!target.sealer) return complain($(target.environment ? "environment" : "pem"), message("error", "need.certificate"));
  for (const row of filled()) row.touched = true;
  rows.forEach(checkRow);
  checkIdentity(true);
  const [wrong] = marked("error");
  if (wrong) return complain(wrong.input, message("error", "need.fix"));
  if (filled()[0] || source.secrets[0]) return true;
  complain(rows[0]?.key ?? $("text"), message("error", "need.value"));
}

function complain(place, problem) {
  show("problem", problem);
  place.focus();
}

async function sealDrafts() {
  const drafts = mode() === "values" ? [formDraft()] : textDrafts();
  try {
    await inSlices([...drafts.flatMap(sealing), ...drafts.flatMap(writing)]);
    return drafts.map(({ draft, ...result }) => result);
  } finally {
    for (const { draft } of drafts) draft.free();
  }
}

function sealing({ draft, scope, namespace, name }) {
  const values = Array.from({ length: draft.unsealed }, () => () => draft.sealNext(target.sealer));
  return [() => draft.identify(scope, namespace, name), ...values];
}

/** Each form on its own, since one of a thousand values takes its time. */
function writing(result) {
  const { draft } = result;
  return [
    () => (result.raw = JSON.parse(draft.sealedValues())),
    () => (result.yaml = draft.manifest("yaml", syncWave)),
    () => (result.json = draft.manifest("json", syncWave)),
  ];
}

function formDraft() {
  const { scope, namespace, name } = identity();
  const draft = Draft.form(scope, namespace, name);
  draft.setType($("type").value.trim());
  for (const pair of pairs("labels")) draft.setLabel(...pair);
  for (const pair of pairs("annotations")) draft.setAnnotation(...pair);
  for (const row of filled()) lend(row, (bytes) => draft.setValue(keyOf(row), bytes));
  return { draft, scope, namespace, name };
}

function pairs(id) {
  return [...$(id).value.matchAll(/^([^=\n]+)=(.*)$/gm)].map(([, name, value]) => [name.trim(), value.trim()]);
}

function textDrafts() {
  const bytes = sourceBytes();
  const drafts = Draft.secrets(bytes);
  bytes.fill(0);
  return source.secrets.map((secret, at) => ({ draft: drafts[at], ...effective(secret) }));
}

async function sealEdit() {
  const { edited, name: file } = source;
  const edit = new Edit(sourceBytes(), edited.index);
  const raw = filled();
  try {
    if (edited.missingNamespace) edit.useNamespace(identity().namespace);
    await inSlices(raw.map((row) => () => lend(row, (bytes) => edit.seal(target.sealer, keyOf(row), bytes))));
    return [{ ...edited, file, raw, text: edit.text() }];
  } finally {
    edit.free();
  }
}

/** Enter goes to the next line, and seals on the last; not while an input method composes. */
function enterMovesOn(event) {
  const lines = all("input:not([type=radio], [type=file], [readonly])", $("content")).filter((line) => line.checkVisibility());
  const at = lines.indexOf(event.target);
  if (event.key !== "Enter" || event.isComposing || at < 0) return;
  event.preventDefault();
  if (lines[at + 1]) lines[at + 1].focus();
  else seal();
}

function startSeal() {
  $("seal").onclick = seal;
  $("cancel").onclick = () => (state = "cancelled");
  $("content").onkeydown = enterMovesOn;
}
