import type { Variable } from '../../../contract/index.ts';

/** Words in a variable's name that say that its value is nobody's business. */
const secretName =
  /PASS|SECRET|TOKEN|KEY|CREDENTIAL|AUTH|PRIVATE|SALT|COOKIE|SESSION|DSN|WEBHOOK|CERT|SIGNATURE|_PW\b|^PW\b|JWT|LICEN[CS]E/i;
/** Names that have such a word and are known to hold none. */
const harmless = /^(GPG_KEY|KEYCLOAK_VERSION|.*_(FILE|PATH))$/i;
/** An address with a password, a PEM block, a JSON web token, or a long run of random characters. */
const secretValue = /:\/\/[^/\s:@]*:[^/\s@]+@|-----BEGIN |^eyJ[\w-]+\.|^[A-Za-z0-9+/_-]{40,}={0,2}$/;

/** Whether a variable looks like a secret, by its name or by what it holds. A guess: it errs on the side of silence. */
export const looksSecret = ({ name, value }: Variable): boolean => {
  if (value === null || value === '') return false;
  return (secretName.test(name) && !harmless.test(name)) || secretValue.test(value);
};

/** The variable as it may be shown without being asked for. */
export const masked = (variable: Variable): Variable =>
  looksSecret(variable) ? { ...variable, value: null } : variable;
