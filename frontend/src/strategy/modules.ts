// The modules of the dashboard: what each shows on the home page, and on which view its rest is.
import type { Config, Hass, RegistryEntity } from "../hass.js";
import { domainOf, familyOf, ourEntities, type Family } from "../registry.js";
import type { Key } from "../texts.js";

export type Json = Record<string, unknown>;
export type ViewId = "climate" | "cameras" | "printer" | "energy" | "devices";

export interface Module {
  id: string;
  families: Family[];
  view: ViewId;
  icon: string;
  name: Key;
}

/** The module of Home Assistant's energy dashboard: it has no device of ours. */
export const ENERGY_USE = "energy_use";

export const MODULES: Module[] = [
  { id: "climate", families: ["air_conditioner"], view: "climate", icon: "mdi:air-conditioner", name: "module_climate" },
  { id: "rooms", families: ["room_sensors"], view: "climate", icon: "mdi:thermometer", name: "module_rooms" },
  { id: "energy", families: ["heating"], view: "energy", icon: "mdi:water-boiler", name: "module_energy" },
  { id: ENERGY_USE, families: [], view: "energy", icon: "mdi:transmission-tower", name: "module_energy_use" },
  { id: "cameras", families: ["robocam"], view: "cameras", icon: "mdi:cctv", name: "module_cameras" },
  { id: "printer", families: ["printer"], view: "printer", icon: "mdi:printer-3d", name: "module_printer" },
  { id: "presence", families: ["presence"], view: "devices", icon: "mdi:account-group", name: "module_presence" },
  { id: "lights", families: ["hue_bridge", "light_routine"], view: "devices", icon: "mdi:lightbulb-group", name: "module_lights" },
  { id: "devices", families: ["mqtt_devices"], view: "devices", icon: "mdi:sprinkler-variant", name: "module_devices" },
  { id: "telemetry", families: ["tlink"], view: "devices", icon: "mdi:access-point", name: "module_telemetry" },
];

export interface StrategyConfig extends Config {
  /** The modules in their order; those that are not in it follow. */
  modules?: unknown;
  /** The modules that are left out. */
  hidden?: unknown;
}

const ids = (value: unknown): string[] => (Array.isArray(value) ? value.filter((id) => typeof id === "string") : []);

/** Return all modules in the order of the configuration. */
export function ordered(config: StrategyConfig): Module[] {
  const wanted = ids(config.modules);
  const place = (module: Module): number => {
    const at = wanted.indexOf(module.id);
    return at < 0 ? wanted.length + MODULES.indexOf(module) : at;
  };
  return [...MODULES].sort((one, other) => place(one) - place(other));
}

/** Return the ids of the modules that are left out. */
export const hiddenIn = (config: StrategyConfig): Set<string> => new Set(ids(config.hidden));

// Buttons and events have no state to show; the cards and the device pages have them.
const LEFT_OUT = new Set(["button", "event", "image", "scene", "update"]);
const ORDER = ["climate", "camera", "light", "cover", "valve", "fan", "lock", "switch", "select", "device_tracker", "calendar", "sensor", "binary_sensor", "number"];

const rank = (entity: RegistryEntity): number => {
  const at = ORDER.indexOf(domainOf(entity.entity_id));
  return at < 0 ? ORDER.length : at;
};

/** Return the entities that the dashboard shows, by device family. */
export function entitiesByFamily(hass: Hass): Map<Family, RegistryEntity[]> {
  const found = new Map<Family, RegistryEntity[]>();
  for (const entity of ourEntities(hass)) {
    const family = familyOf(entity);
    if (!family || !hass.states[entity.entity_id]) continue;
    found.set(family, [...(found.get(family) ?? []), entity]);
  }
  for (const entities of found.values()) {
    entities.sort((one, other) => rank(one) - rank(other) || one.entity_id.localeCompare(other.entity_id));
  }
  return found;
}

/** Return whether an entity is worth a tile: neither a setting nor diagnostics. */
export const isTelling = (entity: RegistryEntity): boolean =>
  !entity.entity_category && !LEFT_OUT.has(domainOf(entity.entity_id));

/** Return the entities that have one of some translation keys. */
export function withKeys(entities: RegistryEntity[], ...keys: string[]): RegistryEntity[] {
  return keys.flatMap((key) => entities.filter((entity) => entity.translation_key === key));
}
