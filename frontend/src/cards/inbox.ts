// New devices: what has reported and is not claimed; claim it, scan or paste its code, ignore it.
import { css, html, type PropertyValues, type TemplateResult } from "lit";
import { Card, messageOf } from "../card.js";
import { clock, instant } from "../format.js";
import { domainOf, entryOf, ourEntities } from "../registry.js";
import { canScan, scan } from "./scan.js";

const REFRESH = 30_000; // ms

interface Unclaimed {
  serial: string;
  last_seen?: string;
  entry: string;
  flow?: Flow | undefined;
}

interface Flow {
  flow_id: string;
  handler: string;
  context: { unique_id?: string; title_placeholders?: { name?: string } };
}

class InboxCard extends Card {
  static override properties = { ...Card.properties, devices: { state: true }, form: { state: true }, done: { state: true } };
  declare devices: Unclaimed[] | undefined;
  /** The serial number whose form is open; `*` is that of a code. */
  declare form: string;
  declare done: string;
  private timer: ReturnType<typeof setInterval> | undefined;
  private counted = "";

  static override styles = [
    Card.styles,
    css`
      ul {
        margin: 8px 0 0;
        padding: 0;
        list-style: none;
      }
      li {
        padding: 8px 0;
        border-bottom: 1px solid var(--divider-color, #e0e0e0);
      }
      strong {
        font-weight: 500;
        overflow-wrap: anywhere;
      }
      label {
        display: block;
        margin-top: 8px;
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
    const counted = this.counters().map((id) => `${id}=${this.state(id)?.state}`).join();
    if (counted !== this.counted || !this.devices) {
      this.counted = counted;
      void this.load();
    }
  }

  protected override heading(): string {
    return (typeof this.config.title === "string" && this.config.title) || this.text("inbox");
  }

  /** Return the sensors that count unclaimed devices, one for each entry. */
  private counters(): string[] {
    return ourEntities(this.hass, true)
      .filter((entity) => entity.translation_key === "mqtt_devices_unclaimed_devices" && domainOf(entity.entity_id) === "sensor")
      .map((entity) => entity.entity_id);
  }

  private async load(): Promise<void> {
    if (!this.hass) return;
    const entries = this.counters().map((id) => entryOf(this.hass, id)).filter((entry): entry is string => !!entry);
    try {
      const lists = await Promise.all(
        entries.map(async (entry) => {
          const answer = await this.ask<{ devices: Omit<Unclaimed, "entry">[] }>("mqtt_devices_list_unclaimed", { config_entry_id: entry });
          return answer.devices.map((device) => ({ ...device, entry }));
        }),
      );
      const flows = this.hass.user?.is_admin ? await this.hass.callWS<Flow[]>({ type: "config_entries/flow/progress" }) : [];
      this.devices = lists.flat().map((device) => ({
        ...device,
        flow: flows.find((flow) => flow.handler === "jannenkoti" && flow.context.unique_id?.endsWith(`_${device.serial}`)),
      }));
    } catch (error) {
      this.devices ??= [];
      this.problem = messageOf(error);
    }
  }

  protected content(): TemplateResult {
    const devices = this.devices ?? [];
    const admin = !!this.hass.user?.is_admin;
    if (!this.counters().length) return html`<header><h2>${this.heading()}</h2></header><p>${this.text("no_receiver")}</p>`;
    return html`
      <header>
        <h2>${this.heading()}</h2>
        <span class="soft">${devices.length || ""}</span>
      </header>
      <p aria-live="polite">${this.done || (devices.length ? "" : this.devices ? this.text("inbox_empty") : this.text("loading"))}</p>
      ${admin ? "" : html`<p class="soft" id="why">${this.text("only_admin_claim")}</p>`}
      <ul>
        ${devices.map((device) => this.row(device, admin))}
      </ul>
      ${this.form === "*"
        ? this.codeForm()
        : html`<div class="row">
            <button aria-disabled=${admin ? "false" : "true"} aria-describedby=${admin ? "" : "why"} @click=${() => admin && void this.open("*")}>
              ${this.text("enter_code")}
            </button>
          </div>`}
    `;
  }

  private row(device: Unclaimed, admin: boolean): TemplateResult {
    const name = device.flow?.context.title_placeholders?.name || device.serial;
    const seen = instant(device.last_seen);
    const off = admin ? "false" : "true";
    return html`<li>
      <strong>${name}</strong>
      ${seen ? html`<div class="soft">${this.text("last_report", { time: clock(this.hass, seen) })}</div>` : ""}
      ${this.form === device.serial
        ? this.nameForm(device)
        : html`<div class="row">
            <button aria-disabled=${off} aria-describedby=${admin ? "" : "why"} aria-label=${this.text("claim_device", { name })} @click=${() => admin && void this.open(device.serial)}>
              ${this.text("claim")}
            </button>
            ${device.flow
              ? html`<button aria-label=${this.text("ignore_device", { name })} @click=${() => void this.ignore(device, name)}>${this.text("ignore")}</button>`
              : ""}
          </div>`}
    </li>`;
  }

  private nameForm(device: Unclaimed): TemplateResult {
    return html`<form @submit=${(event: SubmitEvent) => void this.submit(event, device.entry, device.serial)}>
      <label>${this.text("name")} <input type="text" name="name" maxlength="100" autocomplete="off" /></label>
      ${this.formButtons()}
    </form>`;
  }

  private codeForm(): TemplateResult {
    const entry = entryOf(this.hass, this.counters()[0] ?? "") ?? "";
    return html`<form @submit=${(event: SubmitEvent) => void this.submit(event, entry)}>
      <label>${this.text("code")} <textarea name="code" rows="3" required></textarea></label>
      ${canScan()
        ? html`<label class="soft">${this.text("scan")} <input type="file" accept="image/*" capture="environment" @change=${(event: Event) => void this.scanned(event)} /></label>`
        : ""}
      <label>${this.text("name")} <input type="text" name="name" maxlength="100" autocomplete="off" /></label>
      ${this.formButtons()}
    </form>`;
  }

  private formButtons(): TemplateResult {
    return html`<div class="row">
      <button type="submit" aria-disabled=${this.busy ? "true" : "false"}>${this.text("claim")}</button>
      <button type="button" @click=${() => (this.form = "")}>${this.text("cancel")}</button>
    </div>`;
  }

  private async open(form: string): Promise<void> {
    this.form = form;
    this.done = this.problem = "";
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("form textarea, form input")?.focus();
  }

  private async scanned(event: Event): Promise<void> {
    const file = (event.target as HTMLInputElement).files?.[0];
    const found = file ? await scan(file) : undefined;
    const area = this.renderRoot.querySelector<HTMLTextAreaElement>("textarea");
    if (found && area) area.value = found;
    this.problem = found ? "" : this.text("no_code");
  }

  private async submit(event: SubmitEvent, entry: string, serial?: string): Promise<void> {
    event.preventDefault();
    const fields = new FormData(event.target as HTMLFormElement);
    const name = String(fields.get("name") ?? "").trim();
    const code = serial ?? String(fields.get("code") ?? "").trim();
    const answer = await this.attempt("claim", () =>
      this.ask<{ serial: string }>("mqtt_devices_claim", { config_entry_id: entry, qr_text: code, ...(name ? { name } : {}) }),
    );
    if (!answer) return;
    this.form = "";
    this.done = this.text("claimed", { name: name || answer.serial });
    await this.load();
  }

  private async ignore(device: Unclaimed, name: string): Promise<void> {
    this.done = "";
    await this.attempt("ignore", () =>
      this.hass.callWS({ type: "config_entries/ignore_flow", flow_id: device.flow!.flow_id, title: name }),
    );
    if (!this.problem) this.done = this.text("ignored", { name });
    await this.load();
  }
}

customElements.define("jannenkoti-inbox-view", InboxCard);
