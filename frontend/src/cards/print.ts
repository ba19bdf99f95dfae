// The print: progress, picture, guarded buttons, and the time-lapse.
import { css, html, type TemplateResult } from "lit";
import { Card } from "../card.js";
import { clock, instant, number, percent as share } from "../format.js";
import { sibling } from "../registry.js";
import type { Key } from "../texts.js";

const PICTURE = 10_000; // ms between two pictures

type Command = "pause" | "resume" | "stop";

class PrintCard extends Card {
  static override properties = { ...Card.properties, tick: { state: true }, asked: { state: true }, video: { state: true } };
  declare tick: number;
  declare asked: boolean;
  declare video: string;
  protected override readonly key = "printer_status";
  private timer: ReturnType<typeof setInterval> | undefined;

  static override styles = [
    Card.styles,
    css`
      img,
      video {
        display: block;
        width: 100%;
        margin-top: 12px;
        aspect-ratio: 16 / 9;
        object-fit: contain;
        background: #000;
        border-radius: 8px;
      }
      .bar {
        height: 10px;
        margin: 12px 0 6px;
        overflow: hidden;
        background: color-mix(in srgb, var(--primary-color) 18%, transparent);
        border-radius: 5px;
      }
      .bar div {
        height: 100%;
        background: var(--primary-color);
      }
      .facts {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 4px 16px;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.tick ??= 0;
    this.timer = setInterval(() => {
      if (!document.hidden) this.tick += 1;
    }, PICTURE);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  protected content(): TemplateResult {
    const status = this.state(this.config.entity)!;
    return html`
      ${this.headingRow(html`<span aria-live="polite">${this.shown(status.entity_id) || this.text("unavailable")}</span>`)}
      ${this.picture()} ${this.progress()} ${this.errors()} ${this.buttons(status.state)} ${this.timelapse(status.state)}
    `;
  }

  private find(key: string): string | undefined {
    return sibling(this.hass, this.config.entity!, `printer_${key}`);
  }

  private picture(): TemplateResult {
    if (this.video) return html`<video src=${this.video} controls autoplay muted playsinline></video>`;
    const source = [this.find("camera"), this.find("plate_image"), this.find("timelapse_image")]
      .map((id) => this.state(id))
      .find((state) => state && !["unavailable", "unknown"].includes(state.state) && state.attributes.entity_picture);
    if (!source) return html``;
    const url = this.hass.hassUrl(`${source.attributes.entity_picture as string}&at=${this.tick}`);
    return html`<button class="plain" style="width: 100%" aria-label=${this.text("open_picture")} @click=${() => this.showMore(source.entity_id)}>
      <img src=${url} alt="" />
    </button>`;
  }

  private progress(): TemplateResult {
    const percent = number(this.state(this.find("progress"))?.state);
    if (percent === undefined) return html``;
    const layer = this.state(this.find("layer"));
    const total = number(layer?.attributes.total_layers);
    const end = instant(this.state(this.find("completion"))?.state);
    const layers = layer && number(layer.state) !== undefined ? this.text("layer", { layer: layer.state, total: total ?? "?" }) : "";
    return html`
      <div class="bar" role="progressbar" aria-label=${this.text("progress")} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${percent}>
        <div style="width: ${Math.min(Math.max(percent, 0), 100)}%"></div>
      </div>
      <div class="facts">
        <span>${share(this.hass, percent)}</span>
        <span>${layers}</span>
        <span>${end ? this.text("ready_at", { time: clock(this.hass, end) }) : ""}</span>
      </div>
    `;
  }

  private errors(): TemplateResult {
    const errors = this.state(this.config.entity)!.attributes.errors;
    const count = Array.isArray(errors) ? errors.length : 0;
    return count ? html`<p class="problem" role="alert">${this.text("printer_errors", { count })}</p>` : html``;
  }

  /** Return why a command cannot be given now; empty if it can. */
  private refusal(command: Command, status: string): Key | "" {
    if (this.state(this.find("connected"))?.state === "off" || status === "unavailable") return "printer_off";
    if (command === "stop" && !this.hass.user?.is_admin) return "only_admin_stop";
    if (command === "pause" && status !== "running") return "not_printing";
    if (command === "resume" && status !== "paused") return "not_paused";
    return ["running", "paused", "preparing"].includes(status) ? "" : "not_printing";
  }

  private buttons(status: string): TemplateResult {
    if (this.asked) {
      return html`<div class="row" role="alertdialog" aria-label=${this.text("stop_question")}>
        <p style="width: 100%">${this.text("stop_question")}</p>
        <button class="danger" @click=${() => void this.command("stop")}>${this.text("stop_yes")}</button>
        <button id="keep" @click=${() => (this.asked = false)}>${this.text("stop_no")}</button>
      </div>`;
    }
    const commands: Command[] = status === "paused" ? ["resume", "stop"] : ["pause", "stop"];
    const reasons = new Set(commands.map((command) => this.refusal(command, status)).filter((reason) => reason !== ""));
    return html`
      <div class="row">${commands.map((command) => this.button(command, status))}</div>
      ${[...reasons].map((reason) => html`<p class="soft" id=${reason}>${this.text(reason)}</p>`)}
    `;
  }

  private button(command: Command, status: string): TemplateResult {
    const reason = this.refusal(command, status);
    const run = (): void => {
      if (command === "stop") void this.askFirst();
      else void this.command(command);
    };
    return html`<button
      class=${command === "stop" ? "danger" : ""}
      aria-disabled=${reason || this.busy ? "true" : "false"}
      aria-describedby=${reason}
      @click=${() => reason || this.busy || run()}
    >
      ${this.text(command)}
    </button>`;
  }

  private async askFirst(): Promise<void> {
    this.asked = true;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLButtonElement>("#keep")?.focus();
  }

  private async command(command: Command): Promise<void> {
    this.asked = false;
    const device = this.hass.entities[this.config.entity!]?.device_id;
    await this.attempt(command, () =>
      command === "stop"
        ? this.hass.callService("jannenkoti", "printer_stop", { device_id: device })
        : this.hass.callService("jannenkoti", "printer_control", { device_id: device, command }),
    );
  }

  private timelapse(status: string): TemplateResult {
    const state = this.state(this.find("timelapse"));
    if (!state || state.state === "unavailable") return html``;
    const device = this.hass.entities[this.config.entity!]?.device_id;
    const running = ["waiting", "recording"].includes(state.state);
    const video = state.attributes.media_content_id;
    const frames = number(state.attributes.frames) ?? 0;
    const run = (service: string) => () =>
      void this.attempt(service, () => this.hass.callService("jannenkoti", service, { device_id: device }));
    const canStart = !this.refusal("pause", status) || status === "preparing";
    return html`
      <p class="soft" aria-live="polite">
        ${this.text("timelapse")}: ${this.hass.formatEntityState(state)}${running ? `, ${this.text("frames", { count: frames })}` : ""}
      </p>
      <div class="row">
        ${running
          ? html`<button @click=${run("printer_timelapse_stop")}>${this.text("timelapse_stop")}</button>`
          : canStart
            ? html`<button @click=${run("printer_timelapse_start")}>${this.text("timelapse_start")}</button>`
            : ""}
        ${typeof video === "string" && video
          ? html`<button @click=${() => void this.play(video)}>${this.text(this.video ? "video_close" : "video_play")}</button>`
          : ""}
      </div>
    `;
  }

  private async play(id: string): Promise<void> {
    if (this.video) {
      this.video = "";
      return;
    }
    const found = await this.attempt("video", () =>
      this.hass.callWS<{ url: string }>({ type: "media_source/resolve_media", media_content_id: id }),
    );
    this.video = found ? this.hass.hassUrl(found.url) : "";
  }
}

customElements.define("jannenkoti-print-view", PrintCard);
