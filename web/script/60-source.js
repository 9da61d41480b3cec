// A manifest that was pasted or dropped: Secrets to seal, or a SealedSecret to change.
/** `bytes` is a dropped file as it was, until its text is edited. */
let source = { secrets: [] };
const sourceBytes = () => source.bytes?.slice() ?? encode($("text").value);

function forgetSource() {
  source.bytes?.fill(0);
  source = { secrets: [] };
}

/** Says what is in the text. */
function readSource() {
  const bytes = sourceBytes();
  Object.assign(source, { secrets: [], edited: null });
  $("found").replaceChildren();
  offer("which", []);
  mark($("text"), []);
  try {
    if (bytes.length) (mode() === "edit" ? readSealed : readSecrets)(bytes);
  } catch (error) {
    mark($("text"), [failure(error)]);
  }
  bytes.fill(0);
  showMode();
}

/** Splits the objects of the text into the wanted ones and the others. */
function objectsOf(bytes, wanted) {
  const objects = JSON.parse(inspect(bytes)).map((object, index) => ({ ...object, index }));
  const list = objects.filter(({ kind }) => kind === wanted);
  if (!list.length) mark($("text"), [message("error", "none", wanted)]);
  return [list, objects.filter(({ kind }) => kind !== wanted)];
}

function readSecrets(bytes) {
  const [list, others] = objectsOf(bytes, "Secret");
  source.secrets = list;
  const leftOut = ({ kind, name, line }) => drawn(message("info", "left", kind || "?", name, line));
  $("found").replaceChildren(...list.map(secretCard), ...others.map(leftOut));
  markSecrets();
}

function markSecrets() {
  if (source.secrets.length) mark($("text"), source.secrets.flatMap(odd));
}

function odd(secret) {
  const { scope, ...place } = effective(secret);
  const allowed = target.environment?.scopes ?? [scope];
  const found = secret.keys.flatMap(({ key, bytes, warnings }) => oddities(key, bytes, warnings, entryOf(place)));
  if (scope.includes("wide")) found.push(message("warning", scope));
  if (!allowed.includes(scope)) found.push(message("warning", "limited"));
  return found;
}

function secretCard({ keys, notes, ...secret }) {
  const items = keys.slice(0, enough).map(({ key, bytes }) => make("li", {}, make("code", {}, key), " ", spoken("small", "bytes", count(bytes))));
  if (keys.length > enough) items.push(spoken("li", "more", count(keys.length - enough)));
  return card(secret, items, ...notes.map((told) => make("small", { lang: "en" }, words(told))));
}

function card({ name, namespace, scope }, items, ...notes) {
  const place = make("small", {}, [namespace, scope].filter(Boolean).join(" · "));
  return make("div", { className: "card" }, make("b", {}, name), " ", place, make("ul", {}, ...items), ...notes);
}

/** What a Secret of the text is sealed as. The form overrides a single one, and fills gaps of several. */
function effective(secret) {
  const own = identity();
  const scope = own.scope || secret.scope;
  if (source.secrets[1]) return { scope, namespace: secret.namespace || own.namespace, name: secret.name };
  return { scope, namespace: own.namespace || secret.namespace, name: own.name || secret.name };
}

function readSealed(bytes) {
  const [list] = objectsOf(bytes, "SealedSecret");
  offer("which", list.map(({ name }) => name), (at) => (useSealed(list[at], sourceBytes()), showMode()));
  if (list[0]) useSealed(list[0], bytes);
}

function useSealed({ index }, bytes) {
  const edit = new Edit(bytes, index);
  source.edited = { index, ...JSON.parse(edit.describe()) };
  edit.free();
  for (const row of [...rows]) removeRow(row);
  showReplaceable();
}

/** Lists the sealed keys; each can get a new value. */
function showReplaceable() {
  if (!source.edited) return;
  const isNew = (key) => rows.some((row) => keyOf(row) === key);
  const item = (key) => make("li", {}, isNew(key) ? spoken("span", "replaced", key) : replaceButton(key));
  $("found").replaceChildren(card(source.edited, source.edited.keys.map(item)));
}

function replaceButton(key) {
  const onclick = () => {
    const row = addRow(key, true);
    showReplaceable();
    row.field.focus();
  };
  return say(make("button", { type: "button", className: "link", onclick }), "replace", key);
}

/** The Secret that is being sealed. */
function inHand() {
  if (mode() === "values") return identity();
  return source.edited ?? (source.secrets[0] && !source.secrets[1] ? effective(source.secrets[0]) : {});
}

function startSource() {
  let timer;
  $("text").oninput = () => {
    forgetSource();
    clearTimeout(timer);
    timer = setTimeout(() => still(readSource), 200);
  };
  $("text-show").onclick = () => unmask($("text").className);
  takeFiles($("source"), (bytes, name) => {
    forgetSource();
    Object.assign(source, { bytes, name });
    $("text").value = decoded(bytes);
    readSource();
  });
}

function unmask(on) {
  say($("text-show"), on ? "hide" : "show");
  $("text").className = on ? "" : "masked";
}
