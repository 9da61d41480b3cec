async function loadCore() {
  const packed = Uint8Array.from(atob($("wasm").textContent), (letter) => letter.charCodeAt());
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  initSync({ module: await new Response(unpacked).arrayBuffer() });
}

async function start() {
  setTheme(system.matches);
  setLanguage(language);
  if (!globalThis.WebAssembly || !globalThis.DecompressionStream) return say($("boot"), "unsupported");
  await loadCore();
  all("input, textarea").forEach(plain);
  startMode();
  startSource();
  $("identity").onchange = recheck;
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
