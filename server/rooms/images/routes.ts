import * as v from 'valibot';
import type { ImageRemoval, PrunePreview, Run, Step } from '../../../contract/index.ts';
import {
  acceptedRun,
  hostQuery,
  imageList,
  imageQuery,
  imageRemoval,
  networkList,
  prunePreview,
  pruneRequest,
  pullRequest,
  run,
  stockQuery,
  tagRequest,
  volumeList,
} from '../../../contract/index.ts';
import type { Engine } from '../../engine/index.ts';
import { ChrontainerError } from '../../errors/index.ts';
import type { Caller, Route } from '../../http/route.ts';
import { route } from '../../http/route.ts';
import type { Rights } from '../../policy/index.ts';
import type { Hand, Runs } from '../runs/index.ts';
import { answerRun, waitQuery } from '../runs/index.ts';
import { foreseeImages, foreseeNetworks, foreseeRemoval, foreseeVolumes } from './foresight.ts';
import type { Stores } from './stores.ts';

interface Parts {
  stores: Stores;
  hand: Hand;
  runs: Runs;
}

/** The routes of images, volumes and networks. What is done to them are runs, like all that is done by hand. */
export const stockRoutes = (parts: Parts): Route[] => [
  ...listRoutes(parts),
  ...pruneRoutes(parts, 'images', foreseeImages),
  ...pruneRoutes(parts, 'volumes', foreseeVolumes),
  ...pruneRoutes(parts, 'networks', foreseeNetworks),
  ...pullRoutes(parts),
  ...removalRoutes(parts),
];

const listed = {
  images: { tag: 'Images', list: imageList },
  volumes: { tag: 'Volumes', list: volumeList },
  networks: { tag: 'Networks', list: networkList },
} as const;
type What = keyof typeof listed;

const listRoutes = ({ stores }: Parts): Route[] =>
  (['images', 'volumes', 'networks'] as const).map((what) =>
    route({
      method: 'GET',
      path: `/api/v1/${what}`,
      access: 'view',
      isScoped: true,
      summary: `The ${what} of all hosts or of one, with what uses them`,
      tag: listed[what].tag,
      query: stockQuery,
      answers: { 200: listed[what].list },
      handle: async ({ query, caller }) => ({ body: await stores[what](query, caller.rights) }),
    }),
  );

type Foresee = (engine: Engine) => Promise<PrunePreview>;

const pruneRoutes = ({ stores, hand, runs }: Parts, what: What, foresee: Foresee): Route[] => [
  route({
    method: 'GET',
    path: `/api/v1/${what}/prune`,
    access: 'view',
    isScoped: true,
    summary: `What a clean-up of ${what} would take from a host, and what that frees`,
    tag: listed[what].tag,
    query: hostQuery,
    answers: { 200: prunePreview },
    handle: async ({ query, caller }) => ({ body: await foresee(stores.engineFor(query.host, caller.rights)) }),
  }),
  route({
    method: 'POST',
    path: `/api/v1/${what}/prune`,
    access: 'operate',
    isScoped: true,
    isIdempotent: true,
    summary: `Remove the ${what} of a host that nothing uses`,
    tag: listed[what].tag,
    query: waitQuery,
    body: pruneRequest,
    answers: { 200: run, 202: acceptedRun },
    handle: async ({ query, body, caller }) => {
      const begun = await act({ stores, hand }, body.hostId, { action: 'prune', options: { what } }, caller);
      return answerRun(runs, begun, query.wait);
    },
  }),
];

const pullRoutes = ({ runs, ...parts }: Parts): Route[] => [
  route({
    method: 'POST',
    path: '/api/v1/images/pull',
    access: 'operate',
    isScoped: true,
    isIdempotent: true,
    summary: "Fetch an image from its registry; the run's output tells the progress of each layer",
    tag: 'Images',
    query: waitQuery,
    body: pullRequest,
    answers: { 200: run, 202: acceptedRun },
    handle: async ({ query, body: { hostId, image }, caller }) =>
      answerRun(runs, await act(parts, hostId, { action: 'pull-image', options: { image } }, caller), query.wait),
  }),
  route({
    method: 'POST',
    path: '/api/v1/images/tag',
    access: 'operate',
    isScoped: true,
    isIdempotent: true,
    summary: 'Give an image a further name',
    tag: 'Images',
    query: waitQuery,
    body: tagRequest,
    answers: { 200: run, 202: acceptedRun },
    handle: async ({ query, body: { hostId, ...options }, caller }) =>
      answerRun(runs, await act(parts, hostId, { action: 'tag-image', options }, caller), query.wait),
  }),
];

const removalRoutes = ({ runs, stores, hand }: Parts): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/images/removal',
    access: 'view',
    isScoped: true,
    summary: 'What the removal of an image, or of one of its names, would do',
    tag: 'Images',
    query: imageQuery,
    answers: { 200: imageRemoval },
    handle: async ({ query, caller }) => ({ body: await removalOf(stores, query, caller.rights) }),
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/images',
    access: 'operate',
    isScoped: true,
    isIdempotent: true,
    summary: 'Remove an image, or one of its names; 409 while a container uses it',
    tag: 'Images',
    query: imageDeletion,
    answers: { 200: run, 202: acceptedRun },
    handle: async ({ query, caller }) => {
      const { refusal } = await removalOf(stores, query, caller.rights);
      if (refusal !== null) throw new ChrontainerError('CHR_CONFLICT', refusal);
      const step = { action: 'remove-image', options: { image: query.image } } as const;
      return answerRun(runs, await act({ stores, hand }, query.host, step, caller), query.wait);
    },
  }),
];

const imageDeletion = v.strictObject({ ...imageQuery.entries, ...waitQuery.entries });

const removalOf = (stores: Stores, { host, image }: { host: number; image: string }, rights: Rights) =>
  foreseeRemoval(stores.engineFor(host, rights), image) satisfies Promise<ImageRemoval>;

/** A host that the caller does not see is none; what else may stand against it the hand knows. */
const act = (
  { stores, hand }: Pick<Parts, 'stores' | 'hand'>,
  hostId: number,
  step: Pick<Step, 'action' | 'options'>,
  caller: Caller,
): Promise<Run> => {
  stores.engineFor(hostId, caller.rights);
  return hand.act({ ...step, hostId, targets: [] }, caller);
};
