// The texts of the cards in the user's language; each language is loaded when it is used.
import type english from "./texts/en.json";

type Table = typeof english;
export type Key = keyof Table;

const LOADERS: Record<string, () => Promise<{ default: Table }>> = {
  en: () => import("./texts/en.json"),
  fi: () => import("./texts/fi.json"),
  de: () => import("./texts/de.json"),
  es: () => import("./texts/es.json"),
};

let table: Table | undefined;
let loaded = "";

/** Return the supported language that is closest to a language tag. */
const closest = (tag: string): string => {
  const language = tag.slice(0, 2).toLowerCase();
  return language in LOADERS ? language : "en";
};

/** Return whether the texts of a language are loaded. */
export const hasTexts = (tag: string): boolean => loaded === closest(tag);

/** Load the texts of a language. */
export async function loadTexts(tag: string): Promise<void> {
  const language = closest(tag);
  if (loaded === language) return;
  table = (await LOADERS[language]!()).default;
  loaded = language;
}

/** Return a text with its placeholders filled in. */
export function text(key: Key, values: Record<string, string | number> = {}): string {
  return (table?.[key] ?? "").replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

// The language of the page is nearly always that of the user: do not wait for the card.
LOADERS[closest(document.documentElement.lang)]!().catch(() => undefined);
