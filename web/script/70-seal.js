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

/** Takes every step, and never keeps the page busy for long. */
async function inSlices(steps) {
  for (let done = 0; done < steps.length; ) {
    const end = performance.now() + slice;
    while (done < steps.length) {
      steps[done++]();
      if (performance.now() > end) break;
    }
    $("progress").value = done / steps.length;
    await pause();
    if (state === "cancelled") throw state;
  }
}

async function seal() {
  if (state || !ready()) return;
  setState("sealing");
  try {
    const list = await (mode() === "edit" ? sealEdit() : sealDrafts());
    wipe();
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
    await inSlices(drafts.flatMap(stepsOf));
    return drafts.map(resultOf);
  } finally {
    for (const draft of drafts) draft.free();
  }
}

function stepsOf(draft) {
  return JSON.parse(draft.describe()).keys.map(() => () => draft.sealNext(target.sealer));
}

function formDraft() {
  const { scope, namespace, name } = identity();
  const draft = Draft.form(scope, namespace, name);
  draft.setType($("type").value.trim());
  for (const pair of pairs("labels")) draft.setLabel(...pair);
  for (const pair of pairs("annotations")) draft.setAnnotation(...pair);
  for (const row of filled()) lend(row, (bytes) => draft.setValue(keyOf(row), bytes));
  return draft;
}

function pairs(id) {
  return [...$(id).value.matchAll(/^([^=\n]+)=(.*)$/gm)].map(([, name, value]) => [name.trim(), value.trim()]);
}

function textDrafts() {
  const bytes = sourceBytes();
  const drafts = source.secrets.map((secret) => {
    const draft = Draft.secret(bytes, secret.index);
    const { scope, namespace, name } = effective(secret);
    draft.identify(scope, namespace, name);
    return draft;
  });
  bytes.fill(0);
  return drafts;
}

function resultOf(draft) {
  const { name, namespace } = JSON.parse(draft.describe());
  return { name, namespace, raw: JSON.parse(draft.sealedValues()), yaml: draft.manifest("yaml", syncWave), json: draft.manifest("json", syncWave) };
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
