// What was recorded of entities, as points in time.
import type { Hass } from "./hass.js";

interface Row {
  s: string;
  a?: Record<string, unknown>;
  lu: number;
  lc?: number;
}

export interface Point {
  at: number;
  state: string;
  attributes: Record<string, unknown>;
}

export type Recorded = Record<string, Point[]>;

/** Return the recorded states of entities since a time; empty without a recorder. */
export async function recorded(hass: Hass, entityIds: string[], since: Date): Promise<Recorded> {
  if (!hass.config.components.includes("history")) return {};
  const answer = await hass.callWS<Record<string, Row[]>>({
    type: "history/history_during_period",
    start_time: since.toISOString(),
    entity_ids: entityIds,
    minimal_response: false,
    no_attributes: false,
    significant_changes_only: false,
  });
  return Object.fromEntries(
    Object.entries(answer).map(([id, rows]) => [
      id,
      rows.map((row) => ({ at: 1000 * row.lu, state: row.s, attributes: row.a ?? {} })),
    ]),
  );
}

export interface Span {
  start: number;
  end: number;
}

/** Return the times in which a recorded entity was on. */
export function spansOn(points: Point[], end: number): Span[] {
  const spans: Span[] = [];
  let start: number | undefined;
  for (const { at, state } of points) {
    if (state === "on") start ??= at;
    else if (start !== undefined) {
      spans.push({ start, end: at });
      start = undefined;
    }
  }
  if (start !== undefined) spans.push({ start, end });
  return spans;
}

interface CalendarRow {
  start: { dateTime?: string; date?: string };
  end: { dateTime?: string; date?: string };
}

/** Return the events of a calendar as times. */
export async function events(hass: Hass, calendar: string, start: Date, end: Date): Promise<Span[]> {
  const query = `start=${encodeURIComponent(start.toISOString())}&end=${encodeURIComponent(end.toISOString())}`;
  const rows = await hass.callApi<CalendarRow[]>("GET", `calendars/${calendar}?${query}`);
  const time = (part: CalendarRow["start"]): number => new Date(part.dateTime ?? part.date ?? NaN).getTime();
  return rows.map((row) => ({ start: time(row.start), end: time(row.end) })).filter((span) => span.end > span.start);
}
