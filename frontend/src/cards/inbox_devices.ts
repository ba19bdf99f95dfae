// The unclaimed devices of all entries, with what Home Assistant has discovered of them.
import type { Hass } from "../hass.js";

export interface Unclaimed {
  serial: string;
  name: string;
  last_seen?: string;
  entry: string;
  /** The flow by which it is offered; none if many others are. */
  flow?: string | undefined;
  /** The entry by which it is ignored. */
  ignored_by?: string | null;
}

interface Listed {
  devices: Omit<Unclaimed, "entry" | "name">[];
}

interface Flow {
  flow_id: string;
  handler: string;
  context: { unique_id?: string; title_placeholders?: { name?: string } };
}

/** Return the unclaimed devices; only administrators may read the flows. */
export async function readDevices(hass: Hass, entries: string[], list: (entry: string) => Promise<Listed>): Promise<Unclaimed[]> {
  const lists = await Promise.all(entries.map(async (entry) => (await list(entry)).devices.map((device) => ({ ...device, entry }))));
  const flows = hass.user?.is_admin ? await hass.callWS<Flow[]>({ type: "config_entries/flow/progress" }) : [];
  return lists.flat().map((device) => {
    const flow = flows.find(({ handler, context }) => handler === "jannenkoti" && context.unique_id?.endsWith(`_${device.serial}`));
    return { ...device, flow: flow?.flow_id, name: flow?.context.title_placeholders?.name || device.serial };
  });
}
