// The parts of Home Assistant's frontend object that this code uses.

export interface State {
  entity_id: string;
  state: string;
  attributes: Record<string, unknown>;
  last_changed: string;
  last_updated: string;
}

export interface RegistryEntity {
  entity_id: string;
  name?: string;
  device_id?: string;
  area_id?: string;
  hidden?: boolean;
  entity_category?: string;
  translation_key?: string;
  platform?: string;
}

export interface Device {
  id: string;
  name: string | null;
  name_by_user?: string | null;
  area_id: string | null;
  config_entries?: string[];
  primary_config_entry?: string | null;
  config_entry_id?: string | null;
}

export interface Area {
  area_id: string;
  name: string;
  icon?: string | null;
}

export interface Connection {
  subscribeMessage<T>(
    callback: (message: T) => void,
    message: Record<string, unknown>,
  ): Promise<() => Promise<void> | void>;
}

export interface Hass {
  states: Record<string, State | undefined>;
  entities: Record<string, RegistryEntity | undefined>;
  devices: Record<string, Device | undefined>;
  areas: Record<string, Area | undefined>;
  language: string;
  locale: { language: string; time_format: string; time_zone: string };
  config: { time_zone: string; currency: string; components: string[]; unit_system: Record<string, string> };
  user?: { is_admin: boolean };
  connection: Connection;
  callWS<T>(message: Record<string, unknown>): Promise<T>;
  callApi<T>(method: string, path: string, parameters?: Record<string, unknown>): Promise<T>;
  callService(
    domain: string,
    service: string,
    data?: Record<string, unknown>,
    target?: Record<string, unknown>,
  ): Promise<unknown>;
  formatEntityState(state: State, value?: string): string;
  formatEntityAttributeValue(state: State, attribute: string, value?: unknown): string;
  hassUrl(path?: string): string;
}

export type Config = Record<string, unknown> & { type: string };
