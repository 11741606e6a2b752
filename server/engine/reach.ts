import { randomBytes } from 'node:crypto';
import type { EngineArea, HostGrant, HostReach } from '../../contract/index.ts';
import { EngineError } from './error.ts';
import type { Answer, Question } from './exchange.ts';
import type { Samples } from './proxy-switches.ts';
import { recipeFor } from './proxy-switches.ts';

interface Probe extends Pick<Question, 'method' | 'path' | 'body'> {
  area: EngineArea;
  grant: HostGrant;
}

/** Long enough for an engine that counts before it answers; what is late stays unknown. */
const deadlineMs = 5000;
/** Some ways make a connection for each, and an SSH server takes ten. */
const atOnce = 4;

const probe = (area: EngineArea, grant: HostGrant, method: Probe['method'], path: string, body?: object): Probe => ({
  area,
  grant,
  method,
  path,
  body,
});

/**
 * One request for each thing that Chrontainer does with an engine, none of which can have an effect: they look, or they
 * name what is not there, or what no engine can make. A filter decides before the engine sees any of that. Pruning is not
 * among them, since there is no request for it that is harmless by itself: it goes the way of its kind.
 */
const probes = (nobody: string): Probe[] => {
  const it = `/containers/${nobody}`;
  const operate = (area: EngineArea, verb: string = area) => probe(area, 'operate', 'POST', `${it}/${verb}`);
  return [
    probe('containers', 'observe', 'GET', '/containers/json?limit=1'),
    probe('containers', 'observe', 'GET', `${it}/json`),
    // Of the first second that there was: it ends at once.
    probe('events', 'observe', 'GET', '/events?since=1&until=2'),
    probe('machine', 'observe', 'GET', '/info'),
    probe('logs', 'observe', 'GET', `${it}/logs?stdout=true&tail=1`),
    probe('usage', 'observe', 'GET', `${it}/stats?stream=false&one-shot=true`),
    probe('processes', 'observe', 'GET', `${it}/top`),
    probe('images', 'observe', 'GET', '/images/json'),
    probe('volumes', 'observe', 'GET', '/volumes'),
    probe('networks', 'observe', 'GET', '/networks'),
    operate('start'),
    operate('stop'),
    operate('restart'),
    operate('kill'),
    operate('pause'),
    operate('pause', 'unpause'),
    probe('rename', 'update', 'POST', `${it}/rename?name=${nobody}-2`),
    probe('remove', 'update', 'DELETE', it),
    // A name that none can have, and nothing to make it of.
    probe('create', 'update', 'POST', '/containers/create?name=-', {}),
    // Neither of both can be the name of an image: they are refused before a registry is asked.
    probe('pull', 'update', 'POST', '/images/create?fromImage=NO%20IMAGE&tag=NO%20TAG'),
    probe('changeImages', 'update', 'POST', `/images/${nobody}/tag?repo=${nobody}&tag=none`),
    probe('changeNetworks', 'update', 'POST', `/networks/${nobody}/connect`, { Container: nobody }),
    probe('commands', 'exec', 'POST', `${it}/exec`, { Cmd: ['true'] }),
    probe('commands', 'exec', 'POST', `/exec/${nobody}/start`, { Detach: true }),
    // The job of a run is a container of its own.
    probe('jobs', 'exec', 'POST', '/containers/create?name=-', {}),
    probe('jobs', 'exec', 'DELETE', it),
  ];
};

/** What Chrontainer asks of an engine, a request for each, by the grant that it needs. */
const samples: Samples = probes('name');

/** The compose snippet of a proxy that lets through what the grants cover, and as little more as its switches allow. */
export const proxyRecipe = (grants: readonly HostGrant[]): string => recipeFor(grants, samples);

/** What filters answer to what they keep back: 403 most of them, 405 those that sort by method first. */
const refusals = new Set([401, 403, 405]);

type Verdict = HostReach['areas'][number]['answer'];

/** Finds out what a connection may be used for, without changing anything. */
export const reachOf = async (ask: (question: Question) => Promise<Answer>, nowMs: number): Promise<HostReach> => {
  // No proxy can know the name, and no container can have it.
  const nobody = `chrontainer-asks-${randomBytes(12).toString('hex')}`;
  const all = probes(nobody);
  const verdicts: Verdict[] = [];
  for (let at = 0; at < all.length; at += atOnce) {
    verdicts.push(...(await Promise.all(all.slice(at, at + atOnce).map((one) => verdictOn(ask, one)))));
  }
  const areas = [...new Set(all.map(({ area }) => area))].map((area) => {
    const of = all.flatMap((one, at) => (one.area === area ? [{ one, verdict: verdicts[at] ?? 'unknown' }] : []));
    const worst = of.find(({ verdict }) => verdict === 'refused') ?? of.find(({ verdict }) => verdict === 'unknown');
    return { area, grant: of[0]?.one.grant ?? 'observe', answer: worst?.verdict ?? ('allowed' as const) };
  });
  return { askedAt: new Date(nowMs).toISOString(), areas };
};

const verdictOn = async (
  ask: (question: Question) => Promise<Answer>,
  { method, path, body }: Probe,
): Promise<Verdict> => {
  try {
    await ask({ method, path, body, purpose: 'find out what may be asked', deadlineMs });
    return 'allowed';
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const { engineStatus } = error;
    if (engineStatus === null) return 'unknown';
    if (refusals.has(engineStatus)) return 'refused';
    // An engine says in JSON what it cannot find, or nothing; a page is some filter's, and tells nothing.
    return typeof error.cause === 'string' && error.cause.trimStart().startsWith('<') ? 'unknown' : 'allowed';
  }
};
