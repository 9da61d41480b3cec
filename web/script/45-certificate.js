const { environments = [], syncWave = "" } = JSON.parse($("baked").textContent);
const soon = 30;

/** What is sealed for: an environment, and a Sealer once its certificate is accepted. */
const target = { environment: null, sealer: null };

const now = () => Math.floor(Date.now() / 1000);
const daysLeft = ({ notAfter }) => Math.floor((notAfter - now()) / 86400);

/** Uses the first certificate of a file, and lets choose when it has several. */
function readPem(bytes) {
  useCertificate(null);
  offer("several", []);
  if (!bytes.length) return;
  try {
    const list = JSON.parse(readCertificates(bytes));
    offer("several", list.map(({ bits, fingerprint }) => `${bits} ${fingerprint}`), (at) => useCertificate(list[at]));
    useCertificate(list[0]);
  } catch (error) {
    show("certificate-note", failure(error));
  }
}

function useCertificate(certificate) {
  target.sealer?.free();
  target.sealer = null;
  $("facts").hidden = !certificate;
  show("certificate-note");
  if (certificate) accepted(certificate);
}

function accepted(certificate) {
  showFacts(certificate);
  try {
    target.sealer = new Sealer(encode(certificate.pem), now());
    show("certificate-note", ...certificateNotes(certificate));
  } catch (error) {
    show("certificate-note", failure(error));
  }
}

function certificateNotes({ notBefore, notAfter, bits }) {
  const left = daysLeft({ notAfter });
  return [
    target.environment?.protected && message("info", "protected"),
    notBefore > now() && message("warning", "early", day(notBefore)),
    bits < 2048 && message("warning", "short", bits),
    left < soon && message("warning", "soon", count(left)),
  ].filter(Boolean);
}

function showFacts({ fingerprint, bits, notBefore, notAfter }) {
  const left = daysLeft({ notAfter });
  const badge = left < 0 ? spoken("small", "expired") : spoken("small", "days", count(left));
  badge.className = left < 0 ? "badge error" : left < soon ? "badge warning" : "badge";
  const fact = (key, ...value) => [spoken("dt", key), make("dd", {}, ...value)];
  $("facts").replaceChildren(
    ...fact("fingerprint", make("code", {}, fingerprint)),
    ...fact("bits", spoken("span", "rsa", bits)),
    ...fact("valid", spoken("span", "dates", day(notBefore), day(notAfter)), " ", badge),
  );
}

function useEnvironment(environment) {
  target.environment = environment;
  $("own").hidden = Boolean(environment);
  $("pem").value = "";
  readPem(encode(environment?.certificate ?? ""));
  offerInventory();
  limitScopes();
  recheck();
}

function startCertificate() {
  const names = environments.map(({ name }) => name);
  offer("environment", names.concat(names.length ? [""] : []), (at) => useEnvironment(environments[at]));
  if (names.length) say($("environment").lastChild, "other");
  useEnvironment(environments[0]);
  $("pem").oninput = () => readPem(encode($("pem").value.trim()));
  takeFiles($("own"), (bytes) => {
    $("pem").value = decoded(bytes);
    readPem(bytes);
  });
}
