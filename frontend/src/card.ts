// What the cards have in common: texts, a heading, messages, and calls with their errors.
import { LitElement, css, html, nothing, type CSSResultGroup, type PropertyValues, type TemplateResult } from "lit";
import type { Config, Hass, State } from "./hass.js";
import { deviceName } from "./registry.js";
import { hasTexts, loadTexts, text, type Key } from "./texts.js";

export { loadTexts };

export interface CardConfig extends Config {
  entity?: string;
  title?: string;
  hours_to_show?: number;
}

export abstract class Card extends LitElement {
  static override properties = {
    hass: { attribute: false },
    config: { attribute: false },
    problem: { state: true },
    busy: { state: true },
  };
  declare hass: Hass;
  declare config: CardConfig;
  declare problem: string;
  declare busy: string;
  /** What was pressed and has not ended; another button waits for its turn. */
  private readonly waiting = new Set<string>();
  private turn: Promise<void> = Promise.resolve();

  /** The translation key of the entity that the card is for; empty if it needs none. */
  protected readonly key: string = "";

  static override styles: CSSResultGroup = css`
    :host {
      /* Nearer to the color of text, so that they can be read on a tint of themselves. */
      --strong: color-mix(in srgb, var(--primary-color) 60%, var(--primary-text-color));
      --bad: color-mix(in srgb, var(--error-color, #db4437) 65%, var(--primary-text-color));
      display: block;
      height: 100%;
      color: var(--primary-text-color);
      font-family: var(--ha-font-family-body, Roboto, sans-serif);
      font-size: 14px;
    }
    .card {
      box-sizing: border-box;
      height: 100%;
      padding: 16px;
      overflow: hidden;
      background: var(--ha-card-background, var(--card-background-color, #fff));
      border: var(--ha-card-border-width, 1px) solid var(--ha-card-border-color, var(--divider-color, #e0e0e0));
      border-radius: var(--ha-card-border-radius, 12px);
      box-shadow: var(--ha-card-box-shadow, none);
    }
    header {
      display: flex;
      align-items: baseline;
      justify-content: space-between;
      gap: 8px;
    }
    h2 {
      margin: 0;
      font-size: 16px;
      font-weight: 500;
      overflow-wrap: anywhere;
    }
    p {
      margin: 4px 0;
    }
    .soft {
      color: var(--secondary-text-color);
    }
    .problem {
      color: var(--bad);
    }
    .row {
      display: flex;
      flex-wrap: wrap;
      gap: 8px;
      margin-top: 12px;
    }
    button {
      font: inherit;
      min-height: 44px;
      padding: 0 16px;
      color: var(--strong);
      background: color-mix(in srgb, var(--primary-color) 12%, transparent);
      border: 0;
      border-radius: 22px;
      cursor: pointer;
    }
    button.danger {
      color: var(--bad);
      background: color-mix(in srgb, var(--error-color, #db4437) 12%, transparent);
    }
    button[aria-disabled="true"] {
      color: var(--disabled-text-color, #9b9b9b);
      background: color-mix(in srgb, var(--disabled-text-color, #9b9b9b) 16%, transparent);
      cursor: default;
    }
    input[type="text"],
    select,
    textarea {
      box-sizing: border-box;
      width: 100%;
      min-height: 44px;
      padding: 10px;
      font: inherit;
      color: var(--primary-text-color);
      background: var(--secondary-background-color, #f5f5f5);
      border: 1px solid var(--divider-color, #bdbdbd);
      border-radius: 8px;
    }
    button.plain {
      min-height: 0;
      padding: 0;
      color: inherit;
      background: none;
      border-radius: 4px;
      text-align: start;
    }
    :focus-visible {
      outline: 2px solid var(--primary-color);
      outline-offset: 2px;
    }
    .hidden {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
      white-space: nowrap;
    }
  `;

  protected override shouldUpdate(_changed: PropertyValues<this>): boolean {
    if (!this.hass || !this.config) return false;
    if (hasTexts(this.hass.language)) return true;
    // Each change of a state tries again what could not be loaded.
    loadTexts(this.hass.language).then(() => this.requestUpdate(), () => undefined);
    return false;
  }

  protected override render(): TemplateResult {
    const fault = this.key ? this.fault() : "";
    return html`<section class="card" aria-label=${this.heading()}>
      ${fault ? html`<p class="problem" role="alert">${fault}</p>` : this.content()}
      <p class="problem" role="status" aria-live="polite" ?hidden=${!this.problem}>${this.problem}</p>
    </section>`;
  }

  protected abstract content(): TemplateResult;

  /** Return why the entity of the configuration cannot be shown; empty if it can. */
  private fault(): string {
    const entity = this.config.entity;
    if (typeof entity !== "string" || !entity) return text("no_entity");
    if (!this.hass.states[entity]) return text("entity_missing", { entity });
    const entry = this.hass.entities[entity];
    const right = entry?.platform === "jannenkoti" && entry.translation_key === this.key;
    return right ? "" : text("entity_wrong", { entity });
  }

  protected state(entityId: string | undefined): State | undefined {
    return entityId ? this.hass.states[entityId] : undefined;
  }

  /** Return the state as text; empty while there is none. */
  protected shown(entityId: string | undefined): string {
    const state = this.state(entityId);
    return state && !["unknown", "unavailable"].includes(state.state) ? this.hass.formatEntityState(state) : "";
  }

  /** Return the title: the one of the configuration, or the device's name. */
  protected heading(): string {
    if (typeof this.config.title === "string" && this.config.title) return this.config.title;
    const entity = this.hass.entities[this.config.entity ?? ""];
    return deviceName(this.hass.devices[entity?.device_id ?? ""]);
  }

  protected headingRow(beside: unknown = nothing): TemplateResult {
    return html`<header>
      <h2><button class="plain" @click=${() => this.showMore(this.config.entity)}>${this.heading()}</button></h2>
      ${beside}
    </header>`;
  }

  /** Open Home Assistant's own dialog of an entity. */
  protected showMore(entityId: string | undefined): void {
    const detail = { entityId };
    if (entityId) this.dispatchEvent(new CustomEvent("hass-more-info", { detail, bubbles: true, composed: true }));
  }

  /**
   * Make a call and show its error; `what` names the button that is busy meanwhile.
   *
   * Calls of different buttons are made one after the other, none is lost. A button
   * that is pressed again before its call has ended does nothing.
   */
  protected async attempt<T>(what: string, call: () => Promise<T>): Promise<T | undefined> {
    if (this.waiting.has(what)) return undefined;
    this.waiting.add(what);
    const before = this.turn;
    let done = (): void => undefined;
    this.turn = new Promise((resolve) => (done = resolve));
    await before;
    this.busy = what;
    this.problem = "";
    try {
      return await call();
    } catch (error) {
      this.problem = messageOf(error);
      return undefined;
    } finally {
      this.busy = "";
      this.waiting.delete(what);
      done();
    }
  }

  /** Perform an action of ours and return its response. */
  protected async ask<T>(service: string, data: Record<string, unknown>): Promise<T> {
    const { response } = await this.hass.callWS<{ response: T }>({
      type: "call_service",
      domain: "jannenkoti",
      service,
      service_data: data,
      return_response: true,
    });
    return response;
  }

  protected press(button: string): Promise<unknown> {
    return this.hass.callService("button", "press", {}, { entity_id: button });
  }

  protected text(key: Key, values?: Record<string, string | number>): string {
    return text(key, values);
  }
}

/** Return the message of an error. */
export function messageOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: string; message?: string };
  // Of a failed action Home Assistant's page passes on the message only.
  if (code === "unauthorized" || message === "Unauthorized") return text("unauthorized");
  return message || text("failed");
}
