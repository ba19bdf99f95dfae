// The drawing of the heating plan.
import { html, svg, type TemplateResult } from "lit";
import { path, scale, timeAxis } from "../chart.js";
import { celsius, decimal } from "../format.js";
import type { Hass } from "../hass.js";
import { heatOf, type Slot } from "./plan_slots.js";
import { isSurplus } from "./slot_reasons.js";

const HEIGHT = 180;
const BOTTOM = 22;

/** Return the color of a slot: surplus, grid, or no heat. */
function colorOf(slot: Slot): string {
  if (heatOf(slot) <= 0) return "color-mix(in srgb, var(--secondary-text-color) 24%, transparent)";
  return isSurplus(slot.reason) ? "var(--success-color, #43a047)" : "var(--primary-color)";
}

/** Return the chart; the element around it describes the chosen slot. */
export function planChart(hass: Hass, slots: Slot[], width: number, chosen: number): TemplateResult {
  const [start, end] = [slots[0]!.start, slots.at(-1)!.end];
  const x = scale([start, end], [0, width]);
  const prices = slots.map((slot) => slot.price);
  const price = scale([Math.min(0, ...prices), Math.max(0.01, ...prices)], [HEIGHT - BOTTOM, 18]);
  const sun = scale([0, Math.max(1000, ...slots.map((slot) => slot.surplus))], [HEIGHT - BOTTOM, 18]);
  const degrees = slots.flatMap((slot) => slot.tanks.map((tank) => tank.temperature));
  const [coldest, warmest] = [Math.min(...degrees, 40) - 2, Math.max(...degrees, 60) + 2];
  const tank = scale([coldest, warmest], [HEIGHT - BOTTOM, 18]);
  const names = slots[0]!.tanks.map((each) => each.name);
  const bars = slots.map((slot, at) => {
    const [left, right] = [x(slot.start), x(slot.end)];
    const [top, bottom] = [price(Math.max(slot.price, 0)), price(Math.min(slot.price, 0))];
    return svg`<rect x=${left + 0.5} y=${top} width=${Math.max(right - left - 1, 0.5)} height=${Math.max(bottom - top, 1)}
      fill=${colorOf(slot)} data-heat=${heatOf(slot) > 0}
      stroke=${at === chosen ? "var(--primary-text-color)" : "none"} stroke-width="2" />`;
  });
  const line = (value: (slot: Slot) => number): [number, number][] => slots.map((slot) => [x((slot.start + slot.end) / 2), value(slot)]);
  return html`<svg width=${width} height=${HEIGHT} aria-hidden="true">
    ${bars}
    <path d=${path(line((slot) => sun(Math.max(slot.surplus, 0))))} fill="none" stroke="var(--warning-color, #ffa600)" stroke-width="2" />
    ${names.map(
      (_, number) =>
        svg`<path d=${path(line((slot) => tank(slot.tanks[number]?.temperature ?? coldest)))} fill="none" stroke="var(--error-color, #db4437)" stroke-width="2" stroke-dasharray=${number ? "4 3" : "none"} />`,
    )}
    <text class="tick" x="0" y="12">${decimal(hass, Math.max(...prices), 2)} ${hass.config.currency}</text>
    <text class="tick" x=${width} y="12" text-anchor="end">${celsius(hass, warmest - 2)}</text>
    ${timeAxis(hass, start, end, x, HEIGHT - 6, width)}
  </svg>`;
}
