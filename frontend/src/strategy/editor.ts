// The editor of the dashboard: which modules it shows, and in which order.
import { LitElement, css, html, type PropertyValues, type TemplateResult } from "lit";
import type { Hass } from "../hass.js";
import { hasTexts, loadTexts, text } from "../texts.js";
import { hiddenIn, ordered, type Module, type StrategyConfig } from "./modules.js";

class StrategyEditor extends LitElement {
  static override properties = { hass: { attribute: false }, config: { state: true }, moved: { state: true } };
  declare hass: Hass;
  declare config: StrategyConfig | undefined;
  declare moved: string;

  static override styles = css`
    :host {
      color: var(--primary-text-color);
    }
    ol {
      margin: 12px 0;
      padding: 0;
      list-style: none;
    }
    li {
      display: flex;
      align-items: center;
      gap: 8px;
      min-height: 48px;
      border-bottom: 1px solid var(--divider-color, #e0e0e0);
    }
    label {
      flex: 1;
      display: flex;
      align-items: center;
      gap: 12px;
      min-height: 48px;
      cursor: pointer;
    }
    input {
      width: 20px;
      height: 20px;
      accent-color: var(--primary-color);
    }
    button {
      width: 44px;
      height: 44px;
      font-size: 18px;
      color: var(--primary-text-color);
      background: none;
      border: 0;
      border-radius: 50%;
      cursor: pointer;
    }
    button[disabled] {
      opacity: 0.3;
      cursor: default;
    }
    :focus-visible {
      outline: 2px solid var(--primary-color);
    }
    .hidden {
      position: absolute;
      width: 1px;
      height: 1px;
      overflow: hidden;
      clip-path: inset(50%);
    }
  `;

  setConfig(config: StrategyConfig): void {
    this.config = config;
  }

  protected override shouldUpdate(_changed: PropertyValues<this>): boolean {
    if (!this.hass || !this.config) return false;
    if (hasTexts(this.hass.language)) return true;
    // Each change of a state tries again what could not be loaded.
    loadTexts(this.hass.language).then(() => this.requestUpdate(), () => undefined);
    return false;
  }

  protected override render(): TemplateResult {
    const modules = ordered(this.config!);
    const hidden = hiddenIn(this.config!);
    return html`
      <p>${text("editor_help")}</p>
      <ol>
        ${modules.map((module, at) => this.row(module, at, modules, hidden))}
      </ol>
      <p class="hidden" aria-live="polite">${this.moved}</p>
    `;
  }

  private row(module: Module, at: number, modules: Module[], hidden: Set<string>): TemplateResult {
    const name = text(module.name);
    return html`<li>
      <label>
        <input type="checkbox" .checked=${!hidden.has(module.id)} @change=${() => this.toggle(module.id, hidden)} />
        ${name}
      </label>
      <button ?disabled=${at === 0} aria-label=${text("move_up", { name })} @click=${() => this.move(modules, at, -1)}>▲</button>
      <button ?disabled=${at === modules.length - 1} aria-label=${text("move_down", { name })} @click=${() => this.move(modules, at, 1)}>▼</button>
    </li>`;
  }

  private toggle(id: string, hidden: Set<string>): void {
    const next = new Set(hidden);
    if (!next.delete(id)) next.add(id);
    this.change({ hidden: [...next] });
  }

  private move(modules: Module[], at: number, by: number): void {
    const ids = modules.map((module) => module.id);
    const [id] = ids.splice(at, 1);
    ids.splice(at + by, 0, id!);
    this.moved = text("moved", { name: text(modules[at]!.name), place: at + by + 1 });
    this.change({ modules: ids });
  }

  private change(changes: Partial<StrategyConfig>): void {
    const config = { ...this.config!, ...changes };
    this.config = config;
    this.dispatchEvent(new CustomEvent("config-changed", { detail: { config }, bubbles: true, composed: true }));
  }
}

customElements.define("jannenkoti-strategy-editor", StrategyEditor);
