// In the frame of another site: tells the page around it how high the content is. It asks nothing of that page, and a
// height is no secret, so that any origin may hear it.
let first = true;

const tell = (): void => {
  parent.postMessage({ grappe: Math.ceil(document.body.getBoundingClientRect().height), first }, "*");
  first = false;
};

if (parent !== window) {
  // A browser draws nothing in a frame that is out of sight, and observes nothing there: the height is told once without waiting.
  tell();
  new ResizeObserver(tell).observe(document.body);
  addEventListener("message", (event) => {
    if (event.source === parent && (event.data as { grappe?: unknown } | null)?.grappe === "?") tell();
  });
}

export {}; // a module: its names are its own
