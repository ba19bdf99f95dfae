// The few texts that the loader needs; the cards load theirs with the first of them.
const NAMES: Record<string, Record<string, string>> = {
  en: { thermostat: "thermostat timeline", plan: "heating plan", print: "print", "pan-tilt": "pan and tilt", inbox: "new devices", dashboard: "The whole house from your devices and areas. It follows changes by itself.", failed: "This could not be loaded. It is tried again. If it does not appear, reload the page.", reload: "Reload" },
  fi: { thermostat: "termostaatin aikajana", plan: "lämmityssuunnitelma", print: "tuloste", "pan-tilt": "kääntyvä kamera", inbox: "uudet laitteet", dashboard: "Koko talo laitteistasi ja alueistasi. Seuraa muutoksia automaattisesti.", failed: "Lataaminen epäonnistui. Sitä yritetään uudelleen. Jos sisältöä ei tule näkyviin, lataa sivu uudelleen.", reload: "Lataa uudelleen" },
  de: { thermostat: "Thermostat-Zeitachse", plan: "Heizplan", print: "Druck", "pan-tilt": "Schwenken und Neigen", inbox: "neue Geräte", dashboard: "Das ganze Haus aus deinen Geräten und Bereichen. Es folgt Änderungen automatisch.", failed: "Das konnte nicht geladen werden. Es wird erneut versucht. Wenn nichts erscheint, lade die Seite neu.", reload: "Neu laden" },
  es: { thermostat: "cronología del termostato", plan: "plan de calefacción", print: "impresión", "pan-tilt": "giro e inclinación", inbox: "dispositivos nuevos", dashboard: "Toda la casa a partir de tus dispositivos y áreas. Sigue los cambios automáticamente.", failed: "No se pudo cargar. Se vuelve a intentar. Si no aparece, recarga la página.", reload: "Recargar" },
};

/** Return the names in the language of the page, which is known only once it is shown. */
export const names = (): Record<string, string> => NAMES[(document.documentElement.lang || navigator.language).slice(0, 2)] ?? NAMES.en!;
