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

const SPACE = "\u00a0"; // keeps a number and its unit on one line

/** Return a number with its unit. */
export const withUnit = (value: string, unit: string): string => `${value}${SPACE}${unit}`;

const SPACED_PERCENT = ["cs", "de", "fi", "fr", "sk", "sv"]; // as Home Assistant does

/** Return a share of 100 as Home Assistant writes it, such as 15% or 15 %. */
export function percent(hass: Hass, value: number): string {
  const spaced = SPACED_PERCENT.includes(hass.locale.language.slice(0, 2));
  return spaced ? withUnit(decimal(hass, value, 0), "%") : `${decimal(hass, value, 0)}%`;
}

/** Return a temperature that is given in °C in the unit of the home. */
export function celsius(hass: Hass, value: number): string {
  const unit = hass.config.unit_system.temperature ?? "°C";
  return withUnit(decimal(hass, unit === "°F" ? value * 1.8 + 32 : value, 0), unit);
}

/** Return a duration in minutes, such as 1 h 5 min. */
export function minutes(total: number): string {
  const rounded = Math.max(0, Math.round(total));
  const hours = Math.floor(rounded / 60);
  const rest = withUnit(String(rounded % 60), "min");
  return hours ? `${withUnit(String(hours), "h")} ${rest}` : rest;
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
