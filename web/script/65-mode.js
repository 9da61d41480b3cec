/** Shows the parts that the mode needs, when it needs them. */
function showMode() {
  const { secrets, edited } = source;
  const read = mode() === "values" || edited || secrets.length;
  for (const part of all("[data-in]")) part.hidden = !part.dataset.in.includes(mode()) || !(read || part.closest("#source"));
  if (edited) $("identity").hidden = !edited.missingNamespace;
  if (secrets[1]) {
    $("name").parentElement.hidden = true;
    $("namespace").parentElement.hidden = secrets.every(({ namespace }) => namespace);
  }
  $("name").placeholder = secrets[0]?.name ?? "";
  $("namespace").placeholder = secrets[1] ? "" : (secrets[0]?.namespace ?? "");
  showEntry();
  showConcerns();
}

/** A new mode starts empty. */
function changeMode() {
  wipe();
  source.edited = null;
  for (const row of [...rows]) removeRow(row);
  $("name").value = $("namespace").value = "";
  $("entry").value = 0;
  if (mode() === "values") addRow();
  else say($("text").labels[0], mode());
  $("text").placeholder = mode() === "edit" ? "kind: SealedSecret" : "kind: Secret";
  setScope(mode() === "manifest" ? "" : (target.environment?.scopes?.[0] ?? "strict"));
  unmask(mode() === "edit");
  readSource();
  recheck();
}

function startMode() {
  for (const radio of all("[name=mode]")) radio.onchange = changeMode;
  $("add").onclick = () => addRow().key.focus();
}
