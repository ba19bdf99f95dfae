// What a page shows in place of a module that could not be loaded, and when it is tried again.
import { names } from "./names.js";

const FIRST = 500; // ms
const LONGEST = 60_000; // ms

/** Return how long to wait until a module is tried again. */
export const pause = (failures: number): number => Math.min(FIRST * 2 ** failures, LONGEST);

export const NOT_LOADED = "jannenkoti-not-loaded";

/** Define the message; it is also a card, for a dashboard that could not be loaded. */
export function defineNotLoaded(): void {
  class NotLoaded extends HTMLElement {
    setConfig(): void {
      // There is nothing to configure.
    }

    connectedCallback(): void {
      this.setAttribute("role", "alert");
      this.style.cssText =
        "display:block;padding:16px;color:var(--primary-text-color);background:var(--ha-card-background,var(--card-background-color,#fff));border-radius:var(--ha-card-border-radius,12px)";
      const button = document.createElement("button");
      button.textContent = names().reload!;
      button.style.cssText =
        "display:block;margin-top:12px;min-height:44px;padding:0 16px;font:inherit;color:inherit;background:none;border:1px solid currentcolor;border-radius:22px;cursor:pointer";
      button.onclick = () => location.reload();
      this.replaceChildren(names().failed!, button);
    }
  }

  customElements.define(NOT_LOADED, NotLoaded);
}
