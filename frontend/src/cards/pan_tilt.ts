// Pan and tilt: the live picture, arrows that move while they are held, and presets.
import { css, html, type PropertyValues, type TemplateResult } from "lit";
import { Card } from "../card.js";
import { sibling } from "../registry.js";

type Direction = "up" | "down" | "left" | "right";

const DIRECTIONS: Record<Direction, string> = { up: "▲", left: "◀", right: "▶", down: "▼" };
const KEYS: Record<string, Direction> = { ArrowUp: "up", ArrowDown: "down", ArrowLeft: "left", ArrowRight: "right" };
const PAUSE = 150; // ms between two steps while a button is held
const NO_PRESET = "none";
const RETRY = 5_000; // ms until a lost picture is asked for again

class PanTiltCard extends Card {
  static override properties = { ...Card.properties, source: { state: true }, lost: { state: true } };
  declare source: string;
  declare lost: boolean;
  protected override readonly key = "robocam_camera";
  private held: Direction | undefined;
  private moving = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  static override styles = [
    Card.styles,
    css`
      .card {
        padding: 0 0 12px;
      }
      header,
      .below,
      .card > p {
        margin-inline: 16px;
      }
      header {
        padding: 12px 0;
      }
      .view {
        position: relative;
        aspect-ratio: 4 / 3;
        background: #000;
        color: #fff;
        display: grid;
        place-items: center;
      }
      .view img {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        object-fit: contain;
      }
      .pad {
        display: grid;
        grid-template-areas: ". up ." "left center right" ". down .";
        gap: 6px;
        justify-content: center;
        margin: 12px auto 0;
        touch-action: none;
      }
      .pad button {
        width: 56px;
        min-height: 48px;
        padding: 0;
        border-radius: 12px;
        user-select: none;
        -webkit-touch-callout: none;
      }
      form {
        display: flex;
        gap: 8px;
        margin-top: 12px;
      }
      form button {
        flex: none;
      }
      [aria-pressed="true"] {
        color: var(--text-primary-color, #fff);
        background: color-mix(in srgb, var(--primary-color) 72%, #000);
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.follow);
    this.follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.follow);
    clearTimeout(this.timer);
    this.release();
    // The browser keeps a stream open until its address changes.
    this.renderRoot.querySelector("img")?.removeAttribute("src");
    this.source = "";
  }

  /** Show the stream while it is visible; the camera serves few viewers. */
  private readonly follow = (): void => {
    const picture = this.config && this.hass ? this.state(this.config.entity)?.attributes.entity_picture : undefined;
    const visible = this.isConnected && !document.hidden && typeof picture === "string";
    const stream = visible ? this.hass.hassUrl(picture.replace("/api/camera_proxy/", "/api/camera_proxy_stream/")) : "";
    // A new token comes every few minutes; a stream that runs keeps the one that it began with.
    if (!stream || !this.source) this.source = stream;
  };

  protected override willUpdate(_changed: PropertyValues<this>): void {
    this.follow();
  }

  private failed(): void {
    this.lost = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.lost = false;
      this.source = "";
      this.follow();
    }, RETRY);
  }

  protected content(): TemplateResult {
    const camera = this.state(this.config.entity)!;
    const away = camera.state === "unavailable";
    const isPrivate = this.state(this.find("privacy"))?.state === "on";
    const message = isPrivate ? this.text("private") : away || this.lost ? this.text("camera_lost") : this.text("loading");
    return html`
      ${this.headingRow(html`<span class="soft">${this.shown(this.find("connection"))}</span>`)}
      <div class="view">
        <span role="status">${message}</span>
        ${this.source && !this.lost && !away
          ? html`<img src=${this.source} alt=${this.text("picture_of", { name: this.heading() })} @error=${() => this.failed()} />`
          : ""}
      </div>
      <div class="below">${this.pad(away || isPrivate)} ${this.presets(away || isPrivate)}</div>
    `;
  }

  private find(key: string): string | undefined {
    return sibling(this.hass, this.config.entity!, `robocam_${key}`);
  }

  private pad(off: boolean): TemplateResult {
    return html`<div class="pad" role="group" aria-label=${this.text("move")} @keydown=${(event: KeyboardEvent) => this.byKey(event)}>
        ${Object.entries(DIRECTIONS).map(
          ([direction, sign]) => html`<button
            style="grid-area: ${direction}"
            aria-label=${this.text(direction as Direction)}
            aria-disabled=${off ? "true" : "false"}
            aria-describedby=${off ? "why" : ""}
            @pointerdown=${(event: PointerEvent) => this.hold(event, direction as Direction, off)}
            @pointerup=${() => this.release()}
            @pointercancel=${() => this.release()}
            @lostpointercapture=${() => this.release()}
            @contextmenu=${(event: Event) => event.preventDefault()}
            @click=${(event: MouseEvent) => event.detail === 0 && !off && void this.move(direction as Direction)}
          >
            ${sign}
          </button>`,
        )}
        <button style="grid-area: center" aria-label=${this.text("center")} aria-disabled=${off ? "true" : "false"} @click=${() => off || void this.center()}>●</button>
      </div>
      ${off ? html`<p class="soft" id="why">${this.text("camera_off")}</p>` : ""}`;
  }

  private presets(off: boolean): TemplateResult {
    const select = this.state(this.find("preset"));
    const options = Array.isArray(select?.attributes.options) ? (select.attributes.options as unknown[]) : [];
    const names = options.filter((name): name is string => typeof name === "string" && name !== NO_PRESET);
    const recall = (option: string): void => {
      if (off || !select) return;
      void this.attempt(option, () => this.hass.callService("select", "select_option", { option }, { entity_id: select.entity_id }));
    };
    return html`
      ${names.length ? "" : html`<p class="soft">${this.text("no_presets")}</p>`}
      <div class="row" role="group" aria-label=${this.text("presets")}>
        ${names.map(
          (name) => html`<button aria-pressed=${select?.state === name ? "true" : "false"} aria-disabled=${off ? "true" : "false"} @click=${() => recall(name)}>
            ${name}
          </button>`,
        )}
      </div>
      <form @submit=${(event: SubmitEvent) => void this.store(event)}>
        <input type="text" name="preset" maxlength="50" required autocomplete="off" aria-label=${this.text("preset_name")} placeholder=${this.text("preset_name")} />
        <button type="submit">${this.text("preset_store")}</button>
      </form>
    `;
  }

  /** Store the position under a name. */
  private async store(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const preset = String(new FormData(form).get("preset") ?? "").trim();
    if (!preset) return;
    await this.attempt("store", () => this.hass.callService("jannenkoti", "robocam_store_preset", { preset }, { entity_id: this.config.entity }));
    if (!this.problem) form.reset();
  }

  /** Move with the arrow keys while a button of the pad has the focus. */
  private byKey(event: KeyboardEvent): void {
    const direction = KEYS[event.key];
    if (!direction) return;
    event.preventDefault();
    void this.move(direction);
  }

  private hold(event: PointerEvent, direction: Direction, off: boolean): void {
    if (off || event.button) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.held = direction;
    void this.moveWhileHeld();
  }

  private release(): void {
    this.held = undefined;
  }

  private async moveWhileHeld(): Promise<void> {
    while (this.held && this.isConnected && !this.problem) {
      await this.move(this.held);
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
    this.release();
  }

  /** Make one step; no step is queued behind a slow one. */
  private async move(direction: Direction): Promise<void> {
    if (this.moving) return;
    this.moving = true;
    try {
      const button = this.find(direction);
      if (button) await this.attempt(direction, () => this.press(button));
      else this.problem = this.text("button_disabled");
    } finally {
      this.moving = false;
    }
  }

  /** Move to the middle of both ranges. */
  private async center(): Promise<void> {
    const button = this.find("center");
    if (button) return void (await this.attempt("center", () => this.press(button)));
    const middle = (key: string): number | undefined => {
      const { min, max } = this.state(this.find(key))?.attributes ?? {};
      return typeof min === "number" && typeof max === "number" ? Math.round((min + max) / 2) : undefined;
    };
    await this.attempt("center", async () => {
      for (const key of ["pan", "tilt"]) {
        const value = middle(key);
        const entity = this.find(key);
        if (value !== undefined && entity) await this.hass.callService("number", "set_value", { value }, { entity_id: entity });
      }
    });
  }
}

customElements.define("jannenkoti-pan-tilt-view", PanTiltCard);
