import type { Tag, TagInput, TagPatch } from '../../../contract/tags.ts';
import type { Api } from '../../api/client.ts';
import { StoredList } from '../../live/stored-list.svelte.ts';

/** What is sent for a tag that is made. */
export type TagDraft = Pick<TagInput, 'name' | 'color'> & Partial<TagInput>;

/** The tags that there are, for all containers. */
export class TagBook extends StoredList<Tag, TagDraft, TagPatch> {
  constructor(api: Api) {
    super(api, '/tags');
  }
}
