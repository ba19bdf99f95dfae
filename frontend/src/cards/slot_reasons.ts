// The sentences of the reasons that the integration gives for the slots of a plan.
import { celsius, clock, decimal, instant, number } from "../format.js";
import type { Hass } from "../hass.js";

export interface Reason {
  key: string;
  placeholders: Record<string, unknown>;
}

type Sentences = Record<string, string>;

const PREFIX = "component.jannenkoti.common.heating_slot_";
const SURPLUS = ["surplus", "above_target"];

/** The sentences by language: they are read once for each. */
const read = new Map<string, Promise<Sentences>>();

/** Return the sentences in the user's language, from the translations of the integration. */
export function readSentences(hass: Hass): Promise<Sentences> {
  const { language } = hass;
  const known = read.get(language);
  if (known) return known;
  const answer = hass
    .callWS<{ resources: Sentences }>({ type: "frontend/get_translations", language, category: "common", integration: ["jannenkoti"] })
    .then(({ resources }) => resources);
  read.set(language, answer);
  answer.catch(() => read.delete(language));
  return answer;
}

/** Return whether a slot heats with surplus. */
export const isSurplus = (reason: Reason): boolean => SURPLUS.includes(reason.key);

/** Return a reason as a sentence, with its numbers and times as the user has set them. */
export function sentenceOf(hass: Hass, sentences: Sentences, reason: Reason): string {
  return (sentences[PREFIX + reason.key] ?? "").replace(/\{(\w+)\}/g, (_, name: string) => shown(hass, name, reason.placeholders[name]));
}

function shown(hass: Hass, name: string, value: unknown): string {
  const time = instant(value);
  if (time) return clock(hass, time);
  const amount = number(value);
  if (amount === undefined) return "?";
  if (name === "temperature") return celsius(hass, amount);
  if (name === "price" || name === "later") return `${decimal(hass, amount, 3)} ${hass.config.currency}`;
  return decimal(hass, amount, 0);
}
