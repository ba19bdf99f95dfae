// The only module that each page loads. It names the cards and the dashboard strategy; what
// they need is loaded when the first of them is shown.
import type { Config, Hass } from "./hass.js";

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

const NAMES: Record<string, Record<string, string>> = {
  en: { thermostat: "thermostat timeline", plan: "heating plan", print: "print", "pan-tilt": "pan and tilt", inbox: "new devices", dashboard: "The whole house from your devices and areas. It follows changes by itself.", failed: "This card could not be loaded. Reload the page." },
  fi: { thermostat: "termostaatin aikajana", plan: "lämmityssuunnitelma", print: "tuloste", "pan-tilt": "kääntyvä kamera", inbox: "uudet laitteet", dashboard: "Koko talo laitteistasi ja alueistasi. Seuraa muutoksia automaattisesti.", failed: "Korttia ei voitu ladata. Lataa sivu uudelleen." },
  de: { thermostat: "Thermostat-Zeitachse", plan: "Heizplan", print: "Druck", "pan-tilt": "Schwenken und Neigen", inbox: "neue Geräte", dashboard: "Das ganze Haus aus deinen Geräten und Bereichen. Es folgt Änderungen automatisch.", failed: "Diese Karte konnte nicht geladen werden. Lade die Seite neu." },
  es: { thermostat: "cronología del termostato", plan: "plan de calefacción", print: "impresión", "pan-tilt": "giro e inclinación", inbox: "dispositivos nuevos", dashboard: "Toda la casa a partir de tus dispositivos y áreas. Sigue los cambios automáticamente.", failed: "No se pudo cargar esta tarjeta. Recarga la página." },
};
/** Return the names in the language of the page, which is known only once it is shown. */
const names = (): Record<string, string> => NAMES[(document.documentElement.lang || navigator.language).slice(0, 2)] ?? NAMES.en!;
const PREFIX = "jannenkoti";

const matches = (card: Card, hass: Hass, entityId: string): boolean => {
  const entity = hass.entities[entityId];
  return !!card.key && entity?.platform === PREFIX && entity.translation_key === card.key && entityId.startsWith(`${card.domain}.`);
};

/** Load a card, and beside it what all cards import: one after the other takes longer. */
const load = (card: Card): Promise<unknown> => Promise.all([import("./card.js"), card.load()]);

function define(name: string, card: Card): void {
  const tag = `${PREFIX}-${name}`;

  /** The registered element; the card itself is in it once it is loaded. */
  class Shell extends HTMLElement {
    private inner: Inner | undefined;
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

    /** Show the card. Without a network, or after an update, it cannot be loaded. */
    private async show(): Promise<void> {
      const inner = (this.inner = document.createElement(`${tag}-view`) as Inner);
      this.replaceChildren(inner);
      try {
        await load(card);
      } catch {
        this.inner = undefined;
        this.replaceChildren(names().failed!);
        return;
      }
      customElements.upgrade(inner);
      if (this.config) inner.config = this.config;
      if (this.latest) inner.hass = this.latest;
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

/** The dashboard strategy: it makes the dashboard from the registries. */
class Strategy extends HTMLElement {
  static registryDependencies = ["entities", "devices", "areas"];

  static async generate(config: Config, hass: Hass): Promise<unknown> {
    return (await import("./strategy/strategy.js")).generate(config, hass);
  }

  static async getConfigElement(): Promise<HTMLElement> {
    await import("./strategy/editor.js");
    return document.createElement(`${PREFIX}-strategy-editor`);
  }

  static getCreateSuggestions(): unknown {
    return { title: "Jannenkoti", icon: "mdi:home-heart" };
  }
}

// The page loads this module once; another copy, such as a resource, must not fail.
if (!customElements.get(`ll-strategy-dashboard-${PREFIX}`)) {
  customElements.define(`ll-strategy-dashboard-${PREFIX}`, Strategy);
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
