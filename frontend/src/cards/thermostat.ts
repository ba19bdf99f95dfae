// The thermostat timeline: room, band, compressor and sleep around now, and the reason.
import { css, html, type PropertyValues, type TemplateResult } from "lit";
import { messageOf } from "../card.js";
import { ChartCard, HOUR } from "../chart.js";
import { clock, decimal, instant, minutes, number, withUnit } from "../format.js";
import { events, recorded, spansOn, type Span } from "../history.js";
import { sibling } from "../registry.js";
import { thermostatChart, type Timeline } from "./thermostat_chart.js";

const REFRESH = 60_000; // ms between two reads of the history
const SHOWN = 6; // hours before now
const LEAST = 0.05; // hours; so few are of use in fast motion only
const FUTURE = 0.4; // of them, after now

interface Status {
  thermo_config?: { pos_hysteresis?: number; neg_hysteresis?: number };
}

class ThermostatCard extends ChartCard {
  static override properties = { ...ChartCard.properties, timeline: { state: true } };
  declare timeline: Timeline | undefined;
  protected override readonly key = "air_conditioner_climate";
  private timer: ReturnType<typeof setInterval> | undefined;
  private drawn = "";

  static override styles = [
    ChartCard.styles,
    css`
      .now {
        font-size: 28px;
        white-space: nowrap;
      }
      .reason {
        font-size: 16px;
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
    const wanted = `${this.config.entity} ${this.config.hours_to_show}`;
    if (wanted !== this.drawn && this.state(this.config.entity)) {
      this.drawn = wanted;
      void this.load();
    }
  }

  /** Read what is drawn; what cannot be read is left out. */
  private async load(): Promise<void> {
    const entity = this.config?.entity;
    if (!entity || !this.state(entity)) return;
    const now = Date.now();
    const hours = Math.min(48, Math.max(LEAST, number(this.config.hours_to_show) ?? SHOWN));
    const start = now - hours * HOUR;
    const end = now + hours * FUTURE * HOUR;
    const room = sibling(this.hass, entity, "air_conditioner_room_temperature");
    const compressor = sibling(this.hass, entity, "air_conditioner_compressor");
    const ids = [entity, room, compressor].filter((id): id is string => !!id && !!this.state(id));
    try {
      const [history, sleep, band] = await Promise.all([
        recorded(this.hass, ids, new Date(start)),
        this.sleep(entity, start, end),
        this.band(entity),
      ]);
      const climate = history[entity] ?? [];
      const values = (points: typeof climate, read: (point: (typeof climate)[number]) => unknown): [number, number][] =>
        points.flatMap((point) => {
          const value = number(read(point));
          return value === undefined ? [] : [[Math.max(point.at, start), value] as [number, number]];
        });
      this.timeline = {
        start,
        end,
        now,
        room: room && history[room] ? values(history[room], (point) => point.state) : values(climate, (point) => point.attributes.current_temperature),
        target: values(climate, (point) => point.attributes.target_in_force),
        band,
        compressor: compressor ? spansOn(history[compressor] ?? [], now) : [],
        sleep,
      };
    } catch (error) {
      this.problem = messageOf(error);
    }
  }

  private async sleep(entity: string, start: number, end: number): Promise<Span[]> {
    const calendar = sibling(this.hass, entity, "air_conditioner_sleep_calendar");
    // While its entry is loaded again, Home Assistant refuses a request for it.
    if (!calendar || (this.state(calendar)?.state ?? "unavailable") === "unavailable") return [];
    return events(this.hass, calendar, new Date(start), new Date(end)).catch(() => []);
  }

  /** Return how far below and above the target the room may be; none without the right to read it. */
  private async band(entity: string): Promise<[number, number] | undefined> {
    try {
      const answer = await this.hass.callWS<{ response: Record<string, Status> }>({
        type: "call_service",
        domain: "jannenkoti",
        service: "ac_control_status",
        service_data: {},
        target: { entity_id: entity },
        return_response: true,
      });
      const parameters = answer.response[entity]?.thermo_config;
      const [below, above] = [number(parameters?.neg_hysteresis), number(parameters?.pos_hysteresis)];
      const factor = this.hass.config.unit_system.temperature === "°F" ? 1.8 : 1;
      return below === undefined || above === undefined ? undefined : [below * factor, above * factor];
    } catch {
      return undefined;
    }
  }

  protected content(): TemplateResult {
    const entity = this.config.entity!;
    const climate = this.state(entity)!;
    const unit = this.hass.config.unit_system.temperature ?? "°C";
    const room = number(climate.attributes.current_temperature);
    const target = number(climate.attributes.target_in_force);
    const next = instant(climate.attributes.next_change);
    const reason = this.reason();
    const roomText = room === undefined ? this.text("no_value") : withUnit(decimal(this.hass, room, 1), unit);
    const targetText = target === undefined ? "" : this.text("target", { value: withUnit(decimal(this.hass, target, 1), unit) });
    const wait = next ? (next.getTime() - Date.now()) / 60_000 : -1;
    return html`
      ${this.headingRow(html`<span class="now">${roomText}</span>`)}
      <div aria-live="polite">
        <p class="reason">${reason}</p>
        <p class="soft">
          ${targetText}${next && wait > 0 ? ` · ${this.text("next_change", { time: clock(this.hass, next), wait: minutes(wait) })}` : ""}
        </p>
      </div>
      <div class="chart">
        ${this.timeline && this.width
          ? thermostatChart(this.hass, this.timeline, this.width, next, target, this.text("thermostat_chart", { room: roomText, target: targetText, reason }))
          : ""}
      </div>
      ${this.legend([
        [this.text("room"), "var(--primary-color)"],
        [this.text("band"), "color-mix(in srgb, var(--success-color, #43a047) 35%, transparent)"],
        [this.text("compressor"), "var(--purple-color, #926bc7)"],
        [this.text("sleep"), "color-mix(in srgb, var(--secondary-text-color) 22%, transparent)"],
      ])}
    `;
  }

  /** Return why the air conditioner runs or rests. */
  private reason(): string {
    const climate = this.state(this.config.entity)!;
    if (climate.state === "unavailable") return this.text("unavailable");
    const sensor = sibling(this.hass, climate.entity_id, "air_conditioner_reason", "sensor");
    const reason = climate.attributes.reason;
    return this.shown(sensor) || (reason ? this.hass.formatEntityAttributeValue(climate, "reason") : "");
  }
}

customElements.define("jannenkoti-thermostat-view", ThermostatCard);
