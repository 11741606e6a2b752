const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
/** What has neither a dot nor a port, and is not `localhost`, is no registry but a part of the path. */
const registry = `(?:localhost|${label}(?:\\.${label})+|${label}(?=:))(?::[0-9]{1,5})?`;
const part = '[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*';
const form = new RegExp(`^(?:${registry}/)?(${part}(?:/${part})*)(?::\\w[\\w.-]{0,127})?$`);

/** Whether engines take a text as the name of an image: registry, path and tag, by the grammar of references. */
export const isImageName = (text: string): boolean => {
  const path = text.length <= 255 ? form.exec(text)?.[1] : undefined;
  // What looks like an ID would be taken for one.
  return path !== undefined && !/^[0-9a-f]{64}$/.test(path);
};
