// New devices: what has reported and is not claimed; claim it, scan or paste its code, ignore it.
import { html, type PropertyValues, type TemplateResult } from "lit";
import { Card, messageOf } from "../card.js";
import { clock, instant } from "../format.js";
import { domainOf, entryOf, ourEntities } from "../registry.js";
import { detailFields, inboxStyles, kept } from "./inbox_form.js";
import { readDevices, type Unclaimed } from "./inbox_devices.js";
import { canScan, scan } from "./scan.js";

const REFRESH = 30_000; // ms

/** The form of a code, where others are named by their serial number. */
const CODE = "*";

class InboxCard extends Card {
  static override properties = {
    ...Card.properties,
    devices: { state: true },
    form: { state: true },
    done: { state: true },
    ignored: { state: true },
  };
  declare devices: Unclaimed[] | undefined;
  /** The serial number whose form is open. */
  declare form: string;
  declare done: string;
  /** The serial number that was ignored last. */
  declare ignored: string;
  private timer: ReturnType<typeof setInterval> | undefined;
  private counted = "";

  static override styles = [Card.styles, inboxStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    this.form ??= kept.form;
    this.done ??= kept.done;
    this.ignored ??= kept.ignored;
    this.timer = setInterval(() => void this.load(), REFRESH);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  protected override updated(changed: PropertyValues<this>): void {
    super.updated(changed);
    kept.form = this.form;
    kept.done = this.done;
    kept.ignored = this.ignored;
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
    if (!this.hass || !this.isConnected) return;
    const entries = this.counters().map((id) => entryOf(this.hass, id)).filter((entry): entry is string => !!entry);
    try {
      this.devices = await readDevices(this.hass, entries, (entry) => this.ask("mqtt_devices_list_unclaimed", { config_entry_id: entry }));
    } catch (error) {
      this.devices ??= [];
      this.problem = messageOf(error);
    }
  }

  protected content(): TemplateResult {
    if (!this.counters().length) return html`<header><h2>${this.heading()}</h2></header><p>${this.text("no_receiver")}</p>`;
    const admin = !!this.hass.user?.is_admin;
    const waiting = (this.devices ?? []).filter((device) => !device.ignored_by);
    const ignored = (this.devices ?? []).filter((device) => device.ignored_by);
    return html`
      <header>
        <h2>${this.heading()}</h2>
        <span class="soft">${waiting.length || ""}</span>
      </header>
      <p aria-live="polite">${this.done || (waiting.length ? "" : this.devices ? this.text("inbox_empty") : this.text("loading"))}</p>
      ${admin ? "" : html`<p class="soft" id="why">${this.text("only_admin_claim")}</p>`}
      <ul>
        ${waiting.map((device) => this.row(device, admin))}
      </ul>
      ${this.form === CODE ? this.codeForm() : html`<div class="row">${this.button("enter_code", admin, () => this.open(CODE))}</div>`}
      ${ignored.length
        ? html`<details ?open=${ignored.some((device) => device.serial === this.ignored)}>
            <summary>${this.text("ignored_devices", { count: ignored.length })}</summary>
            <ul>
              ${ignored.map((device) => this.ignoredRow(device, admin))}
            </ul>
          </details>`
        : ""}
    `;
  }

  /** Return a button that only administrators can use. */
  private button(key: "claim" | "ignore" | "undo" | "enter_code", admin: boolean, run: () => unknown, label = ""): TemplateResult {
    return html`<button
      aria-disabled=${admin && !this.busy ? "false" : "true"}
      aria-describedby=${admin ? "" : "why"}
      aria-label=${label || this.text(key)}
      @click=${() => admin && void run()}
    >
      ${this.text(key)}
    </button>`;
  }

  private row(device: Unclaimed, admin: boolean): TemplateResult {
    const name = device.name;
    const seen = instant(device.last_seen);
    return html`<li>
      <strong>${name}</strong>
      ${seen ? html`<div class="soft">${this.text("last_report", { time: clock(this.hass, seen) })}</div>` : ""}
      ${this.form === device.serial
        ? this.nameForm(device)
        : html`<div class="row">
            ${this.button("claim", admin, () => this.open(device.serial), this.text("claim_device", { name }))}
            ${device.flow || !admin ? this.button("ignore", admin, () => this.ignore(device), this.text("ignore_device", { name })) : ""}
          </div>`}
    </li>`;
  }

  private ignoredRow(device: Unclaimed, admin: boolean): TemplateResult {
    const name = device.name;
    return html`<li class="between">
      <strong>${name}</strong>
      ${this.button("undo", admin, () => this.undo(device), this.text("undo_device", { name }))}
    </li>`;
  }

  private nameForm(device: Unclaimed): TemplateResult {
    return html`<form @input=${kept.entered} @submit=${(event: SubmitEvent) => void this.submit(event, device.entry, device.serial)}>
      ${detailFields(this.hass)} ${this.formButtons()}
    </form>`;
  }

  private codeForm(): TemplateResult {
    const entry = entryOf(this.hass, this.counters()[0] ?? "") ?? "";
    return html`<form @input=${kept.entered} @submit=${(event: SubmitEvent) => void this.submit(event, entry)}>
      <label>${this.text("code")} <textarea name="code" rows="3" required .value=${kept.fields.code ?? ""}></textarea></label>
      ${canScan()
        ? html`<label class="soft">${this.text("scan")} <input type="file" accept="image/*" capture="environment" @change=${(event: Event) => void this.scanned(event)} /></label>`
        : html`<p class="soft">${this.text("cannot_scan")}</p>`}
      ${detailFields(this.hass)} ${this.formButtons()}
    </form>`;
  }

  private formButtons(): TemplateResult {
    return html`<div class="row">
      <button type="submit" aria-disabled=${this.busy ? "true" : "false"}>${this.text("claim")}</button>
      <button type="button" @click=${() => void this.close()}>${this.text("cancel")}</button>
    </div>`;
  }

  private async open(form: string): Promise<void> {
    this.form = form;
    kept.fields = {};
    this.done = this.problem = "";
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>("form textarea, form input")?.focus();
  }

  /** Close the form, and give the focus back to the button that opened it. */
  private async close(): Promise<void> {
    const row = this.renderRoot.querySelector("form")?.parentElement;
    this.form = this.problem = "";
    await this.updateComplete;
    const buttons = row?.localName === "li" ? row : this.renderRoot.querySelector(".card > .row");
    buttons?.querySelector("button")?.focus();
  }

  private async scanned(event: Event): Promise<void> {
    const file = (event.target as HTMLInputElement).files?.[0];
    const found = file ? await scan(file) : undefined;
    const area = this.renderRoot.querySelector<HTMLTextAreaElement>("textarea");
    if (found && area) {
      area.value = found;
      area.dispatchEvent(new Event("input", { bubbles: true }));
    }
    this.problem = found ? "" : this.text("no_code");
  }

  private async submit(event: SubmitEvent, entry: string, serial?: string): Promise<void> {
    event.preventDefault();
    const fields = new FormData(event.target as HTMLFormElement);
    const given = (field: string): string => String(fields.get(field) ?? "").trim();
    const [name, area] = [given("name"), given("area")];
    const claim = {
      config_entry_id: entry,
      qr_text: serial ?? given("code"),
      ...(name ? { name } : {}),
      ...(area ? { area } : {}),
    };
    const answer = await this.attempt("claim", () => this.ask<{ serial: string }>("mqtt_devices_claim", claim));
    if (!answer) return;
    this.form = "";
    this.done = this.text("claimed", { name: name || answer.serial });
    await this.load();
  }

  private async ignore(device: Unclaimed): Promise<void> {
    this.done = "";
    const { name, serial } = device;
    await this.attempt("ignore", () => this.hass.callWS({ type: "config_entries/ignore_flow", flow_id: device.flow, title: name }));
    if (!this.problem) [this.done, this.ignored] = [this.text("ignored", { name }), serial];
    await this.load();
  }

  /** Offer an ignored device again. */
  private async undo(device: Unclaimed): Promise<void> {
    this.done = "";
    await this.attempt("undo", () => this.hass.callApi("DELETE", `config/config_entries/entry/${device.ignored_by}`));
    if (!this.problem) [this.done, this.ignored] = [this.text("undone", { name: device.name }), ""];
    await this.load();
  }
}

customElements.define("jannenkoti-inbox-view", InboxCard);
