// What the charts have in common: their width, scales and axes.
import { css, html, svg, type PropertyValues, type SVGTemplateResult, type TemplateResult } from "lit";
import { Card } from "./card.js";
import { clock } from "./format.js";
import type { Hass } from "./hass.js";

export const HOUR = 3_600_000;

export type Scale = (value: number) => number;

/** Return the linear scale from a range of values to one of pixels. */
export function scale(from: [number, number], to: [number, number]): Scale {
  const factor = (to[1] - to[0]) / (from[1] - from[0] || 1);
  return (value) => to[0] + (value - from[0]) * factor;
}

/** Return the corners of a path; a stepped one keeps each value until the next. */
export function path(points: [number, number][], stepped = false): string {
  return points
    .map(([x, y], index) => {
      if (!index) return `M${x.toFixed(1)} ${y.toFixed(1)}`;
      return stepped ? `H${x.toFixed(1)}V${y.toFixed(1)}` : `L${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join("");
}

/** Return the full hours to label between two times, at most `most` of them. */
export function hoursBetween(start: number, end: number, most: number): number[] {
  const steps = [1, 2, 3, 4, 6, 12, 24];
  const step = HOUR * (steps.find((hours) => (end - start) / HOUR / hours <= most) ?? 24);
  const midnight = new Date(start).setHours(0, 0, 0, 0);
  const ticks: number[] = [];
  for (let at = midnight; at < end; at += step) if (at > start) ticks.push(at);
  return ticks;
}

/** Return the labels of a time axis. */
export function timeAxis(hass: Hass, start: number, end: number, x: Scale, y: number, width: number): SVGTemplateResult[] {
  return hoursBetween(start, end, Math.max(2, Math.floor(width / 70)))
    .filter((at) => x(at) > 24 && x(at) < width - 24)
    .map((at) => svg`<text class="tick" x=${x(at)} y=${y} text-anchor="middle">${clock(hass, new Date(at), false)}</text>`);
}

export abstract class ChartCard extends Card {
  static override properties = { ...Card.properties, width: { state: true } };
  declare width: number;
  private observer?: ResizeObserver;

  static override styles = [
    Card.styles,
    css`
      .chart {
        margin-top: 8px;
      }
      svg {
        display: block;
        overflow: visible;
      }
      .tick {
        font-size: 11px;
        fill: var(--secondary-text-color);
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 14px;
        margin: 8px 0 0;
        padding: 0;
        list-style: none;
        font-size: 12px;
        color: var(--secondary-text-color);
      }
      .legend li::before {
        content: "";
        display: inline-block;
        width: 12px;
        height: 8px;
        margin-inline-end: 6px;
        border-radius: 2px;
        background: var(--swatch);
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.observer = new ResizeObserver((entries) => {
      const width = Math.round(entries[0]?.contentRect.width ?? 0);
      if (width && width !== this.width) this.width = width;
    });
    if (this.hasUpdated) this.observe();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.observer?.disconnect();
  }

  protected override updated(_changed: PropertyValues<this>): void {
    this.observe();
  }

  private observe(): void {
    const chart = this.renderRoot.querySelector(".chart");
    if (chart) this.observer?.observe(chart);
  }

  protected legend(items: [string, string][]): TemplateResult {
    return html`<ul class="legend" aria-hidden="true">
      ${items.map(([name, color]) => html`<li style="--swatch: ${color}">${name}</li>`)}
    </ul>`;
  }
}
