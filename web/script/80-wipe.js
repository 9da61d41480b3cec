// What was typed goes after sealing, when nobody works here any more, and with the page.
const idleMinutes = 5;
let lastAct = Date.now();

const holdsSecrets = () => (mode() === "manifest" ? $("text").value : "") || rows.some((row) => row.bytes || row.field.value);

/** Clears every value; keys and names stay. */
function wipe() {
  for (const row of rows) {
    row.touched = false;
    setKind(row, row.kind);
  }
  forgetSource();
  $("text").value = "";
  readSource();
}

/** Compares clocks, since a laptop that sleeps stops its timers. */
function wipeWhenIdle() {
  if (state || Date.now() - lastAct < idleMinutes * 60000 || !holdsSecrets()) return;
  wipe();
  show("problem", message("info", "idle", idleMinutes));
}

function startWipe() {
  for (const act of ["input", "click", "keydown", "drop"]) addEventListener(act, () => (lastAct = Date.now()), true);
  setInterval(wipeWhenIdle, 5000);
  addEventListener("pagehide", wipe);
}
