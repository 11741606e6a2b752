/** What the name of an image means, with what Docker leaves out of it filled in. */
export interface Reference {
  /** Host and port, for example `docker.io`. */
  registry: string;
  repository: string;
  /** Of a name with a digest, too, where it has both. */
  tag: string | null;
  digest: string | null;
}

/** The grammar of the distribution project's `reference` package. */
const forms = {
  registry: /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/,
  repository: /^[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*$/,
  tag: /^\w[\w.-]{0,127}$/,
  digest: /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}$/,
};
const longestName = 255;
const bareId = /^(?:sha256:)?[0-9a-f]{64}$/;

/** The registry that names without one mean, by all names that it had. */
export const dockerHub = 'docker.io';
const hubNames = new Set([dockerHub, 'index.docker.io', 'registry-1.docker.io']);

/** Null for what is no name: an ID, or a text that no registry could have. */
export const parseReference = (text: string): Reference | null => {
  if (bareId.test(text) || text.length > longestName + 220) return null;
  const at = text.indexOf('@');
  const digest = at === -1 ? null : text.slice(at + 1);
  const { name, tag } = splitTag(at === -1 ? text : text.slice(0, at));
  const isFaulty = (part: string | null, form: RegExp) => part !== null && !form.test(part);
  if (isFaulty(digest, forms.digest) || isFaulty(tag, forms.tag)) return null;
  const place = placeOf(name);
  const parts = place.repository.split('/');
  if (isFaulty(place.registry, forms.registry) || place.repository.length > longestName) return null;
  if (parts.some((part) => isFaulty(part, forms.repository))) return null;
  return { ...place, tag: tag ?? (digest === null ? 'latest' : null), digest };
};

/** The whole name, under which an image is known in the fleet: `docker.io/library/nginx:latest`. */
export const fullName = ({ registry, repository, tag }: Reference): string =>
  `${registry}/${repository}${tag === null ? '' : `:${tag}`}`;

/** The colon of a port comes before the last slash. */
const splitTag = (text: string): { name: string; tag: string | null } => {
  const at = text.indexOf(':', text.lastIndexOf('/') + 1);
  return at === -1 ? { name: text, tag: null } : { name: text.slice(0, at), tag: text.slice(at + 1) };
};

/** The first part is a registry where it could not be a user of Docker Hub. */
const placeOf = (name: string): Pick<Reference, 'registry' | 'repository'> => {
  const at = name.indexOf('/');
  const first = at === -1 ? '' : name.slice(0, at);
  const hasRegistry = /[.:[A-Z]/.test(first) || first === 'localhost';
  const registry = hasRegistry ? first.toLowerCase() : dockerHub;
  const rest = hasRegistry ? name.slice(at + 1) : name;
  if (!hubNames.has(registry)) return { registry, repository: rest };
  return { registry: dockerHub, repository: rest.includes('/') ? rest : `library/${rest}` };
};

/** The digests of an image that are of that repository: one that was pushed elsewhere has others, too. */
export const digestsAt = (repoDigests: readonly string[], { registry, repository }: Reference): string[] =>
  repoDigests.flatMap((name) => {
    const one = parseReference(name);
    return one?.digest && one.registry === registry && one.repository === repository ? [one.digest] : [];
  });
