// List and map of the directory: what is light enough to come with every page. The map itself is fetched when it is to be seen.

/** `[data-map]`: fetches the map's style and script once it comes near the window; the places it named go when it is drawn. */
export function lazyMap(place: HTMLElement): void {
  const { code, css } = place.dataset;
  if (!code || !css || !("IntersectionObserver" in window)) return;
  const watch = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    watch.disconnect();
    place.classList.add("plan-coming");
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = css;
    const script = document.createElement("script");
    script.src = code;
    script.onerror = sheet.onerror = () => place.classList.remove("plan-coming"); // the places are named again
    sheet.onload = () => document.head.append(script); // the map measures its place, which the style lays out
    document.head.append(sheet);
  });
  watch.observe(place);
}

/** `[data-finder]`: on a narrow window one tap leads from the list to the map and back, without leaving the page. */
export function panes(finder: HTMLElement): void {
  const show = (): void => {
    const query = new URLSearchParams(location.search);
    const isMap = query.get("vue") === "carte";
    if (isMap) finder.dataset["pane"] = "carte";
    else delete finder.dataset["pane"];
    for (const link of finder.querySelectorAll<HTMLAnchorElement>(".pane")) {
      if ((new URL(link.href).searchParams.get("vue") === "carte") === isMap) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  };
  finder.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a.pane");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    if (link.getAttribute("aria-current")) return;
    history.pushState(null, "", link.href);
    show();
    document.getElementById("vues")?.scrollIntoView();
  });
  window.addEventListener("popstate", show);
}

/** `[data-near]`: asks the device for its position when the button is pressed, and goes to the results around it. Nothing is kept. */
export function nearMe(line: HTMLElement): void {
  const button = line.querySelector("button");
  const words = line.querySelector("[role=status]");
  if (!navigator.geolocation || !button || !words) {
    line.hidden = true;
    return;
  }
  const say = (text: string | undefined, busy: boolean): void => {
    words.textContent = text ?? "";
    button.toggleAttribute("aria-busy", busy);
  };
  button.addEventListener("click", () => {
    if (button.hasAttribute("aria-busy")) return;
    say(line.dataset["nearBusy"], true);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const to = new URL(line.dataset["near"] ?? "", location.href);
        // A hundred metres are enough to find what is near.
        to.searchParams.set("pres", `${coords.latitude.toFixed(3)},${coords.longitude.toFixed(3)}`);
        to.searchParams.set("tri", "distance");
        location.assign(to);
      },
      (error) => say(error.code === error.PERMISSION_DENIED ? line.dataset["nearRefused"] : line.dataset["nearFailed"], false),
      { timeout: 12000, maximumAge: 60000 },
    );
  });
}
