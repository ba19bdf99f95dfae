// What is asked of a new device: its name and its area.
import { css, html, type TemplateResult } from "lit";
import type { Area, Hass } from "../hass.js";
import { text } from "../texts.js";

const MESSAGE = 15_000; // ms for which a message outlives its card

/**
 * What outlives a card: the dashboard makes all its cards again whenever a device is added,
 * which must not close a form, or take away the answer to a claim.
 */
class Kept {
  form = "";
  ignored = "";
  fields: Record<string, string> = {};
  private message = "";
  private until = 0;

  get done(): string {
    return Date.now() < this.until ? this.message : "";
  }

  set done(message: string) {
    if (message && message !== this.message) this.until = Date.now() + MESSAGE;
    this.message = message;
  }

  /** Keep what is entered. */
  readonly entered = (event: Event): void => {
    const form = event.currentTarget as HTMLFormElement;
    this.fields = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value)]));
  };
}

export const kept = new Kept();

/** Return the fields for name and area; the areas are in the order of the alphabet. */
export function detailFields(hass: Hass): TemplateResult {
  const areas = Object.values(hass.areas).filter((area): area is Area => !!area);
  areas.sort((one, other) => one.name.localeCompare(other.name, hass.locale.language));
  return html`<label>${text("name")} <input type="text" name="name" .value=${kept.fields.name ?? ""} maxlength="100" autocomplete="off" /></label>
    <label>
      ${text("area")}
      <select name="area">
        <option value="">${text("no_area")}</option>
        ${areas.map((area) => html`<option value=${area.area_id} ?selected=${kept.fields.area === area.area_id}>${area.name}</option>`)}
      </select>
    </label>`;
}

export const inboxStyles = css`
  ul {
    margin: 8px 0 0;
    padding: 0;
    list-style: none;
  }
  li {
    padding: 8px 0;
    border-bottom: 1px solid var(--divider-color, #e0e0e0);
  }
  .between {
    display: flex;
    align-items: center;
    justify-content: space-between;
    gap: 8px;
  }
  strong {
    font-weight: 500;
    overflow-wrap: anywhere;
  }
  label {
    display: block;
    margin-top: 8px;
  }
  summary {
    display: flex;
    align-items: center;
    min-height: 44px;
    margin-top: 8px;
    cursor: pointer;
    color: var(--secondary-text-color);
  }
  summary::before {
    content: "▸";
    margin-inline-end: 8px;
  }
  details[open] > summary::before {
    content: "▾";
  }
`;
