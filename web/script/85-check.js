// Shows the policy in force by breaking it: the browser reports which rule stopped the request.
function probe() {
  const timer = setTimeout(() => show("policy", message("error", "open")), 3000);
  const blocked = ({ originalPolicy }) => {
    clearTimeout(timer);
    show("policy", message("info", "blocked"));
    $("policy").append(make("pre", { tabIndex: 0 }, originalPolicy.replaceAll("; ", ";\n")));
  };
  addEventListener("securitypolicyviolation", blocked, { once: true });
  fetch("https://sealsmith.invalid/").catch(() => {});
}
