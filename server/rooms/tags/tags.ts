import type { Transaction } from 'kysely';
import type { Actor, Container, ContainerMarks, Tag, TagInput, TagPatch } from '../../../contract/index.ts';
import type { Database, Tables } from '../../database/index.ts';
import { ChrontainerError, invalidInput, notFound } from '../../errors/index.ts';
import type { ActivityEntry, ActivityLog } from '../activity/index.ts';
import { changesOf } from '../activity/index.ts';
import type { Entry, Place } from './store.ts';
import { TagStore } from './store.ts';
import type { KnownTag } from './tag-book.ts';
import { labelThatGives, tagOfRow } from './tag-book.ts';
import { browsedName, webUrlOf } from './web-url.ts';

interface Parts {
  db: Database;
  activity: Pick<ActivityLog, 'record'>;
}

type Marks = Pick<Container, 'tags' | 'webUrl' | 'webUrlSource'>;
type Note = Omit<ActivityEntry, 'result'>;

const keyOf = ({ hostId, container }: Place): string => `${hostId}/${container}`;
const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

/** Tags, and what people wrote on containers. All of it is in memory, since each row of the picture asks for it. */
export class Tags {
  readonly #store: TagStore;
  readonly #activity: Parts['activity'];
  readonly #tags = new Map<number, KnownTag>();
  readonly #entries = new Map<string, Entry>();
  #onChange: (of?: Place) => void = () => undefined;
  /** One change after the other: each rests on what the last one left. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor({ db, activity }: Parts) {
    this.#store = new TagStore(db);
    this.#activity = activity;
  }

  /** Reads what there is. */
  static async open(parts: Parts): Promise<Tags> {
    const tags = new Tags(parts);
    for (const row of await tags.#store.tags()) tags.#tags.set(row.id, tagOfRow(row));
    for (const entry of await tags.#store.entries()) tags.#entries.set(keyOf(entry), entry);
    return tags;
  }

  /** Called after each change: of one container, or of all. */
  onChange(listener: (of?: Place) => void): void {
    this.#onChange = listener;
  }

  /** What rows of a host's picture show. */
  readonly marksOf = (hostUrl: string): ((container: Container) => Marks) => {
    const hostName = browsedName(hostUrl);
    return (container) => this.#marksOf(container, hostName);
  };

  #marksOf(container: Container, hostName: string): Marks {
    const entry = this.#entries.get(keyOf({ hostId: container.hostId, container: container.name }));
    const tags: Marks['tags'] = [];
    for (const tag of this.#tags.values()) {
      const label = labelThatGives(tag, container.labels);
      if (label === null && !entry?.tagIds.includes(tag.id)) continue;
      tags.push({ name: tag.name, color: tag.color, label });
    }
    const { webUrl, webUrlSource } = webUrlOf(entry?.webUrl ?? null, container, hostName);
    return { tags: tags.length > 1 ? tags.sort(byName) : tags, webUrl, webUrlSource };
  }

  /** What was written by hand. */
  written(place: Place): ContainerMarks {
    const entry = this.#entries.get(keyOf(place));
    const tags = (entry?.tagIds ?? []).flatMap((id) => this.#tags.get(id)?.name ?? []);
    return { tags: tags.sort(), webUrl: entry?.webUrl ?? null, notes: entry?.notes ?? '' };
  }

  /** All tags by name, counted over the containers given. */
  list(containers: readonly Container[]): Tag[] {
    const counts = new Map<string, number>();
    for (const { tags } of containers) for (const { name } of tags) counts.set(name, (counts.get(name) ?? 0) + 1);
    return [...this.#tags.values()].sort(byName).map((tag) => ({ ...tag, containers: counts.get(tag.name) ?? 0 }));
  }

  /** @throws CHR_CONFLICT where the name is taken */
  create({ name, color, rules }: TagInput, actor: Actor): Promise<Tag> {
    return this.#inTurn(async () => {
      this.#demandFree(name, null);
      const changes = changesOf(null, { name, color, rules });
      const row = await this.#write({ actor, action: 'tag.create', target: name, changes }, (trx) =>
        this.#store.add(trx, { name, color, rules: JSON.stringify(rules) }),
      );
      this.#keep(tagOfRow(row));
      return { ...tagOfRow(row), containers: 0 };
    });
  }

  /** @throws CHR_NOT_FOUND, CHR_CONFLICT where the name is taken */
  change(id: number, patch: TagPatch, actor: Actor): Promise<KnownTag> {
    return this.#inTurn(async () => {
      const before = this.#get(id);
      const after: KnownTag = {
        id,
        name: patch.name ?? before.name,
        color: patch.color ?? before.color,
        rules: patch.rules ?? before.rules,
      };
      this.#demandFree(after.name, id);
      const message = after.name === before.name ? null : `was ${before.name}`;
      const changes = changesOf(shownOf(before), shownOf(after));
      await this.#write({ actor, action: 'tag.update', target: after.name, message, changes }, (trx) =>
        this.#store.replace(trx, { ...after, rules: JSON.stringify(after.rules) }),
      );
      return this.#keep(after);
    });
  }

  /** Takes it from every container. @throws CHR_NOT_FOUND */
  remove(id: number, actor: Actor): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.#get(id);
      const note = { actor, target: before.name, changes: changesOf(shownOf(before), null) };
      await this.#write({ ...note, action: 'tag.delete' }, (trx) => this.#store.remove(trx, id));
      this.#tags.delete(id);
      for (const [key, entry] of this.#entries) {
        this.#entries.set(key, { ...entry, tagIds: entry.tagIds.filter((one) => one !== id) });
      }
      this.#onChange();
    });
  }

  /** Gives a container exactly these tags by hand. @throws CHR_INVALID_INPUT for one that does not exist */
  async setTags(container: Container, names: readonly string[], actor: Actor): Promise<ContainerMarks> {
    const ids = new Map([...this.#tags.values()].map(({ id, name }) => [name, id]));
    const faults = names.flatMap((name, i) =>
      ids.has(name) ? [] : [{ path: `tags.${i}`, message: `there is no tag "${name}"; make it first` }],
    );
    if (faults.length > 0) throw invalidInput(faults);
    const tagIds = [...new Set(names.flatMap((name) => ids.get(name) ?? []))];
    return this.#rewrite(
      container,
      { tagIds },
      { actor, action: 'container.tags', message: names.join(', ') || 'none' },
    );
  }

  setWebUrl(container: Container, webUrl: string | null, actor: Actor): Promise<ContainerMarks> {
    return this.#rewrite(container, { webUrl }, { actor, action: 'container.web-url', message: webUrl });
  }

  setNotes(container: Container, notes: string, actor: Actor): Promise<ContainerMarks> {
    return this.#rewrite(container, { notes }, { actor, action: 'container.notes' });
  }

  /** What was written goes along with a container that has another name now; what the new name had stays beside it. */
  move(from: Place, to: Place, actor: Actor): Promise<void> {
    return this.#inTurn(async () => {
      const moved = this.#entries.get(keyOf(from));
      if (!moved) return;
      const there = this.#entries.get(keyOf(to));
      const merged: Entry = { ...moved, ...to, ...(there && merge(moved, there)) };
      const message = `tags, address and notes moved from ${from.container}`;
      await this.#write(
        { actor, action: 'container.follow', target: to.container, hostId: to.hostId, message },
        async (trx) => {
          await this.#store.clear(trx, from);
          await this.#store.put(trx, merged);
        },
      );
      this.#entries.delete(keyOf(from));
      this.#entries.set(keyOf(to), merged);
      this.#onChange(to);
    });
  }

  #rewrite({ hostId, name, stack, service }: Container, changed: Partial<Entry>, note: Note): Promise<ContainerMarks> {
    const place = { hostId, container: name };
    return this.#inTurn(async () => {
      const before = this.#entries.get(keyOf(place)) ?? { tagIds: [], webUrl: null, notes: '' };
      const after: Entry = { ...before, ...changed, ...place, stack, service };
      // A tag may have been deleted while this waited for its turn.
      after.tagIds = after.tagIds.filter((id) => this.#tags.has(id));
      const changes = changesOf(this.#shownEntry(before), this.#shownEntry(after));
      await this.#write({ ...note, target: name, hostId, changes }, (trx) => this.#store.put(trx, after));
      this.#entries.set(keyOf(place), after);
      this.#onChange(place);
      return this.written(place);
    });
  }

  #shownEntry({ tagIds, webUrl, notes }: Pick<Entry, 'tagIds' | 'webUrl' | 'notes'>): object {
    return { tags: tagIds.map((id) => this.#tags.get(id)?.name ?? String(id)), webUrl, notes };
  }

  #write<T>(note: Note, work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> {
    return this.#store.transaction(async (trx) => {
      const result = await work(trx);
      await this.#activity.record({ ...note, result: 'ok' }, trx);
      return result;
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#turn.then(work, work);
    this.#turn = next.catch(() => undefined);
    return next;
  }

  #keep(tag: KnownTag): KnownTag {
    this.#tags.set(tag.id, tag);
    this.#onChange();
    return tag;
  }

  #get(id: number): KnownTag {
    const tag = this.#tags.get(id);
    if (!tag) throw notFound(`There is no tag ${id}.`);
    return tag;
  }

  /** The host is gone, and with it what was written on its containers: the database did that by itself. */
  forgetHost(hostId: number): void {
    for (const [key, entry] of this.#entries) if (entry.hostId === hostId) this.#entries.delete(key);
  }

  #demandFree(name: string, ofId: number | null): void {
    const isTaken = [...this.#tags.values()].some((tag) => tag.name === name && tag.id !== ofId);
    if (isTaken) throw new ChrontainerError('CHR_CONFLICT', `There is a tag "${name}" already: take another name.`);
  }
}

const shownOf = ({ name, color, rules }: KnownTag): object => ({ name, color, rules });

const merge = (moved: Entry, there: Entry): Pick<Entry, 'tagIds' | 'webUrl' | 'notes'> => ({
  tagIds: [...new Set([...there.tagIds, ...moved.tagIds])],
  webUrl: there.webUrl ?? moved.webUrl,
  notes: [there.notes, moved.notes].filter((text) => text !== '').join('\n\n'),
});
