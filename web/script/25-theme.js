function setTheme(isDark) {
  document.documentElement.style.colorScheme = isDark ? "dark" : "light";
  say($("theme"), isDark ? "light" : "dark").onclick = () => setTheme(!isDark);
}

const system = matchMedia("(prefers-color-scheme: dark)");
system.onchange = () => setTheme(system.matches);
