// The plan of the response of the action, with each field checked.
import { instant, number } from "../format.js";
import type { Reason } from "./slot_reasons.js";

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
  reason: Reason;
}

export interface Plan {
  quality: string;
  slots: Slot[];
}

const object = (value: unknown): Record<string, unknown> => (value && typeof value === "object" ? (value as Record<string, unknown>) : {});

/** Return the plan of a response; slots that cannot be read are left out. */
export function readPlan(response: unknown): Plan {
  const { slots: rows, quality } = object(response);
  return { quality: typeof quality === "string" ? quality : "", slots: Array.isArray(rows) ? rows.flatMap(readSlot) : [] };
}

function readSlot(row: unknown): Slot[] {
  const { start, end, price, surplus, tanks, reason } = object(row);
  const { key, placeholders } = object(reason);
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
      reason: { key: typeof key === "string" ? key : "", placeholders: object(placeholders) },
    },
  ];
}

/** Return the planned power of all tanks in a slot. */
export const heatOf = (slot: Slot): number => slot.tanks.reduce((sum, tank) => sum + tank.power, 0);
