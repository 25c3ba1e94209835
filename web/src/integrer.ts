// On another site: gives each frame of the directory the height that its content tells. Only frames that come from where
// this script comes from are listened to, and each changes itself alone.
const origin = new URL((document.currentScript as HTMLScriptElement).src).origin;
const seen = new WeakSet<HTMLIFrameElement>();

const frames = (): HTMLIFrameElement[] =>
  [...document.querySelectorAll("iframe")].filter((frame) => frame.src.startsWith(`${origin}/`) && frame.src.includes("/integration/annuaire"));

addEventListener("message", ({ origin: from, source, data }) => {
  const { grappe: height, first } = (data ?? {}) as { grappe?: unknown; first?: unknown };
  if (from !== origin || typeof height !== "number" || !(height > 0 && height < 30000)) return;
  const frame = frames().find((f) => f.contentWindow === source);
  if (!frame) return;
  frame.style.height = `${Math.ceil(height) + frame.offsetHeight - frame.clientHeight}px`; // its border, where it has one
  // Another page of the list begins at its top, and not where one had scrolled to.
  if (first && seen.has(frame) && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
  seen.add(frame);
});

for (const frame of frames()) frame.contentWindow?.postMessage({ grappe: "?" }, "*");

export {}; // a module: its names are its own
