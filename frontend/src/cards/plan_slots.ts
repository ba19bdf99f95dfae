// The plan of the response of the action, with each field checked.
import { instant, number } from "../format.js";

export interface Tank {
  name: string;
  power: number;
  temperature: number;
}

export interface Slot {
  start: number;
  end: number;
  price: number;
  surplus: number;
  tanks: Tank[];
}

export interface Plan {
  quality: string;
  slots: Slot[];
}

export type Why = "surplus" | "cheap" | "needed" | "rest";

const object = (value: unknown): Record<string, unknown> => (value && typeof value === "object" ? (value as Record<string, unknown>) : {});

/** Return the plan of a response; slots that cannot be read are left out. */
export function readPlan(response: unknown): Plan {
  const { slots: rows, quality } = object(response);
  return { quality: typeof quality === "string" ? quality : "", slots: Array.isArray(rows) ? rows.flatMap(readSlot) : [] };
}

function readSlot(row: unknown): Slot[] {
  const { start, end, price, surplus, tanks } = object(row);
  const [from, to] = [instant(start), instant(end)];
  if (!from || !to || to <= from) return [];
  return [
    {
      start: from.getTime(),
      end: to.getTime(),
      price: number(price) ?? 0,
      surplus: number(surplus) ?? 0,
      tanks: Object.entries(object(tanks)).map(([name, tank]) => ({
        name,
        power: number(object(tank).power) ?? 0,
        temperature: number(object(tank).temperature) ?? 0,
      })),
    },
  ];
}

/** Return the planned power of all tanks in a slot. */
export const heatOf = (slot: Slot): number => slot.tanks.reduce((sum, tank) => sum + tank.power, 0);

/** Return why a slot has heat or none. */
export function whyOf(slots: Slot[], slot: Slot): Why {
  const heat = heatOf(slot);
  if (heat <= 0) return "rest";
  if (slot.surplus >= heat / 2) return "surplus";
  const mean = slots.reduce((sum, each) => sum + each.price, 0) / slots.length;
  return slot.price <= mean ? "cheap" : "needed";
}
