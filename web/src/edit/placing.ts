/** `[data-place]`: the map on which one places the organisation comes when it is asked for; the device's position, too. */
export function placing(place: HTMLElement): void {
  const tools = place.querySelector<HTMLElement>("[data-tools]");
  const say = place.querySelector<HTMLElement>("[data-say]");
  const box = place.querySelector<HTMLElement>("[data-map-place]");
  if (!tools || !say || !box) return;
  tools.hidden = false;
  const words = JSON.parse(place.dataset["words"] ?? "{}") as Record<string, string>;

  place.querySelector<HTMLButtonElement>("[data-map-open]")?.addEventListener("click", (event) => {
    (event.currentTarget as HTMLButtonElement).hidden = true;
    box.hidden = false;
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = place.dataset["css"] ?? "";
    const script = document.createElement("script");
    script.src = place.dataset["code"] ?? "";
    script.onerror = sheet.onerror = () => (say.textContent = words["failed"] ?? "");
    sheet.onload = () => document.head.append(script); // the map measures its place, which the style lays out
    document.head.append(sheet);
  });

  place.querySelector<HTMLButtonElement>("[data-map-here]")?.addEventListener("click", () => {
    say.textContent = words["busy"] ?? "";
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        say.textContent = "";
        place.dispatchEvent(new CustomEvent("placed", { detail: { lat: coords.latitude, lon: coords.longitude } }));
      },
      (error) => (say.textContent = (error.code === error.PERMISSION_DENIED ? words["refused"] : words["noPosition"]) ?? ""),
      { timeout: 12000, enableHighAccuracy: true, maximumAge: 0 },
    );
  });

  // Wherever a position comes from, it goes into the fields; the map follows it.
  place.addEventListener("placed", (event) => {
    const { lat, lon } = (event as CustomEvent<{ lat: number; lon: number }>).detail;
    for (const [name, value] of [["point-lat", lat], ["point-lon", lon]] as const) {
      const field = place.querySelector<HTMLInputElement>(`[name=${name}]`);
      if (field) field.value = value.toFixed(5);
    }
    const here = place.querySelector<HTMLInputElement>("[name=point-mode][value=ici]");
    if (here) here.checked = true;
    say.textContent = (words["moved"] ?? "").replace("{lat}", lat.toFixed(5)).replace("{lon}", lon.toFixed(5));
    here?.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
