/** `[data-area]`: the zones that are ticked light up on the map beside them, and a zone of the map ticks its box. */
export function zones(group: HTMLElement): void {
  const shapes = [...group.querySelectorAll<SVGElement>("[data-zone]")];
  const boxes = new Map([...group.querySelectorAll<HTMLInputElement>("[name=service_area-zones]")].map((box) => [box.value, box]));
  const everywhere = group.querySelector<HTMLInputElement>("[name=service_area-everywhere]");
  const show = (): void => {
    for (const shape of shapes) {
      const around = [shape.dataset["zone"] ?? "", ...(shape.dataset["within"] ?? "").trim().split(" ")];
      shape.classList.toggle("atlas-chosen", everywhere?.checked || around.some((code) => boxes.get(code)?.checked));
    }
  };
  for (const shape of shapes) {
    const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
    title.textContent = shape.dataset["name"] ?? "";
    shape.append(title);
    shape.addEventListener("click", () => {
      const box = boxes.get(shape.dataset["zone"] ?? "");
      if (!box || everywhere?.checked) return;
      const whole = (shape.dataset["within"] ?? "").trim().split(" ").map((code) => boxes.get(code)).find((b) => b?.checked);
      if (whole) return; // all around it is chosen
      box.checked = !box.checked;
      const within = box.closest("details");
      if (within && box.checked) within.open = true;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  group.addEventListener("change", show);
  show();
}
