// Make the dashboard from the registries: only what the home has.
import type { Config, Hass, RegistryEntity } from "../hass.js";
import { loadTexts, text, type Key } from "../texts.js";
import { heading, homeCards, section, viewSections } from "./cards.js";
import { energyCards, energyHome, energySection } from "./energy.js";
import { ENERGY_USE, entitiesByFamily, hiddenIn, ordered, type Json, type Module, type StrategyConfig, type ViewId } from "./modules.js";

const VIEWS: { id: ViewId; icon: string; name: Key }[] = [
  { id: "climate", icon: "mdi:thermostat", name: "view_climate" },
  { id: "cameras", icon: "mdi:cctv", name: "view_cameras" },
  { id: "printer", icon: "mdi:printer-3d", name: "view_printer" },
  { id: "energy", icon: "mdi:lightning-bolt", name: "view_energy" },
  { id: "devices", icon: "mdi:devices", name: "view_devices" },
];

const view = (title: string, path: string, icon: string, sections: Json[]): Json => ({
  title,
  path,
  icon,
  type: "sections",
  max_columns: 4,
  sections,
});

interface Shown {
  module: Module;
  entities: RegistryEntity[];
}

/** Return the configuration of the dashboard. */
export async function generate(config: Config, hass: Hass): Promise<Json> {
  const hidden = hiddenIn(config);
  const [energy] = await Promise.all([hidden.has(ENERGY_USE) ? [] : energyCards(hass), loadTexts(hass.language)]);
  const shown = present(config, hass, energy);
  if (!shown.length) return { views: [view(text("view_home"), "home", "mdi:home", [empty()])] };
  const base = location.pathname.split("/")[1] ?? "";
  const views = VIEWS.map(({ id, icon, name }) => {
    const modules = shown.filter(({ module }) => module.view === id);
    const sections = modules.flatMap(({ module, entities }) =>
      module.id === ENERGY_USE ? [section(heading(text(module.name), module.icon), ...energySection(energy))] : viewSections(hass, module, entities),
    );
    if (modules.some(({ module }) => module.id === "devices")) sections.unshift(inbox());
    return view(text(name), id, icon, sections);
  }).filter(({ sections }) => (sections as Json[]).length);
  const home = shown.flatMap(({ module, entities }) => {
    const cards = module.id === ENERGY_USE ? energyHome(energy) : homeCards(hass, module, entities);
    return cards.length ? [section(heading(text(module.name), module.icon, `/${base}/${module.view}`), ...cards)] : [];
  });
  return { views: [view(text("view_home"), "home", "mdi:home", home), ...views] };
}

/** Return the modules that are chosen and have something to show. */
function present(config: StrategyConfig, hass: Hass, energy: string[]): Shown[] {
  const found = entitiesByFamily(hass);
  const hidden = hiddenIn(config);
  return ordered(config)
    .filter((module) => !hidden.has(module.id))
    .map((module) => ({ module, entities: module.families.flatMap((family) => found.get(family) ?? []) }))
    .filter(({ module, entities }) => (module.id === ENERGY_USE ? energy.length : entities.length));
}

const inbox = (): Json => section(heading(text("inbox"), "mdi:tray-plus"), { type: "custom:jannenkoti-inbox", grid_options: { columns: "full" } });

/** Return what a home without any device of ours shows. */
const empty = (): Json =>
  section({
    type: "markdown",
    title: "Jannenkoti",
    content: `${text("empty")}\n\n[${text("empty_link")}](/config/integrations/dashboard/add?domain=jannenkoti)`,
    grid_options: { columns: "full" },
  });
