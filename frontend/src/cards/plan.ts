// The heating plan: price, surplus and tank, a bar for each slot, and why it heats then.
import { css, html, type PropertyValues, type TemplateResult } from "lit";
import { messageOf } from "../card.js";
import { ChartCard, HOUR } from "../chart.js";
import { celsius, clock, decimal, number, withUnit } from "../format.js";
import { entryOf, sibling } from "../registry.js";
import { planChart } from "./plan_chart.js";
import { heatOf, readPlan, type Plan, type Slot } from "./plan_slots.js";
import { readSentences, sentenceOf } from "./slot_reasons.js";

const REFRESH = 5 * 60_000; // ms; a plan is made every quarter of an hour
const SHOWN = 24; // hours from now on

class PlanCard extends ChartCard {
  static override properties = { ...ChartCard.properties, plan: { state: true }, chosen: { state: true } };
  declare plan: Plan | undefined;
  declare chosen: number;
  private sentences: Record<string, string> = {};
  protected override readonly key = "heating_reason";
  private timer: ReturnType<typeof setInterval> | undefined;
  private planned = "";

  static override styles = [
    ChartCard.styles,
    css`
      .chart {
        cursor: crosshair;
        touch-action: pan-y;
        border-radius: 4px;
      }
      .slot {
        min-height: 40px;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => void this.load(), REFRESH);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    const entity = this.config.entity ?? "";
    const quality = sibling(this.hass, entity, "heating_plan_quality");
    // Its attributes change with the current and the next run, also without a new reason.
    const calendar = sibling(this.hass, entity, "heating_plan");
    const wanted = `${entity} ${this.state(entity)?.last_changed} ${this.state(quality)?.last_changed} ${this.state(calendar)?.last_updated} ${this.hass.language}`;
    if (wanted !== this.planned && this.state(entity)) {
      this.planned = wanted;
      void this.load();
    }
  }

  private async load(): Promise<void> {
    const entity = this.config?.entity;
    const entry = entity && this.hass ? entryOf(this.hass, entity) : undefined;
    if (!entry || this.state(entity)?.state === "unavailable") return;
    try {
      const [plan, sentences] = await Promise.all([this.ask<unknown>("heating_get_plan", { config_entry_id: entry }), readSentences(this.hass)]);
      [this.plan, this.sentences] = [readPlan(plan), sentences];
      this.problem = "";
    } catch (error) {
      this.problem = messageOf(error);
    }
  }

  private slots(): Slot[] {
    const now = Date.now();
    const hours = Math.min(48, Math.max(2, number(this.config.hours_to_show) ?? SHOWN));
    return (this.plan?.slots ?? []).filter((slot) => slot.end > now && slot.start < now + hours * HOUR);
  }

  protected content(): TemplateResult {
    const entity = this.config.entity!;
    const slots = this.slots();
    const next = this.shown(sibling(this.hass, entity, "heating_next_start"));
    const quality = this.quality();
    const reason = this.state(entity)!.state === "unavailable" ? this.text("unavailable") : this.shown(entity);
    return html`
      ${this.headingRow(quality ? html`<span class="soft">${quality}</span>` : "")}
      <div aria-live="polite">
        <p>${reason}</p>
        ${next ? html`<p class="soft">${this.text("next_start", { time: next })}</p>` : ""}
      </div>
      ${slots.length ? this.drawing(slots) : html`<p class="soft">${this.plan ? this.text("no_plan") : this.text("loading")}</p>`}
    `;
  }

  /** Return how good the plan is, in the words of the sensor. */
  private quality(): string {
    const sensor = this.state(sibling(this.hass, this.config.entity!, "heating_plan_quality"));
    return sensor && this.plan?.quality ? this.hass.formatEntityState(sensor, this.plan.quality) : "";
  }

  private drawing(slots: Slot[]): TemplateResult {
    const at = Math.min(Math.max(this.chosen ?? 0, 0), slots.length - 1);
    const sentence = this.sentence(slots[at]!);
    return html`
      <div
        class="chart"
        role="slider"
        tabindex="0"
        aria-label=${this.text("plan_chart")}
        aria-valuemin="0"
        aria-valuemax=${slots.length - 1}
        aria-valuenow=${at}
        aria-valuetext=${sentence}
        @keydown=${(event: KeyboardEvent) => this.step(event, at, slots.length)}
        @pointermove=${(event: PointerEvent) => this.point(event, slots)}
        @pointerdown=${(event: PointerEvent) => this.point(event, slots)}
      >
        ${this.width ? planChart(this.hass, slots, this.width, at) : ""}
      </div>
      <p class="slot">${sentence}</p>
      ${this.legend([
        [this.text("legend_surplus"), "var(--success-color, #43a047)"],
        [this.text("legend_grid"), "var(--primary-color)"],
        [this.text("legend_price"), "color-mix(in srgb, var(--secondary-text-color) 35%, transparent)"],
        [this.text("legend_sun"), "var(--warning-color, #ffa600)"],
        [this.text("legend_tank"), "var(--error-color, #db4437)"],
      ])}
    `;
  }

  /** Return what the plan does in a slot, and why. */
  private sentence(slot: Slot): string {
    const time = `${clock(this.hass, new Date(slot.start))}–${clock(this.hass, new Date(slot.end), false)}`;
    const price = withUnit(decimal(this.hass, slot.price, 3), `${this.hass.config.currency}/kWh`);
    const tanks = slot.tanks.map((tank) => `${tank.name} ${celsius(this.hass, tank.temperature)}`).join(", ");
    const surplus = slot.surplus > 0 ? `, ${this.text("surplus", { watts: decimal(this.hass, slot.surplus, 0) })}` : "";
    const heat = heatOf(slot) > 0 ? ` ${this.text("heats", { watts: decimal(this.hass, heatOf(slot), 0) })}` : "";
    return `${time}: ${price}${surplus}. ${tanks}.${heat} ${sentenceOf(this.hass, this.sentences, slot.reason)}`;
  }

  private step(event: KeyboardEvent, at: number, count: number): void {
    const steps: Record<string, number> = { ArrowRight: at + 1, ArrowUp: at + 1, ArrowLeft: at - 1, ArrowDown: at - 1, PageUp: at + 4, PageDown: at - 4, Home: 0, End: count - 1 };
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.chosen = Math.min(Math.max(to, 0), count - 1);
  }

  private point(event: PointerEvent, slots: Slot[]): void {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const [first, last] = [slots[0]!.start, slots.at(-1)!.end];
    const time = first + ((event.clientX - box.left) / box.width) * (last - first);
    const at = slots.findIndex((slot) => time >= slot.start && time < slot.end);
    if (at >= 0) this.chosen = at;
  }
}

customElements.define("jannenkoti-plan-view", PlanCard);
