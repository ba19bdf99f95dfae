// Find our devices and entities by platform and translation key, never by entity id.
import type { Device, Hass, RegistryEntity } from "./hass.js";

export const PLATFORM = "jannenkoti";

export const FAMILIES = [
  "air_conditioner",
  "heating",
  "hue_bridge",
  "light_routine",
  "mqtt_devices",
  "presence",
  "printer",
  "robocam",
  "room_sensors",
  "tlink",
] as const;
export type Family = (typeof FAMILIES)[number];

/** Return the device family of an entity of ours. */
export function familyOf(entity: RegistryEntity): Family | undefined {
  const key = entity.translation_key ?? "";
  return FAMILIES.find((family) => key.startsWith(`${family}_`));
}

/** Return our enabled entities; hidden ones only if asked for. */
export function ourEntities(hass: Hass, withHidden = false): RegistryEntity[] {
  return Object.values(hass.entities).filter(
    (entity): entity is RegistryEntity =>
      entity !== undefined && entity.platform === PLATFORM && (withHidden || !entity.hidden),
  );
}

/** Return the domain of an entity id. */
export const domainOf = (entityId: string): string => entityId.split(".", 1)[0] ?? "";

/** Return the entity of a device that has a translation key, hidden ones included. */
export function sibling(hass: Hass, entityId: string, key: string, domain?: string): string | undefined {
  const deviceId = hass.entities[entityId]?.device_id;
  if (!deviceId) return undefined;
  return ourEntities(hass, true).find(
    (entity) =>
      entity.device_id === deviceId &&
      entity.translation_key === key &&
      (!domain || domainOf(entity.entity_id) === domain),
  )?.entity_id;
}

/** Return the config entry that an entity belongs to. */
export function entryOf(hass: Hass, entityId: string): string | undefined {
  const device = hass.devices[hass.entities[entityId]?.device_id ?? ""];
  return device?.config_entry_id ?? device?.primary_config_entry ?? device?.config_entries?.[0];
}

/** Return the name that the user sees for a device. */
export const deviceName = (device: Device | undefined): string =>
  device?.name_by_user || device?.name || "";

/** Return the area of an entity: its own, or that of its device. */
export function areaOf(hass: Hass, entity: RegistryEntity): string | undefined {
  return entity.area_id ?? hass.devices[entity.device_id ?? ""]?.area_id ?? undefined;
}
