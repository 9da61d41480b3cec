async function start() {
  setTheme(system.matches);
  setLanguage(language);
  initSync({ module: await unpacked("wasm").arrayBuffer() });
  all("input, textarea").forEach(plain);
  startMode();
  startSource();
  startStill();
  $("identity").onchange = () => still(recheck);
  startSeal();
  startResult();
  startWipe();
  $("probe").onclick = probe;
  addRow();
  startCertificate();
  showMode();
  $("boot").remove();
  document.body.classList.add("ready");
}

start().catch((error) => show("boot", failure(error)));
