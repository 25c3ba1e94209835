// Runs before the first paint, from <head>: says that scripts run, and puts back the theme the visitor chose, without a flash.
// Kept apart from app.ts because it blocks rendering and must stay tiny.
const root = document.documentElement;
root.classList.add("js");
try {
  const chosen = localStorage.getItem("grappe.theme");
  if (chosen === "light" || chosen === "dark") root.dataset["theme"] = chosen;
} catch {
  // Storage is refused: the system's theme stays.
}
