// The drawing of the thermostat timeline.
import { html, svg, type TemplateResult } from "lit";
import { path, scale, timeAxis } from "../chart.js";
import { decimal } from "../format.js";
import type { Hass } from "../hass.js";
import type { Span } from "../history.js";

export interface Timeline {
  start: number;
  end: number;
  now: number;
  room: [number, number][];
  target: [number, number][];
  band: [number, number] | undefined;
  compressor: Span[];
  sleep: Span[];
}

const HEIGHT = 170;
const BOTTOM = 40; // px for the compressor and the times
const BAR = 8;

/** Return the chart; its label is the text for screen readers. */
export function thermostatChart(
  hass: Hass,
  timeline: Timeline,
  width: number,
  next: Date | undefined,
  target: number | undefined,
  label: string,
): TemplateResult {
  const { start, end, now, room } = timeline;
  const x = scale([start, end], [0, width]);
  const targets = target === undefined ? timeline.target : [...timeline.target, [now, target] as [number, number]];
  const [below, above] = timeline.band ?? [0, 0];
  const values = [...room.map(([, value]) => value), ...targets.flatMap(([, value]) => [value - below, value + above])];
  const [low, high] = values.length ? [Math.min(...values) - 0.5, Math.max(...values) + 0.5] : [18, 26];
  const y = scale([low, high], [HEIGHT - BOTTOM, 4]);
  const floor = HEIGHT - BOTTOM + 8;
  const last = targets.at(-1);
  const held = last ? [...targets, [end, last[1]] as [number, number]] : [];
  const roomNow = room.at(-1);
  const line = roomNow ? [...room, [now, roomNow[1]] as [number, number]] : [];
  const at = (points: [number, number][], offset = 0): [number, number][] => points.map(([time, value]) => [x(time), y(value + offset)]);
  const block = (span: Span, top: number, height: number, fill: string) => {
    const [from, to] = [Math.max(x(span.start), 0), Math.min(x(span.end), width)];
    return to > from ? svg`<rect x=${from} y=${top} width=${to - from} height=${height} fill=${fill} rx="2" />` : "";
  };
  const area = `${path(at(held, above), true)}${steppedBack(at(held, -below))}Z`;
  return html`<svg width=${width} height=${HEIGHT} role="img" aria-label=${label}>
    ${timeline.sleep.map((span) => block(span, 0, floor, "color-mix(in srgb, var(--secondary-text-color) 16%, transparent)"))}
    ${timeline.band && held.length ? svg`<path d=${area} fill="color-mix(in srgb, var(--success-color, #43a047) 28%, transparent)" />` : ""}
    ${held.length ? svg`<path d=${path(at(held), true)} fill="none" stroke="var(--success-color, #43a047)" stroke-dasharray="4 3" />` : ""}
    ${line.length ? svg`<path d=${path(at(line))} fill="none" stroke="var(--primary-color)" stroke-width="2" stroke-linejoin="round" />` : ""}
    <rect x="0" y=${floor} width=${x(now)} height=${BAR} rx="2" fill="color-mix(in srgb, var(--secondary-text-color) 14%, transparent)" />
    ${timeline.compressor.map((span) => block(span, floor, BAR, "var(--purple-color, #926bc7)"))}
    <line x1=${x(now)} x2=${x(now)} y1="0" y2=${floor + BAR} stroke="var(--primary-text-color)" opacity="0.5" />
    ${next && next.getTime() > now && next.getTime() < end
      ? svg`<line x1=${x(next.getTime())} x2=${x(next.getTime())} y1="0" y2=${floor + BAR} stroke="var(--warning-color, #ffa600)" stroke-width="2" stroke-dasharray="3 3" />`
      : ""}
    <text class="tick" x="0" y="12">${decimal(hass, high, 0)}°</text>
    <text class="tick" x="0" y=${HEIGHT - BOTTOM}>${decimal(hass, low, 0)}°</text>
    ${timeAxis(hass, start, end, x, HEIGHT - 6, width)}
  </svg>`;
}

/** Return the way back along the lower edge of a stepped area. */
function steppedBack(points: [number, number][]): string {
  const [first, ...rest] = [...points].reverse();
  if (!first) return "";
  return `L${first[0].toFixed(1)} ${first[1].toFixed(1)}${rest
    .map(([x, y]) => `V${y.toFixed(1)}H${x.toFixed(1)}`)
    .join("")}`;
}
