// The only module that each page loads. It names the cards and the dashboard strategy; what
// they need is loaded when the first of them is shown.
import type { Config, Hass } from "./hass.js";
import { names } from "./names.js";
import { NOT_LOADED, defineNotLoaded, pause } from "./not_loaded.js";

interface Inner extends HTMLElement {
  hass: Hass;
  config: Config;
}

interface Card {
  load: () => Promise<unknown>;
  rows: number;
  /** Domain and translation key of the entity that the card is for; the inbox has none. */
  domain?: string;
  key?: string;
  /** Options beside the entity, with the largest value of a number. */
  hours?: number;
}

const CARDS: Record<string, Card> = {
  thermostat: { load: () => import("./cards/thermostat.js"), rows: 6, domain: "climate", key: "air_conditioner_climate", hours: 48 },
  plan: { load: () => import("./cards/plan.js"), rows: 6, domain: "sensor", key: "heating_reason", hours: 48 },
  print: { load: () => import("./cards/print.js"), rows: 7, domain: "sensor", key: "printer_status" },
  "pan-tilt": { load: () => import("./cards/pan_tilt.js"), rows: 8, domain: "camera", key: "robocam_camera" },
  inbox: { load: () => import("./cards/inbox.js"), rows: 4 },
};

const PREFIX = "jannenkoti";
const TRIES = 2; // Meanwhile Home Assistant shows that the dashboard is being loaded.

const matches = (card: Card, hass: Hass, entityId: string): boolean => {
  const entity = hass.entities[entityId];
  return !!card.key && entity?.platform === PREFIX && entity.translation_key === card.key && entityId.startsWith(`${card.domain}.`);
};

/** Load a card, and beside it what all cards import: one after the other takes longer. */
const load = (card: Card) => Promise.all([import("./card.js"), card.load()]);

function define(name: string, card: Card): void {
  const tag = `${PREFIX}-${name}`;

  /** The registered element; the card itself is in it once it is loaded. */
  class Shell extends HTMLElement {
    private inner: Inner | undefined;
    private timer: ReturnType<typeof setTimeout> | undefined;
    private failures = 0;
    private latest?: Hass;
    private config?: Config;

    setConfig(config: Config): void {
      // Before it is shown; a failure is reported when it is.
      load(card).catch(() => undefined);
      this.config = config;
      if (this.inner) this.inner.config = config;
    }

    set hass(hass: Hass) {
      this.latest = hass;
      if (this.inner) this.inner.hass = hass;
    }

    connectedCallback(): void {
      this.style.display = "block";
      this.style.height = "100%";
      if (!this.inner) void this.show();
    }

    disconnectedCallback(): void {
      clearTimeout(this.timer);
    }

    /** Show the card. Without a network, or after an update, it cannot be loaded. */
    private async show(): Promise<void> {
      clearTimeout(this.timer);
      try {
        const [{ loadTexts }] = await load(card);
        await loadTexts(this.latest?.language ?? document.documentElement.lang);
      } catch {
        if (this.isConnected) this.tryLater();
        return;
      }
      // Meanwhile it may have been moved to another place in the page, which shows it too.
      if (this.inner) return;
      const inner = (this.inner = document.createElement(`${tag}-view`) as Inner);
      if (this.config) inner.config = this.config;
      if (this.latest) inner.hass = this.latest;
      this.replaceChildren(inner);
    }

    private tryLater(): void {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => void this.show(), pause(this.failures++));
      if (!this.firstChild) this.append(document.createElement(NOT_LOADED));
    }

    getCardSize(): number {
      return card.rows;
    }

    getGridOptions(): Record<string, unknown> {
      return { columns: 12, min_columns: 6 };
    }

    static getStubConfig(hass: Hass): Record<string, unknown> {
      const entity = Object.keys(hass.entities).find((id) => matches(card, hass, id));
      return entity ? { entity } : {};
    }

    static getConfigForm(): unknown {
      const filter = { integration: PREFIX, domain: card.domain };
      const schema: unknown[] = card.key
        ? [{ name: "entity", required: true, selector: { entity: { filter } } }]
        : [];
      schema.push({ name: "title", selector: { text: {} } });
      if (card.hours) {
        schema.push({ name: "hours_to_show", selector: { number: { min: 2, max: card.hours, mode: "box", unit_of_measurement: "h" } } });
      }
      return { schema };
    }
  }

  customElements.define(tag, Shell);
  const page = window as unknown as Record<string, unknown[] | undefined>;
  (page.customCards ??= []).push({
    type: tag,
    get name() {
      return `Jannenkoti: ${names()[name]}`;
    },
    preview: true,
    getEntitySuggestion: (hass: Hass, entity: string) =>
      matches(card, hass, entity) ? { config: { type: `custom:${tag}`, entity } } : null,
  });
}

/** What was made last, and which of it is complete, by the configuration of the dashboard. */
const made = new WeakMap<Config, unknown>();
const complete = new WeakSet<Config>();
let failures = 0;
let nextTry = 0;

/** The dashboard strategy: it makes the dashboard from the registries. */
class Strategy extends HTMLElement {
  static registryDependencies = ["entities", "devices", "areas", "language"] as const;

  /** Return whether the dashboard is to be made again; Home Assistant asks with each change. */
  static shouldRegenerate(config: Config, before: Hass, now: Hass): boolean {
    if (this.registryDependencies.some((key) => before[key] !== now[key])) return true;
    // It waits 5 s for this module, and then shows an error. It copies what is in `options`.
    return !complete.has(config) && !config.options && Date.now() >= nextTry;
  }

  static async generate(config: Config, hass: Hass): Promise<unknown> {
    nextTry = Infinity; // Not while it is being made.
    for (let tries = 0; ; tries++) {
      try {
        const dashboard = await (await import("./strategy/strategy.js")).generate(config, hass);
        made.set(config, dashboard);
        complete.add(config);
        failures = nextTry = 0;
        return dashboard;
      } catch (error) {
        if (tries < TRIES) {
          await new Promise((resolve) => setTimeout(resolve, pause(tries)));
          continue;
        }
        console.error(error);
        complete.delete(config);
        nextTry = Date.now() + pause(TRIES + failures++);
        return made.get(config) ?? { views: [{ title: "Jannenkoti", cards: [{ type: `custom:${NOT_LOADED}` }] }] };
      }
    }
  }

  static async getConfigElement(): Promise<HTMLElement> {
    await import("./strategy/editor.js");
    return document.createElement(`${PREFIX}-strategy-editor`);
  }

  static getCreateSuggestions(): unknown {
    return { title: "Jannenkoti", icon: "mdi:home-heart" };
  }
}

function register(): void {
  // The page loads this module once; another copy, such as a resource, must not fail.
  if (customElements.get(`ll-strategy-dashboard-${PREFIX}`)) return;
  customElements.define(`ll-strategy-dashboard-${PREFIX}`, Strategy);
  defineNotLoaded();
  const page = window as unknown as Record<string, unknown[] | undefined>;
  (page.customStrategies ??= []).push({
    type: PREFIX,
    strategyType: "dashboard",
    name: "Jannenkoti",
    get description() {
      return names().dashboard;
    },
  });
  for (const [name, card] of Object.entries(CARDS)) define(name, card);
}

// Home Assistant 2026.10 replaces the registry of elements while it starts, with which all that was
// defined before is lost. It does so before it defines its first element.
void customElements.whenDefined("home-assistant").then(register);
