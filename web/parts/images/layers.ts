/** How far a layer of an image is. */
export interface Layer {
  id: string;
  status: string;
  /** 0 to 1; null where it is not known. */
  share: number | null;
}

const line = /^([0-9a-f]{12}): (.+?)(?: (\d+)\/(\d+))?$/;

/** The layers in the order in which the run's output told of them, each as it was told of last. */
export function layersOf(output: string): Layer[] {
  const layers = new Map<string, Layer>();
  for (const text of output.split('\n')) {
    const [, id, status = '', done, total] = line.exec(text) ?? [];
    if (id !== undefined) layers.set(id, { id, status, share: total ? Number(done) / Number(total) : null });
  }
  return [...layers.values()];
}
