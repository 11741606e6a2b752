/** Who an engine is to be at a registry while it fetches an image. */
export interface RegistryLogin {
  username: string;
  password: string;
  /** The registry as engines know it: they compare it before they send anything there. */
  serverAddress: string;
}

/** With its padding: without it Docker takes no notice of the header, and Podman refuses it. */
export const loginHeaders = ({ username, password, serverAddress }: RegistryLogin): Record<string, string> => {
  const json = JSON.stringify({ username, password, serveraddress: serverAddress });
  const base64 = Buffer.from(json).toString('base64');
  return { 'x-registry-auth': base64.replaceAll('+', '-').replaceAll('/', '_') };
};
