import * as v from 'valibot';
import type { Container, Tag } from '../../../contract/index.ts';
import {
  containerMarks,
  containerTagsInput,
  idParam,
  notesInput,
  pageOf,
  tag as tagDocument,
  tagInput,
  tagPatch,
  webUrlInput,
} from '../../../contract/index.ts';
import type { Route } from '../../http/route.ts';
import { route } from '../../http/route.ts';
import type { Rights } from '../../policy/index.ts';
import type { Tags } from './tags.ts';

interface Parts {
  tags: Tags;
  hosts: {
    containers(): Container[];
    /** @throws ChrontainerError CHR_NOT_FOUND or CHR_AMBIGUOUS */
    findContainer(hostId: number, nameOrId: string): Container;
  };
}

const tagParams = v.strictObject({ tagId: idParam });
const containerParams = v.strictObject({ hostId: idParam, container: v.pipe(v.string(), v.maxLength(255)) });
const path = '/api/v1/hosts/{hostId}/containers/{container}';

/** The routes of tags, and of what people write on containers. */
export const tagRoutes = (parts: Parts): Route[] => [...bookRoutes(parts), ...writingRoutes(parts)];

/** Who is limited to some containers sees the tags of these alone. */
const seen = ({ tags, hosts }: Parts, rights: Rights): Tag[] => {
  const all = tags.list(hosts.containers().filter((one) => rights.can('view', one)));
  return rights.canEverywhere('view') ? all : all.filter(({ containers }) => containers > 0);
};

const bookRoutes = (parts: Parts): Route[] => [
  route({
    method: 'GET',
    path: '/api/v1/tags',
    access: 'view',
    isScoped: true,
    summary: 'The tags, by name',
    tag: 'Tags',
    answers: { 200: pageOf(tagDocument) },
    handle: ({ caller }) => ({ body: { items: seen(parts, caller.rights), nextCursor: null } }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/tags',
    // Roles and keys can be limited to tags, so that making them and their rules is a matter of the instance.
    access: 'settings',
    isIdempotent: true,
    summary: 'Make a tag',
    tag: 'Tags',
    body: tagInput,
    answers: { 201: tagDocument },
    handle: async ({ body, caller }) => ({ status: 201, body: await parts.tags.create(body, caller.actor) }),
  }),
  route({
    method: 'PATCH',
    path: '/api/v1/tags/{tagId}',
    access: 'settings',
    summary: 'Change a tag; a new name is told on every container that has it',
    tag: 'Tags',
    params: tagParams,
    body: tagPatch,
    answers: { 200: tagDocument },
    handle: async ({ params, body, caller }) => {
      const { id } = await parts.tags.change(params.tagId, body, caller.actor);
      return { body: seen(parts, caller.rights).find((tag) => tag.id === id) };
    },
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/tags/{tagId}',
    access: 'settings',
    summary: 'Delete a tag, and take it from every container',
    tag: 'Tags',
    params: tagParams,
    answers: { 204: null },
    handle: async ({ params, caller }) => {
      await parts.tags.remove(params.tagId, caller.actor);
      return { status: 204 };
    },
  }),
];

const writingRoutes = ({ tags, hosts }: Parts): Route[] => [
  route({
    method: 'GET',
    path: `${path}/marks`,
    access: 'view',
    summary: 'What was written on a container by hand: tags, address, notes',
    tag: 'Tags',
    params: containerParams,
    answers: { 200: containerMarks },
    handle: ({ params }) => {
      const { hostId, name } = hosts.findContainer(params.hostId, params.container);
      return { body: tags.written({ hostId, container: name }) };
    },
  }),
  route({
    method: 'PUT',
    path: `${path}/tags`,
    access: 'operate',
    summary: 'Give a container exactly these tags; those by label stay',
    tag: 'Tags',
    params: containerParams,
    body: containerTagsInput,
    answers: { 200: containerMarks },
    handle: async ({ params, body, caller }) => {
      const container = hosts.findContainer(params.hostId, params.container);
      return { body: await tags.setTags(container, body.tags, caller.actor) };
    },
  }),
  route({
    method: 'PUT',
    path: `${path}/web-url`,
    access: 'operate',
    summary: "Set a container's address for browsers; null: as its label or its ports say",
    tag: 'Tags',
    params: containerParams,
    body: webUrlInput,
    answers: { 200: containerMarks },
    handle: async ({ params, body, caller }) => {
      const container = hosts.findContainer(params.hostId, params.container);
      return { body: await tags.setWebUrl(container, body.webUrl, caller.actor) };
    },
  }),
  route({
    method: 'PUT',
    path: `${path}/notes`,
    access: 'operate',
    summary: 'Write notes on a container',
    tag: 'Tags',
    params: containerParams,
    body: notesInput,
    answers: { 200: containerMarks },
    handle: async ({ params, body, caller }) => {
      const container = hosts.findContainer(params.hostId, params.container);
      return { body: await tags.setNotes(container, body.notes, caller.actor) };
    },
  }),
];
