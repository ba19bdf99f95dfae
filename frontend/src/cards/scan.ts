// Read a QR code from a picture, where the browser can.

interface Detector {
  detect(image: ImageBitmap): Promise<{ rawValue: string }[]>;
}

type DetectorClass = new (options: { formats: string[] }) => Detector;

const detectorClass = (): DetectorClass | undefined => (window as unknown as { BarcodeDetector?: DetectorClass }).BarcodeDetector;

/** Return whether this browser reads QR codes. */
export const canScan = (): boolean => detectorClass() !== undefined;

/** Return the text of the QR code in a picture; undefined if there is none. */
export async function scan(file: Blob): Promise<string | undefined> {
  const Detector = detectorClass();
  if (!Detector) return undefined;
  try {
    const found = await new Detector({ formats: ["qr_code"] }).detect(await createImageBitmap(file));
    return found[0]?.rawValue;
  } catch {
    return undefined;
  }
}
