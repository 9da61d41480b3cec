const chosen = (name) => document.querySelector(`[name=${name}]:checked`);
const mode = () => chosen("mode").value;

/** Where the Secret will live, as the form says; empty is "as in the file". */
function identity() {
  return { scope: chosen("scope").value, namespace: $("namespace").value.trim(), name: $("name").value.trim() };
}

/** Checks what is typed; before sealing also that nothing is missing. */
function checkIdentity(last) {
  const { scope, namespace, name } = identity();
  const form = mode() === "values";
  const bound = mode() === "edit" || (form ? [identity()] : source.secrets.map(effective)).some(lacksNamespace);
  mark($("name"), name || (last && form) ? nameErrors("name", name) : []);
  mark($("namespace"), namespace || (last && bound) ? nameErrors("namespace", namespace) : []);
  mark($("strict"), scope.includes("wide") ? [message("warning", scope)] : []);
}

function lacksNamespace({ scope, namespace }) {
  return !namespace && scope !== "cluster-wide";
}

function setScope(scope) {
  document.querySelector(`[name=scope][value="${scope}"]`).checked = true;
}

/** Disables what the environment does not allow; its first scope is the default. */
function limitScopes() {
  const allowed = target.environment?.scopes;
  for (const field of all("[name=scope]")) field.disabled = allowed && field.value ? !allowed.includes(field.value) : false;
  $("limited").hidden = !all("[name=scope]:disabled").length;
  if (chosen("scope").disabled) setScope(allowed[0]);
}

function offerInventory() {
  const secrets = target.environment?.secrets ?? [];
  offer("entry", ["", ...secrets.map(({ app, name }) => `${app} / ${name}`)], (at) => at > 0 && fillFrom(secrets[at - 1]));
  say($("entry").firstChild, "unlisted");
  const places = new Set(secrets.map(({ namespace }) => namespace));
  $("namespaces").replaceChildren(...[...places].map((value) => make("option", { value })));
}

/** What the environment's policy knows about a Secret. */
function entryOf({ namespace, name }) {
  return target.environment?.secrets.find((secret) => secret.name === name && secret.namespace === namespace);
}

function fillFrom({ name, namespace, scope, keys }) {
  $("name").value = name;
  $("namespace").value = namespace;
  setScope(scope);
  for (const row of [...rows]) if (!row.touched) removeRow(row);
  for (const { key } of keys) if (!rows.some((row) => keyOf(row) === key)) addRow(key);
  recheck();
}

/** Says what the policy knows about the Secret in hand. */
function showEntry() {
  const entry = entryOf(inHand());
  const rotation = entry && message(entry.rotation === "automated" ? "warning" : "info", entry.rotation, entry.reason ?? "");
  show("belongs", ...(entry ? [rotation, message("info", "path", entry.path)] : []));
}

/** After a change of what everything else depends on. */
function recheck() {
  checkIdentity();
  showEntry();
  rows.forEach(checkRow);
  markSecrets();
}
