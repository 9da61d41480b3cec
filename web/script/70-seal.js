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

/** Calls `step` so often, and never keeps the page busy for long. */
async function inSlices(total, step) {
  for (let done = 0; done < total; ) {
    const end = performance.now() + slice;
    for (; done < total; done++) {
      if (performance.now() > end) break;
      step(done);
    }
    $("progress").value = done / total;
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
    if (error === "cancelled") announce(error);
    else complain($("problem"), failure(error));
  }
}

function setState(next) {
  state = next;
  $("seal").hidden = Boolean(next);
  $("busy").hidden = !next;
  $(next ? "cancel" : "seal").focus();
  if (next) announce(next);
}

/** Says what is missing, and goes there. */
function ready() {
  show("problem");
  if (!target.sealer) return complain($("own").hidden ? $("environment") : $("pem"), message("error", "need.certificate"));
  for (const row of filled()) row.touched = true;
  if (mode() !== "manifest") rows.forEach(checkRow);
  checkIdentity(true);
  const [wrong] = marked("error");
  if (wrong) return complain(wrong.input, message("error", "need.fix"));
  if (filled().length || source.secrets.length) return true;
  return complain(rows[0]?.key ?? $("text"), message("error", "need.value"));
}

function complain(place, problem) {
  show("problem", problem);
  place.focus();
}

async function sealDrafts() {
  const drafts = mode() === "values" ? [formDraft()] : textDrafts();
  try {
    const steps = drafts.flatMap((draft) => described2(draft).keys.map(() => draft));
    await inSlices(steps.length, (at) => steps[at].sealNext(target.sealer));
    return drafts.map(resultOf);
  } finally {
    for (const draft of drafts) draft.free();
  }
}

const described2 = (draft) => JSON.parse(draft.describe());

function formDraft() {
  const { scope, namespace, name } = identity();
  const draft = Draft.form(scope, namespace, name);
  draft.setType($("type").value.trim());
  for (const pair of pairs("labels")) draft.setLabel(...pair);
  for (const pair of pairs("annotations")) draft.setAnnotation(...pair);
  for (const row of filled()) lend(row, (bytes) => draft.setValue(keyOf(row), bytes));
  return draft;
}

/** Hands a value's bytes on, and wipes them. */
function lend(row, use) {
  const bytes = valueOf(row);
  try {
    use(bytes);
  } finally {
    bytes.fill(0);
  }
}

function pairs(id) {
  const lines = $(id).value.split("\n").filter((line) => line.trim());
  return lines.map((line) => line.split(/=(.*)/s).map((part) => part.trim()).slice(0, 2));
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
  const { name, namespace } = described2(draft);
  return { name, namespace, raw: JSON.parse(draft.sealedValues()), yaml: draft.manifest("yaml", syncWave), json: draft.manifest("json", syncWave) };
}

async function sealEdit() {
  const { edited, name: file } = source;
  const edit = new Edit(sourceBytes(), edited.index);
  const list = filled();
  try {
    if (edited.missingNamespace) edit.useNamespace(identity().namespace);
    await inSlices(list.length, (at) => lend(list[at], (bytes) => edit.seal(target.sealer, keyOf(list[at]), bytes)));
    return [{ ...edited, file, raw: list, text: edit.text() }];
  } finally {
    edit.free();
  }
}

/** Enter goes to the next line, and seals on the last; not while an input method composes. */
function enterMovesOn(event) {
  const lines = all("input:not([type=radio], [type=file], [readonly])", $("content")).filter(isShown);
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
