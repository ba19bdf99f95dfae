// Home Assistant's own energy cards, where its energy dashboard is configured.
import type { Hass } from "../hass.js";
import type { Json } from "./modules.js";

interface Preferences {
  energy_sources?: { type?: string }[];
  device_consumption?: unknown[];
}

/** Return the types of the cards that have something to show; none without an energy dashboard. */
export async function energyCards(hass: Hass): Promise<string[]> {
  if (!hass.config.components.includes("energy")) return [];
  // Before it is configured, the answer is an error.
  const preferences = await hass.callWS<Preferences>({ type: "energy/get_prefs" }).catch((): Preferences => ({}));
  const sources = new Set((preferences.energy_sources ?? []).map((source) => source.type));
  const has = (...types: string[]): boolean => types.some((type) => sources.has(type));
  const electric = has("grid", "solar", "battery");
  const cards = [
    electric && "distribution",
    electric && "usage-graph",
    has("solar") && "solar-graph",
    has("gas") && "gas-graph",
    has("water") && "water-graph",
    sources.size && "sources-table",
    preferences.device_consumption?.length && "devices-graph",
  ].filter((card): card is string => !!card);
  return cards.length ? ["date-selection", ...cards] : [];
}

/** Return the energy cards of a view. */
export const energySection = (cards: string[]): Json[] => cards.map((card) => ({ type: `energy-${card}`, grid_options: { columns: "full" } }));

/** Return the energy card of the home page. */
export const energyHome = (cards: string[]): Json[] =>
  cards.includes("distribution") ? [{ type: "energy-distribution", link_dashboard: true, grid_options: { columns: "full" } }] : [];
