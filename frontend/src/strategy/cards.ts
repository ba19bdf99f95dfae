// The cards of the dashboard: Home Assistant's own, and ours where it has none.
import type { Hass, RegistryEntity } from "../hass.js";
import { areaOf, deviceName, domainOf } from "../registry.js";
import { text } from "../texts.js";
import { isTelling, withKeys, type Json, type Module } from "./modules.js";

// A longer name is cut in a tile that is half as wide as a section of a tablet.
const LONGEST_NAME = 15;
const MOST_TILES = 12; // of a module on the home page; its view has all

const WIDE = { columns: "full" };

const FEATURES: Record<string, Json[]> = {
  climate: [{ type: "target-temperature" }],
  cover: [{ type: "cover-open-close" }],
  lock: [{ type: "lock-commands" }],
  select: [{ type: "select-options" }],
  valve: [{ type: "valve-open-close" }],
};

export const heading = (title: string, icon: string, path?: string): Json => ({
  type: "heading",
  heading: title,
  icon,
  ...(path ? { tap_action: { action: "navigate", navigation_path: path } } : {}),
});

export const section = (...cards: Json[]): Json => ({ type: "grid", cards });

/** Return tiles; those with a control, a sentence or a long name are wide. */
export function tiles(hass: Hass, entities: RegistryEntity[]): Json[] {
  // A name leaves out what is the same for all.
  const ofOne = new Set(entities.map((entity) => entity.device_id)).size === 1;
  return entities.map((entity) => {
    const features = FEATURES[domainOf(entity.entity_id)];
    const part = entity.translation_key?.startsWith("room_sensors_") ? "device" : ofOne && entity.name ? "entity" : undefined;
    const whole = `${deviceName(hass.devices[entity.device_id ?? ""])} ${entity.name ?? ""}`.trim();
    const wide = features || entity.translation_key?.endsWith("_reason") || (!part && whole.length > LONGEST_NAME);
    return {
      type: "tile",
      entity: entity.entity_id,
      ...(part ? { name: { type: part } } : {}),
      ...(features ? { features } : {}),
      ...(wide ? { grid_options: WIDE } : {}),
    };
  });
}

const own = (name: string, entity: RegistryEntity, more: Json = {}): Json => ({
  type: `custom:jannenkoti-${name}`,
  entity: entity.entity_id,
  grid_options: WIDE,
  ...more,
});

const picture = (entity: RegistryEntity): Json => ({
  type: "picture-entity",
  entity: entity.entity_id,
  camera_view: "auto",
  show_state: false,
  grid_options: WIDE,
});

/** Return the cards of a module on the home page. */
export function homeCards(hass: Hass, module: Module, entities: RegistryEntity[]): Json[] {
  const telling = entities.filter(isTelling);
  switch (module.id) {
    case "climate":
      return tiles(hass, withKeys(entities, "air_conditioner_climate", "air_conditioner_reason", "air_conditioner_room_temperature"));
    case "cameras":
      return withKeys(entities, "robocam_camera").map(picture);
    case "printer":
      return printers(hass, entities);
    case "energy":
      return tiles(hass, withKeys(telling, "heating_mode", "heating_reason", "heating_tank_temperature", "heating_next_start", "heating_surplus_used", "heating_saved"));
    case "lights":
      return tiles(hass, telling.filter((entity) => domainOf(entity.entity_id) === "light" || entity.translation_key === "light_routine_routine").slice(0, MOST_TILES));
    default:
      return tiles(hass, telling.filter((entity) => domainOf(entity.entity_id) !== "calendar").slice(0, MOST_TILES));
  }
}

/** Return what one printer prints; of several, the status and the progress of each. */
function printers(hass: Hass, entities: RegistryEntity[]): Json[] {
  const status = withKeys(entities, "printer_status");
  if (status.length < 2) return tiles(hass, withKeys(entities, "printer_status", "printer_progress", "printer_completion", "printer_layer"));
  const pairs = [...groups(withKeys(entities, "printer_status", "printer_progress"), (entity) => entity.device_id).values()];
  return pairs.flat().map((entity) => ({ type: "tile", entity: entity.entity_id, name: { type: "device" } }));
}

/** Return the sections of a view: one for each device, or for each area. */
export function viewSections(hass: Hass, module: Module, entities: RegistryEntity[]): Json[] {
  const make = BY_DEVICE[module.id];
  if (!make) return areaSections(hass, module, entities);
  return [...groups(entities, (entity) => entity.device_id)].map(([id, group]) =>
    section(heading(deviceName(hass.devices[id]) || text(module.name), module.icon), ...make(hass, group)),
  );
}

const BY_DEVICE: Record<string, (hass: Hass, entities: RegistryEntity[]) => Json[]> = {
  climate: (hass, entities) => [
    ...withKeys(entities, "air_conditioner_climate").flatMap((entity) => [
      { type: "thermostat", entity: entity.entity_id, grid_options: WIDE },
      own("thermostat", entity),
    ]),
    ...tiles(hass, withKeys(entities, "air_conditioner_reason", "air_conditioner_room_temperature", "air_conditioner_sleep", "air_conditioner_compressor")),
    ...calendar(withKeys(entities, "air_conditioner_sleep_calendar")),
  ],
  cameras: (_hass, entities) => withKeys(entities, "robocam_camera").map((entity) => own("pan-tilt", entity)),
  printer: (hass, entities) => [
    ...withKeys(entities, "printer_status").map((entity) => own("print", entity)),
    ...tiles(hass, withKeys(entities, "printer_light", "printer_nozzle", "printer_bed")),
    ...graph(withKeys(entities, "printer_nozzle", "printer_bed")),
  ],
  energy: (hass, entities) => [
    ...tiles(hass, withKeys(entities, "heating_mode", "heating_target")),
    ...withKeys(entities, "heating_reason").map((entity) => own("plan", entity)),
    ...tiles(hass, withKeys(entities, "heating_stage", "heating_surplus_used", "heating_cost_today", "heating_saved", "heating_self_consumption")),
    ...graph(withKeys(entities, "heating_tank_temperature", "heating_surplus_used")),
  ],
};

function areaSections(hass: Hass, module: Module, entities: RegistryEntity[]): Json[] {
  const telling = entities.filter(isTelling);
  const byArea = [...groups(telling, (entity) => areaOf(hass, entity) ?? "")].map(([id, group]) => ({
    name: hass.areas[id]?.name ?? "",
    icon: hass.areas[id]?.icon ?? module.icon,
    group,
  }));
  byArea.sort((one, other) => one.name.localeCompare(other.name));
  return byArea.map(({ name, icon, group }) => {
    const title = name ? `${text(module.name)}: ${name}` : text(module.name);
    return section(heading(title, icon), ...tiles(hass, group));
  });
}

const graph = (entities: RegistryEntity[]): Json[] =>
  entities.length
    ? [{ type: "history-graph", entities: entities.map((entity) => entity.entity_id), hours_to_show: 12, grid_options: WIDE }]
    : [];

const calendar = (entities: RegistryEntity[]): Json[] =>
  entities.length
    ? [{ type: "calendar", entities: entities.map((entity) => entity.entity_id), initial_view: "listWeek", grid_options: WIDE }]
    : [];

function groups(entities: RegistryEntity[], key: (entity: RegistryEntity) => string | undefined): Map<string, RegistryEntity[]> {
  const found = new Map<string, RegistryEntity[]>();
  for (const entity of entities) {
    const name = key(entity) ?? "";
    found.set(name, [...(found.get(name) ?? []), entity]);
  }
  return found;
}
