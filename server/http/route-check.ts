import { knownAccess } from './access.ts';
import type { AnySchema } from './faults.ts';
import type { Route } from './route.ts';

/**
 * Deny by default begins here: a route that does not say who may use it, or leaves a part of its input unchecked,
 * stops the start.
 * @throws with every fault of every route
 */
export const checkRoutes = (routes: readonly Route[]): void => {
  const seen = new Set<string>();
  const faults = routes.flatMap((route) => {
    const name = `${route.method} ${route.path}`;
    // Two paths that differ only in the names of their parameters are the same path.
    const place = `${route.method} ${route.path.replaceAll(/\{\w+\}/g, '{}')}`;
    const isDuplicate = seen.has(place);
    seen.add(place);
    return [...faultsOf(route), ...(isDuplicate ? ['is declared twice'] : [])].map((fault) => `${name} ${fault}`);
  });
  if (faults.length > 0) throw new Error(`The routes cannot be served:\n${faults.map((f) => `  - ${f}`).join('\n')}`);
};

const faultsOf = (route: Route): string[] => {
  // The types forbid a route without access; a cast, or code without types, does not.
  const access: string | undefined = route.access;
  const faults: string[] = [];
  if (access === undefined) faults.push('declares no access');
  else if (!knownAccess.has(access)) faults.push(`declares the unknown access "${access}"`);
  if (!/^(\/([a-z0-9._-]+|\{[a-zA-Z]+\}))+$/.test(route.path)) faults.push('has a path that is not of the form /a/{b}');
  if (Object.keys(route.answers).length === 0) faults.push('declares no answer');
  return [...faults, ...parameterFaults(route)];
};

const parameterFaults = (route: Route): string[] => {
  const inPath = pathParameters(route.path);
  const inSchema = Object.keys((route.params as AnySchema | undefined)?.entries ?? {});
  return [
    ...inPath.filter((name) => !inSchema.includes(name)).map((name) => `has no schema for {${name}}`),
    ...inSchema
      .filter((name) => !inPath.includes(name))
      .map((name) => `has a schema for {${name}}, which is not in its path`),
  ];
};

/** The names between braces, in order. */
export const pathParameters = (path: string): string[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
