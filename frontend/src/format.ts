// Times and numbers as the user has set them in Home Assistant.
import type { Hass } from "./hass.js";

/** Return the time zone that the user has chosen. */
export const zoneOf = (hass: Hass): string | undefined =>
  hass.locale.time_zone === "server" ? hass.config.time_zone : undefined;

/** Return a time of day, such as 14:05; another day has its weekday before it. */
export function clock(hass: Hass, at: Date, withDay = true): string {
  const format = hass.locale.time_format;
  const zone = zoneOf(hass);
  const day = (date: Date): string => date.toLocaleDateString("en-CA", { timeZone: zone });
  return at.toLocaleString(hass.locale.language, {
    hour: "numeric",
    minute: "2-digit",
    ...(format === "12" || format === "24" ? { hourCycle: format === "12" ? "h12" : "h23" } : {}),
    ...(withDay && day(at) !== day(new Date()) ? { weekday: "short" } : {}),
    timeZone: zone,
  });
}

/** Return a number with a fixed number of decimals. */
export const decimal = (hass: Hass, value: number, digits: number): string =>
  value.toLocaleString(hass.locale.language, { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** Return a duration in minutes, such as 1 h 5 min. */
export function minutes(total: number): string {
  const rounded = Math.max(0, Math.round(total));
  const hours = Math.floor(rounded / 60);
  return hours ? `${hours} h ${rounded % 60} min` : `${rounded} min`;
}

/** Return a finite number, or undefined. */
export function number(value: unknown): number | undefined {
  const read = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof read === "number" && Number.isFinite(read) ? read : undefined;
}

/** Return the time of an ISO timestamp, or undefined. */
export function instant(value: unknown): Date | undefined {
  const at = typeof value === "string" ? new Date(value) : undefined;
  return at && !Number.isNaN(at.getTime()) ? at : undefined;
}
